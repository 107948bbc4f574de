"""Who did it, over real TCP: on record and in the event log under the name of the token."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from docktor.core.roles import Role
from tests.serving import serving
from tests.unit.api.served import Door

WEB = "/api/projects/demo/services/web"
JSON = "Content-Type: application/json"
ENTRY = {"max_replicas": 9, "target": {"metric": "cpu.avg", "value": 60}}


async def said(door: Door, kind: str) -> list[str]:
    events = (await door.served.http.get("/api/events")).json()["events"]
    assert all(event["at"] for event in events)
    return [event["text"] for event in events if event["kind"] == kind and event["service"]]


async def do(door: Door, method: str, path: str, token: str, body: object = None) -> Any:
    answer = await door.ask(method, WEB + path, token=token, body=body)
    assert answer.status == 200, answer.whole
    return answer.json()


async def test_what_an_operator_does_is_put_down_under_its_name(door: Door) -> None:
    alice = door.token(Role.OPERATOR, name="alice")
    scaled = await do(door, "POST", "/scale", alice, {"replicas": 4, "reason": "the sale begins"})
    assert (scaled["source"], scaled["reason"]) == ("person", "alice asked for 4: the sale begins")
    held = await do(door, "POST", "/hold", alice, {"minutes": 10, "reason": "deploying"})
    assert (held["hold"]["by"], held["hold"]["reason"]) == ("alice", "deploying")
    await do(door, "DELETE", "/hold", alice)
    await do(door, "POST", "/mode", alice, {"mode": "observe"})
    assert await said(door, "state") == [
        "demo/web held for 10 min by alice: deploying",
        "demo/web hold ended by alice",
        "demo/web mode observe, set by alice",
    ]
    assert any("alice asked for 4: the sale begins" in text for text in await said(door, "decision"))


async def test_what_was_refused_is_too(door: Door) -> None:
    answer = await door.ask(
        "POST", f"{WEB}/scale", token=door.token(Role.OPERATOR, name="alice"), body={"replicas": 9000}
    )
    assert answer.status == 409
    (latest, *_) = (await door.served.http.get("/api/decisions")).json()
    assert (latest["phase"], latest["reason"].partition(";")[0]) == ("blocked", "alice asked for 9000")


async def test_rules_are_changed_by_somebody(door: Door) -> None:
    await do(door, "PUT", "/rules", door.token(Role.ADMIN, name="ci-7"), ENTRY)
    await do(door, "DELETE", "/rules", door.owner)
    first, second = await said(door, "config")
    assert first.startswith("demo/web: rules set by ci-7: ")
    assert second.startswith("demo/web: rules removed by owner, from ")


async def test_a_session_is_whoever_had_it_for_a_token(door: Door) -> None:
    cookie = await door.login(door.token(Role.OPERATOR, name="alice"))
    body = {"replicas": 3}
    answer = await door.ask("POST", f"{WEB}/scale", cookie, body=body)
    assert (answer.status, answer.json()["reason"]) == (200, "alice asked for 3"), answer.whole
    assert (await door.ask("DELETE", f"{WEB}/hold", cookie, JSON)).status == 200
    assert "demo/web hold ended by alice" in await said(door, "state")


async def test_on_the_socket_it_is_a_person_and_no_token_is_called_so(door: Door) -> None:
    http = door.served.http
    scaled = (await http.post(f"{WEB}/scale", json={"replicas": 3})).json()
    assert scaled["reason"] == "person asked for 3"
    held = (await http.post(f"{WEB}/hold", json={"minutes": 1})).json()
    assert held["hold"]["by"] == "person"
    for name in ("person", "owner"):
        body = {"role": "operator", "name": name}
        assert (await door.ask("POST", "/api/tokens", token=door.owner, body=body)).status == 400


@pytest.fixture
async def afterwards(tmp_path: Path) -> AsyncIterator[Door]:
    """A daemon on the home of another, which ended, and where carol had the service held."""
    async with serving(tmp_path, ("127.0.0.1", 0)) as it:
        door = Door(it)
        await do(door, "POST", "/hold", door.token(Role.OPERATOR, name="carol"), {"minutes": 5})
    async with serving(tmp_path, ("127.0.0.1", 0)) as it:
        yield Door(it)


async def test_who_held_it_is_known_after_a_restart(afterwards: Door) -> None:
    detail = await do(afterwards, "GET", "", afterwards.owner)
    assert detail["hold"]["by"] == "carol"
