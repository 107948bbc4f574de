"""Docker Model Runner's own API, as the server of models speaks it."""

import asyncio
import html
import json
import math
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.models.asking import until
from tests.models.fixtures import Serve
from tests.models.pulls import (
    MIB,
    Pull,
    pull_cut,
    pull_fails,
    pull_garbage,
    pull_huge_line,
    pull_refused,
    pull_stalls,
)
from tests.models.runner import HostedModel
from tests.models.server import MODEL, PREFIX, ModelServer

AS_JSON = {"Accept": "application/json"}
PRELOAD = {"X-Preload-Only": "true"}
CHAT = "/engines/v1/chat/completions"
NEW = "ai/qwen3:0.6B-Q4_K_M"


@pytest.fixture
async def http(model_server: ModelServer) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=model_server.url, trust_env=False, timeout=5) as one:
        yield one


async def test_what_it_has(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/")).text == "Docker Model Runner is running"
    (model,) = (await http.get("/models")).json()
    assert model["tags"] == [MODEL]
    assert {"format", "quantization", "parameters", "architecture", "size", "gguf"} == model["config"].keys()
    for name in (MODEL, "ai/llama3.2", "llama3.2"):
        assert (await http.get(f"/models/{name}")).json() == model
    absent = await http.get("/models/ai/none")
    assert (absent.status_code, absent.text) == (404, "error while getting model: model not found\n")
    assert (await http.get("/engines/status")).json()["llama.cpp"].startswith("Running")
    assert (await http.get("/engines/ps")).json() == []


@pytest.mark.parametrize("root", ["/engines/v1", "/engines/llama.cpp/v1", "/v1"])
async def test_openais_list(http: httpx2.AsyncClient, model_server: ModelServer, root: str) -> None:
    model_server.models[MODEL].context_size = 4096
    (model,) = (await http.get(f"{root}/models")).json()["data"]
    assert (model["id"], model["owned_by"], model["dmr"]["context_window"]) == (MODEL, "docker", 4096)
    assert (await http.get(f"{root}/models/{MODEL}")).json() == model


async def test_a_cold_model_is_loaded_first(http: httpx2.AsyncClient, model_server: ModelServer) -> None:
    model = model_server.models[MODEL]
    model.load_s = 0.5
    asking = [asyncio.create_task(http.post(CHAT, json={"model": "llama3.2"})) for _ in range(2)]
    await until(lambda: model.loading)
    (line,) = (await http.get("/engines/ps")).json()
    assert (line["model_name"], line["loading"], line["last_used"][:4]) == (MODEL, True, "0001")
    assert [answer.status_code for answer in await asyncio.gather(*asking)] == [200, 200]
    assert model.loads == 1
    (line,) = (await http.get("/engines/ps")).json()
    assert "loading" not in line and "in_use" not in line


async def test_a_preload_answers_nothing(http: httpx2.AsyncClient, model_server: ModelServer) -> None:
    answer = await http.post(CHAT, json={"model": MODEL}, headers=PRELOAD)
    assert (answer.status_code, answer.content) == (200, b"")
    assert model_server.models[MODEL].loaded
    assert (len(model_server.preloads), model_server.requests, model_server.most_at_once) == (1, [], 0)


async def test_loading_ends_with_its_client(http: httpx2.AsyncClient, model_server: ModelServer) -> None:
    model = model_server.models[MODEL]
    model.load_s = math.inf
    with pytest.raises(httpx2.TimeoutException):
        await http.post(CHAT, json={"model": MODEL}, headers=PRELOAD, timeout=0.1)
    await until(lambda: not model.loading)
    assert not model.loaded


async def test_what_can_not_be_loaded(http: httpx2.AsyncClient, model_server: ModelServer) -> None:
    model_server.models[MODEL].load_error = "not enough GPU memory"
    answer = await http.post(CHAT, json={"model": MODEL})
    assert (answer.status_code, answer.text) == (500, "unable to load runner: not enough GPU memory\n")


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        (b"{", 400, "invalid request"),
        (b"{}", 400, "model is required"),
        (b'{"model": "ai/none"}', 404, "error while getting model: model not found"),
    ],
)
async def test_requests_it_refuses(http: httpx2.AsyncClient, body: bytes, code: int, text: str) -> None:
    answer = await http.post(CHAT, content=body)
    assert (answer.status_code, answer.text) == (code, f"{text}\n")


async def test_another_endpoint_has_no_api_of_its_own(serve: Serve) -> None:
    server = await serve(ModelServer(dmr=False, models={"gpt-x": HostedModel()}))
    async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as one:
        for path in ("/", "/models", "/engines/ps", "/engines/status"):
            assert (await one.get(path)).status_code == 404
        (model,) = (await one.get("/v1/models")).json()["data"]
        assert model.keys() == {"id", "object", "created", "owned_by"}
        absent = await one.post("/v1/chat/completions", json={"model": "gpt-y"})
        assert absent.status_code == 404
        assert absent.json()["error"]["code"] == "model_not_found"
        assert (await one.post("/v1/chat/completions", json={"model": "gpt-x"})).status_code == 200
    assert server.asked[:2] == ["GET /", "GET /models"]


async def test_the_runners_api_on_its_socket(serve: Serve, tmp_path: Path) -> None:
    server = await serve(ModelServer(tcp=False, uds=tmp_path / "s"))
    transport = httpx2.AsyncHTTPTransport(uds=str(server.uds))
    async with httpx2.AsyncClient(base_url="http://localhost", transport=transport) as one:
        for prefix in ("", PREFIX):
            assert len((await one.get(f"{prefix}/models")).json()) == 1
            assert (await one.get(f"{prefix}/")).text == "Docker Model Runner is running"


async def pull(http: httpx2.AsyncClient, headers: dict[str, str] | None = None) -> list[Any]:
    answer = await http.post("/models/create", json={"from": NEW}, headers=headers)
    assert answer.status_code == 200
    text = answer.text if headers else html.unescape(answer.text)
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("headers", [AS_JSON, None])
async def test_a_pull(http: httpx2.AsyncClient, model_server: ModelServer, headers: dict[str, str] | None) -> None:
    *progress, last = await pull(http, headers)
    assert {line["type"] for line in progress} == {"progress"}
    assert {line["layer"]["size"] for line in progress} == {MIB, 2 * MIB, 3 * MIB}
    assert progress[-1]["layer"]["current"] == 3 * MIB
    assert progress[-1]["total"] == 6 * MIB
    assert last["type"] == "success"
    assert NEW in model_server.models
    assert model_server.runner.asked_for == [NEW]


@pytest.mark.parametrize(("script", "last"), [(pull_fails("no space"), "error"), (pull_cut(), "progress")])
async def test_pulls_that_fail(http: httpx2.AsyncClient, model_server: ModelServer, script: Pull, last: str) -> None:
    model_server.runner.pulls.append(script)
    assert (await pull(http, AS_JSON))[-1]["type"] == last
    assert NEW not in model_server.models
    assert (await pull(http, AS_JSON))[-1]["type"] == "success"


async def test_a_pull_that_is_refused(http: httpx2.AsyncClient, model_server: ModelServer) -> None:
    model_server.runner.pull = pull_refused(404, "Model not found")
    answer = await http.post("/models/create", json={"from": NEW})
    assert (answer.status_code, answer.text) == (404, "Model not found\n")
    assert (await http.post("/models/create", content=b"?")).status_code == 400


async def test_a_pull_that_stalls(http: httpx2.AsyncClient, model_server: ModelServer) -> None:
    model_server.runner.pull = pull_stalls()
    with pytest.raises(httpx2.TimeoutException):
        await http.post("/models/create", json={"from": NEW}, timeout=0.1)


async def test_strange_lines_of_a_pull(http: httpx2.AsyncClient, model_server: ModelServer) -> None:
    model_server.runner.pulls.extend([pull_garbage(), pull_huge_line(MIB)])
    garbage, huge = [await http.post("/models/create", json={"from": NEW}, headers=AS_JSON) for _ in range(2)]
    for answer in (garbage, huge):
        assert json.loads(answer.content.splitlines()[-1])["type"] == "success"
    with pytest.raises(ValueError):
        [json.loads(line) for line in garbage.content.splitlines()]
    assert len(huge.content.splitlines()[0]) > MIB
