"""Proposals over HTTP and from the command line, on a daemon with a service in mode review."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx2
import pytest

from docktor.api.app import create_app
from docktor.api.server import Server
from docktor.cli.main import run
from docktor.core.policy import Mode, Pair
from tests.runtime.stage import Stage, policy, stage

REVIEWED = policy(mode=Mode.REVIEW, stabilization=Pair(0, 300))


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path / "home", REVIEWED, load=90) as staged:
        server = Server(create_app(staged.daemon.office), uds=tmp_path / "home" / "docktor.sock")
        await server.start()
        yield staged
        await server.stop()


@pytest.fixture
async def http(on: Stage, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.AsyncHTTPTransport(uds=str(tmp_path / "home" / "docktor.sock"))
    async with httpx2.AsyncClient(transport=transport, base_url="http://docktor", timeout=30) as client:
        yield client


async def waiting(http: httpx2.AsyncClient) -> int:
    for _ in range(200):
        if found := (await http.get("/api/approvals")).json():
            return int(found[0]["decision"]["id"])
        await asyncio.sleep(0.1)
    raise AssertionError("nothing was proposed")


async def test_an_approval_over_http(http: httpx2.AsyncClient) -> None:
    number = await waiting(http)
    answer = await http.post(f"/api/approvals/{number}", json={"verdict": "approve"})
    assert (answer.status_code, answer.json()["phase"]) == (200, "done")
    again = await http.post(f"/api/approvals/{number}", json={"verdict": "reject"})
    assert again.status_code == 409
    assert again.json()["detail"] == f"#{number} does not wait any more: it was approved by person"
    assert (await http.post("/api/approvals/4711", json={"verdict": "reject"})).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"verdict": "maybe"},
        {"verdict": "approve", "replicas": 3},
        {"verdict": "modify"},
        {"verdict": "modify", "replicas": "3"},
        {"verdict": "modify", "replicas": -1},
        {"verdict": "approve", "force": True},
    ],
)
async def test_an_answer_that_is_none_changes_nothing(http: httpx2.AsyncClient, body: dict[str, object]) -> None:
    number = await waiting(http)
    assert (await http.post(f"/api/approvals/{number}", json=body)).status_code == 422
    assert await waiting(http) == number


async def test_beyond_the_limits_is_409(http: httpx2.AsyncClient) -> None:
    number = await waiting(http)
    answer = await http.post(f"/api/approvals/{number}", json={"verdict": "modify", "replicas": 99})
    assert answer.status_code == 409 and "above max_replicas" in answer.json()["detail"]
    assert await waiting(http) == number


Told = Callable[..., str]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    monkeypatch.setenv("DOCKTOR_HOME", str(tmp_path / "home"))

    def call(*words: str, code: int = 0) -> str:
        assert run(words) == code
        out, err = capsys.readouterr()
        return out + err

    return call


async def test_the_same_from_the_command_line(http: httpx2.AsyncClient, cli: Told) -> None:
    number = await waiting(http)
    told = await asyncio.to_thread(cli, "approvals")
    assert told.startswith(f"#{number}  ▲ shop/web 1 → 3") and "expires in 15 min" in told
    assert [
        one["decision"]["id"] for one in json.loads(await asyncio.to_thread(cli, "approvals", "list", "--json"))
    ] == [number]
    told = await asyncio.to_thread(cli, "reject", str(number), "--reason", "not today")
    assert "rejected by person: not today" in told
    assert await asyncio.to_thread(cli, "approvals") == "Nothing waits for approval.\n"
    told = await asyncio.to_thread(lambda: cli("approve", str(number), code=1))
    assert told == f"docktor: #{number} does not wait any more: it was rejected by person\n"
