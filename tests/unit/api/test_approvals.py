"""Proposals over HTTP and from the command line, on a daemon with a service in mode review."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx2
import pytest

from docktor.cli.main import run
from docktor.core.policy import Mode, Pair
from docktor.core.roles import Role
from tests.runtime.stage import Stage, policy, stage
from tests.serving import served
from tests.unit.api.served import Door

REVIEWED = policy(mode=Mode.REVIEW, stabilization=Pair(0, 300))


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path / "home", REVIEWED, load=90) as staged:
        yield staged


@pytest.fixture
async def door(on: Stage, tmp_path: Path) -> AsyncIterator[Door]:
    async with served(on.daemon.office, tmp_path / "home") as it:
        yield Door(it)


@pytest.fixture
def http(door: Door) -> httpx2.AsyncClient:
    return door.served.http


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


async def test_over_tcp_it_is_on_record_whose_token_it_was(http: httpx2.AsyncClient, door: Door) -> None:
    number = await waiting(http)
    token = door.token(Role.OPERATOR, name="alice")
    body = {"verdict": "modify", "replicas": 2, "reason": "half will do"}
    answer = await door.ask("POST", f"/api/approvals/{number}", token=token, body=body)
    done = (await http.get(f"/api/decisions/{number}")).json()
    assert answer.status == 200 and answer.json() == done
    assert (done["approval"]["state"], done["approval"]["by"]) == ("approved", "alice")
    assert done["reason"].endswith("; changed to 2 by alice: half will do")
    told = [event for event in (await http.get("/api/events")).json()["events"] if "by alice" in event["text"]]
    assert told and told[0]["kind"] == "decision" and told[0]["data"]["approval"] == done["approval"]
    again = await door.ask("POST", f"/api/approvals/{number}", token=door.owner, body={"verdict": "approve"})
    assert again.json()["detail"] == f"#{number} does not wait any more: it was approved by alice"


async def test_a_session_counts_as_the_one_who_has_the_token(http: httpx2.AsyncClient, door: Door) -> None:
    number = await waiting(http)
    cookie = await door.login(door.token(Role.ADMIN, name="bob.page"))
    body = {"verdict": "reject", "reason": "not today"}
    answer = await door.ask("POST", f"/api/approvals/{number}", cookie, body=body)
    assert answer.status == 200, answer.whole
    assert answer.json()["approval"]["by"] == "bob.page"
    assert answer.json()["reason"].endswith("; rejected by bob.page: not today")


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
