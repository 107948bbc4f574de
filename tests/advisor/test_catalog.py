"""Which models there are, as their runner or endpoint lists them; hostile lists among them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from docktor.advisor.catalog import chain_of, list_models, missing
from docktor.advisor.endpoint import Endpoint
from docktor.advisor.models import ModelInfo
from docktor.advisor.runner import Runner
from docktor.core.advisor import RULES, AdvisorPolicy
from docktor.errors import AdvisorUnavailableError, DocktorError, PermanentError
from tests.advisor.asking import KEY, SECOND, Stopwatch, answering, endpoint, mute
from tests.models import failures
from tests.models.asking import until
from tests.models.fixtures import Serve
from tests.models.runner import HostedModel
from tests.models.server import MODEL, ModelServer

HOSTILE = "ai/\x1b[31mred\u202e\r\n" + "x" * 10_000


async def test_models_of_the_runner_have_a_state(serve: Serve) -> None:
    hosted = {
        "ai/c:latest": HostedModel(loaded=True, context_size=4096),
        "ai/b:latest": HostedModel(),
        "ai/a:latest": HostedModel(),
    }
    hosted["ai/b:latest"].loading = True
    server = await serve(ModelServer(models=hosted))
    listed = await list_models(endpoint(server), None)
    assert [(one.name, one.state) for one in listed] == [
        ("ai/a:latest", "present"),
        ("ai/b:latest", "loading"),
        ("ai/c:latest", "ready"),
    ]
    assert listed[2] == ModelInfo("ai/c:latest", "3.21 B", "1.87 GiB", "IQ2_XXS/Q4_K_M", 4096, "ready")
    assert listed[0].context is None


async def test_models_of_an_endpoint_have_a_name_only(serve: Serve) -> None:
    server = await serve(ModelServer(dmr=False, models={"b": HostedModel(), "a": HostedModel()}))
    assert await list_models(endpoint(server), None) == (ModelInfo("a"), ModelInfo("b"))


async def test_a_key_opens_the_list(serve: Serve) -> None:
    server = await serve(ModelServer(dmr=False, api_key=KEY))
    assert [one.name for one in await list_models(endpoint(server), KEY)] == [MODEL]
    for key in (None, "sk-wrong-0123456789"):
        with pytest.raises(AdvisorUnavailableError, match="does not accept the key") as raised:
            await list_models(endpoint(server), key)
        assert raised.value.state == "refused"
        assert "wrong" not in str(raised.value)


async def test_a_server_that_is_gone_lists_nothing(serve: Serve) -> None:
    for dmr in (True, False):
        server = await serve(ModelServer(dmr=dmr))
        await server.stop()
        with pytest.raises(AdvisorUnavailableError, match=r"no answer from .*connect") as raised:
            await list_models(endpoint(server), KEY)
        assert raised.value.state == "down"


BODIES = ["", "<html>", "null", "[]x", "[" * 100_000, '{"data": 7}', '{"data": [{"name": "x"}]}', '{"data": [7]}']


@pytest.mark.parametrize("body", BODIES)
async def test_what_is_no_list_is_told_of(body: str) -> None:
    async with answering(lambda path: web.Response(text=body)) as url:
        with pytest.raises(AdvisorUnavailableError, match="is no list of models") as raised:
            await list_models(Endpoint(f"{url}/v1"), None)
        assert raised.value.state == "wrong"
        try:
            assert await list_models(Endpoint(f"{url}/v1", url), None) == ()
        except AdvisorUnavailableError as error:
            assert error.state == "wrong" and "is not JSON" in str(error)


@pytest.mark.parametrize(
    ("code", "state"), [(404, "wrong"), (405, "wrong"), (302, "wrong"), (500, "down"), (401, "refused")]
)
async def test_an_endpoint_that_does_not_list_is_told_of(code: int, state: str) -> None:
    async with answering(lambda path: web.Response(status=code, text=f"no\x1b {KEY}")) as url:
        for one in (Endpoint(f"{url}/v1"), Endpoint(f"{url}/v1", url)):
            with pytest.raises(AdvisorUnavailableError) as raised:
                await list_models(one, KEY if one.native is None else None)
            assert str(raised.value).isprintable()
            assert raised.value.state == state
            assert str(code) in str(raised.value) or code == 401


async def test_hostile_lists_of_an_endpoint_are_cleaned() -> None:
    names: list[object] = [HOSTILE, "", " ", 7, None, ["a"], "ok", "ok", "http://me:hush@there/model"]
    body = json.dumps({"data": [{"id": name} for name in names]})
    async with answering(lambda path: web.Response(text=body)) as url:
        listed = await list_models(Endpoint(f"{url}/v1"), None)
    found = [one.name for one in listed]
    assert "ok" in found and len(found) == len(set(found))
    assert all(name and name.isprintable() and len(name) <= 300 for name in found)
    assert "hush" not in str(listed)


async def test_hostile_lists_of_the_runner_are_cleaned() -> None:
    config = {"parameters": HOSTILE, "size": 7, "quantization": HOSTILE, "context_size": "4096"}
    models = [
        {"tags": [HOSTILE, 7, None, "ok"], "config": config},
        {"tags": "no list", "config": config},
        {"tags": ["odd"], "config": [1]},
        {"tags": [""], "config": {}},
        {},
        7,
    ]
    running = [{"model_name": HOSTILE, "loading": "yes"}, {"model_name": None}, 7, {}]

    def answer(path: str) -> web.Response:
        return web.json_response(running if path.endswith("/ps") else models)

    async with answering(answer) as url:
        listed = await list_models(Endpoint(f"{url}/v1", url), None)
    assert [one.name for one in listed if len(one.name) < 10] == ["odd", "ok"]
    assert len(listed) == 3
    for one in listed:
        assert one.name.isprintable() and len(one.name) <= 300
        for text in (one.parameters, one.size, one.quantization):
            assert text is None or (text.isprintable() and len(text) <= 40)
        assert one.context is None


async def test_a_list_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
    monkeypatch.setattr("docktor.advisor.catalog.LIST_WITHIN_S", 0.3)

    async with mute() as url:
        for one in (Endpoint(f"{url}/v1"), Endpoint(f"{url}/v1", url)):
            watch = Stopwatch()
            with pytest.raises(AdvisorUnavailableError, match="did not list its models in time"):
                await list_models(one, None)
            assert watch.seconds < 2


@asynccontextmanager
async def runner(server: ModelServer) -> AsyncIterator[Runner]:
    one = Runner(endpoint(server))
    try:
        yield one
    finally:
        await one.close()


async def test_loading_returns_when_it_is_loaded_and_asks_nothing(model_server: ModelServer) -> None:
    model_server.models[MODEL].load_s = 0.3
    async with runner(model_server) as one:
        task = asyncio.create_task(one.load(MODEL))
        await until(lambda: model_server.models[MODEL].loading)
        assert not await one.is_ready(MODEL)
        await asyncio.wait_for(task, 5)
        assert await one.is_ready(MODEL)
        assert await one.is_ready("ai/llama3.2")
        assert not await one.is_ready("ai/other")
    assert model_server.models[MODEL].loaded
    assert (len(model_server.preloads), model_server.requests) == (1, [])


@pytest.mark.parametrize(
    ("model", "kind", "words"),
    [
        ("ai/none", PermanentError, "there is no model ai/none: "),
        (MODEL, AdvisorUnavailableError, "unable to load runner: no memory"),
    ],
)
async def test_what_can_not_be_loaded_is_told(
    model_server: ModelServer, model: str, kind: type[DocktorError], words: str
) -> None:
    model_server.models[MODEL].load_error = "no memory"
    async with runner(model_server) as one:
        with pytest.raises(kind, match=words):
            await one.load(model)


async def test_a_listed_chain_can_be_asked(serve: Serve) -> None:
    server = await serve(ModelServer(models={MODEL: HostedModel(), SECOND: HostedModel()}))
    server.behave(failures.hang())
    listed = await list_models(endpoint(server), None)
    chain = chain_of(AdvisorPolicy(model="ai/llama3.2", fallback=("ai/gone", "ai/llama3.2", RULES)), listed)
    assert chain == ("ai/llama3.2", "ai/gone")
    assert missing(chain, listed) == ("ai/gone",)
