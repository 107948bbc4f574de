"""The routes about models, on a daemon whose model runner is a real server."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from docktor.core.roles import Role
from docktor.runtime.daemon import Daemon, DaemonOptions
from tests.models.answers import pick_rules, says
from tests.models.asking import until
from tests.models.failures import late
from tests.models.fixtures import *  # noqa: F403
from tests.models.pulls import pull_fails, pulled
from tests.models.runner import HostedModel
from tests.models.server import MODEL, ModelServer
from tests.serving import Served
from tests.serving import served as doors_of
from tests.unit.api.served import Door

OTHER = "ai/smollm2:latest"
FILE = 'version: "1"\nllm: {{model: ai/llama3.2, base_url: "{url}"}}  # ours\nservices: []\n'


@pytest.fixture
async def door(tmp_path: Path, model_server: ModelServer) -> AsyncIterator[Door]:
    model_server.models[OTHER] = HostedModel(parameters="361.82 M", size="256.35 MiB")
    (tmp_path / "docktor.yaml").write_text(FILE.format(url=model_server.url))
    home = tmp_path / "home"
    options = DaemonOptions(home=home, engine="simulated", environment={}, cwd=tmp_path)
    daemon = await Daemon.open(options)
    async with doors_of(daemon.office, home) as it:
        running = asyncio.create_task(daemon.run())
        yield Door(it)
        await daemon.office.stop()
        await running
    await daemon.close()


@pytest.fixture
def http(door: Door) -> httpx2.AsyncClient:
    return door.served.http


async def advisor(http: httpx2.AsyncClient, state: str) -> Any:
    for _ in range(200):
        found = (await http.get("/api/health")).json()["advisor"]
        if found["state"] == state:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"never {state}: {found}")


async def test_models_are_listed_with_their_place_and_profiles(http: httpx2.AsyncClient) -> None:
    found = (await http.get("/api/models")).json()
    assert (found["provider"], found["model"], found["error"]) == ("dmr", "ai/llama3.2", None)
    assert [(one["name"], one["chain"]) for one in found["models"]] == [(MODEL, 1), (OTHER, None)]
    assert found["models"][0]["parameters"] == "3.21 B"
    assert "balanced" in found["models"][0]["profiles"]


async def test_another_model_is_in_force_at_once_and_written_down(http: httpx2.AsyncClient, tmp_path: Path) -> None:
    await advisor(http, "ok")
    answer = await http.put("/api/model", json={"model": OTHER})
    assert answer.status_code == 200
    assert (await advisor(http, "ok"))["model"] == OTHER
    text = (tmp_path / "docktor.yaml").read_text()
    assert f"model: {OTHER}" in text and "# ours" in text


async def test_another_mode_is_in_force_at_once_written_down_and_on_record(
    http: httpx2.AsyncClient, door: Door, tmp_path: Path
) -> None:
    await advisor(http, "ok")
    alice = door.token(Role.ADMIN, name="alice")
    for mode, state in (("shadow", "ok"), ("off", "off"), ("advise", "ok")):
        answer = await door.ask("PUT", "/api/model", token=alice, body={"mode": mode})
        assert (answer.status, answer.json()["mode"]) == (200, mode)
        found = await advisor(http, state)
        assert (found["mode"], found["model"]) == (mode, "ai/llama3.2")
        text = (tmp_path / "docktor.yaml").read_text()
        assert f"mode: {mode}" in text.replace('"', "") and "# ours" in text
    told = [one["text"] for one in (await http.get("/api/events")).json()["events"] if one["kind"] == "advisor"]
    words = [text for text in told if text.startswith("set by alice: llm.mode is ")]
    assert [text.partition(", in ")[0].removeprefix("set by alice: ") for text in words] == [
        "llm.mode is shadow",
        "llm.mode is off instead of shadow",
        "llm.mode is advise instead of off",
    ]


async def test_a_model_and_its_mode_together(http: httpx2.AsyncClient, tmp_path: Path) -> None:
    assert (await http.put("/api/model", json={"model": OTHER, "mode": "shadow"})).status_code == 200
    found = await advisor(http, "ok")
    assert (found["model"], found["mode"]) == (OTHER, "shadow")


async def test_a_mode_is_for_admins(door: Door) -> None:
    token = door.token(Role.OPERATOR)
    assert (await door.ask("PUT", "/api/model", token=token, body={"mode": "off"})).status == 403


async def test_choosing_one_where_nothing_was_written_leaves_what_is_managed_managed(
    served: Served, tmp_path: Path
) -> None:
    before = await kept(served.http)
    assert before
    assert (await served.http.put("/api/model", json={"model": OTHER})).status_code == 200
    assert f"model: {OTHER}" in (tmp_path / "docktor.yaml").read_text()
    assert await kept(served.http) == before


async def kept(http: httpx2.AsyncClient) -> list[tuple[str, int]]:
    projects = (await http.get("/api/projects")).json()
    return [(one["name"], one["max"]) for project in projects for one in project["services"] if one["managed"]]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"model": "a model"}, "llm.model"),
        ({"model": "../x"}, "llm.model"),
        ({"model": "ai/x", "base_url": "http://key@localhost/v1"}, "llm.base_url"),
        ({"model": "gpt-5-mini", "provider": "openai", "base_url": "http://203.0.113.9/v1"}, "llm.base_url"),
        ({"model": "ai/x", "provider": "drm"}, "provider"),
        ({"model": "ai/x", "api_key": "sk-1"}, "api_key"),
        ({"model": 7}, "model"),
        ({}, "body"),
        ({"model": None, "mode": None}, "body"),
        ({"provider": "openai", "mode": "off"}, "body"),
        ({"base_url": "http://localhost/v1"}, "body"),
        ({"mode": "loud"}, "mode"),
        ({"model": "../x", "mode": "shadow"}, "llm.model"),
    ],
)
async def test_what_can_not_be_asked_is_422_and_changes_nothing(
    http: httpx2.AsyncClient, tmp_path: Path, body: dict[str, object], path: str
) -> None:
    before = (tmp_path / "docktor.yaml").read_text()
    answer = await http.put("/api/model", json=body)
    assert answer.status_code == 422, answer.text
    assert path in [one["path"] for one in answer.json()["problems"]]
    assert "key@" not in answer.text and "sk-1" not in answer.text
    assert (tmp_path / "docktor.yaml").read_text() == before
    assert (await advisor(http, "ok"))["model"] == "ai/llama3.2"


async def test_a_test_question(http: httpx2.AsyncClient, door: Door, model_server: ModelServer) -> None:
    await advisor(http, "ok")
    bob = door.token(Role.OPERATOR, name="bob")
    answer = await door.ask("POST", "/api/models/test", token=bob, body={})
    assert answer.status == 200
    found = answer.json()
    assert (found["model"], found["situation"], found["failure"]) == ("ai/llama3.2", "a steep rise", None)
    assert found["replicas"] == found["by_rules"] == found["best"] == 5
    model_server.behave(says("Scale to 50, I'd say."))
    found = (await http.post("/api/models/test", json={"model": OTHER})).json()
    assert (found["model"], found["replicas"]) == (OTHER, None)
    assert found["failure"] == "the answer is not one JSON object"
    viewer = door.token(Role.VIEWER)
    assert (await door.ask("POST", "/api/models/test", token=viewer, body={})).status == 403


async def test_what_can_not_be_tested(http: httpx2.AsyncClient, door: Door, model_server: ModelServer) -> None:
    for body, status in ({"model": "a model"}, 422), ({"model": ""}, 422), ({"model": "x" * 201}, 422), ({"x": 1}, 422):
        assert (await http.post("/api/models/test", json=body)).status_code == status
    assert model_server.requests == []
    await model_server.stop()
    assert (await http.put("/api/model", json={"mode": "off"})).status_code == 200
    answer = await http.post("/api/models/test", json={})
    assert (answer.status_code, answer.json()["code"]) == (503, "advisor-unavailable")
    assert "no Docker Model Runner at" in answer.json()["detail"]


async def test_a_second_test_question_waits_its_turn(http: httpx2.AsyncClient, model_server: ModelServer) -> None:
    await advisor(http, "ok")
    model_server.script([late(1, pick_rules())])
    first = asyncio.create_task(http.post("/api/models/test", json={}))
    await until(lambda: model_server.in_flight == 1)
    answer = await http.post("/api/models/test", json={})
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (429, "busy", "5")
    assert (await first).json()["failure"] is None


async def test_a_pull_goes_on_in_the_background(http: httpx2.AsyncClient, model_server: ModelServer) -> None:
    model_server.runner.pull = pulled(layers=2, steps=4, every=0.05)
    begun = await http.post("/api/models/pull", json={"model": "ai/qwen3"})
    assert (begun.status_code, begun.json()["state"]) == (202, "pulling")
    again = await http.post("/api/models/pull", json={"model": "ai/qwen3"})
    assert again.status_code == 202
    done = await ended(http)
    assert (done["state"], done["error"]) == ("done", None)
    assert done["done"] == done["total"] > 0
    assert model_server.runner.asked_for == ["ai/qwen3"]  # asked twice, fetched once
    assert "ai/qwen3:latest" in [one["name"] for one in (await http.get("/api/models")).json()["models"]]


async def test_a_pull_that_fails_says_why(http: httpx2.AsyncClient, model_server: ModelServer) -> None:
    model_server.runner.pull = pull_fails("no space left on device")
    await http.post("/api/models/pull", json={"model": "ai/qwen3"})
    done = await ended(http)
    assert (done["state"], done["error"]) == ("failed", "ai/qwen3 could not be fetched: no space left on device")


@pytest.mark.parametrize(
    "name", ["evil.example/ai/x", "localhost:5000/ai/x", "169.254.169.254/x/y", "ai/x ", "x" * 300]
)
async def test_nobody_has_it_fetched_from_anywhere(
    http: httpx2.AsyncClient, model_server: ModelServer, name: str
) -> None:
    answer = await http.post("/api/models/pull", json={"model": name})
    assert answer.status_code in (400, 422)
    assert model_server.runner.asked_for == []


async def test_who_set_it_and_who_had_it_fetched_is_in_the_event_log(
    http: httpx2.AsyncClient, door: Door, model_server: ModelServer
) -> None:
    await advisor(http, "ok")
    model_server.runner.pull = pulled(layers=2, steps=4, every=0.05)
    alice, bob = door.token(Role.ADMIN, name="alice"), door.token(Role.OPERATOR, name="bob")
    assert (await door.ask("PUT", "/api/model", token=alice, body={"model": OTHER})).status == 200
    for token in (bob, alice):  # what is under way already is not begun by who asks for it too
        assert (await door.ask("POST", "/api/models/pull", token=token, body={"model": "ai/qwen3"})).status == 202
    await ended(http)
    told = [one["text"] for one in (await http.get("/api/events")).json()["events"] if one["kind"] == "advisor"]
    assert len([text for text in told if text.startswith(f"set by alice: llm.model is {OTHER} instead of ")]) == 1
    assert [text for text in told if "fetched" in text] == ["ai/qwen3 is being fetched, asked for by bob"]


async def ended(http: httpx2.AsyncClient) -> Any:
    for _ in range(200):
        (found,) = (await http.get("/api/models/pulls")).json()
        if found["state"] != "pulling":
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"never ended: {found}")
