"""Replay over HTTP, of what a real daemon has recorded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from docktor.api.app import create_app
from docktor.api.client import Client
from docktor.api.server import Server
from docktor.core.roles import Role
from docktor.core.world import ServiceId
from docktor.errors import ConfigError
from docktor.memory.home import Home
from docktor.memory.series import MetricRow
from docktor.memory.store import Store
from docktor.runtime.clock import Clock
from docktor.runtime.daemon import Daemon, DaemonOptions
from tests.unit.api.served import Door

WEB = ServiceId("demo", "web")
FILE = """\
version: "1"
project: demo
services:
  - name: web   # the shop window
    min_replicas: 1
    max_replicas: 6
    cooldown: {down: 0}
    stabilization: {down: 0}
    rules:
      scale_up_when: [{metric: cpu.avg, op: ">", value: 75}]
      scale_down_when: [{metric: cpu.avg, op: "<", value: 20}]
"""
PROPOSED: dict[str, Any] = {
    "name": "web",
    "min_replicas": 1,
    "max_replicas": 6,
    "rules": {"scale_up_when": [{"metric": "cpu.avg", "op": ">", "value": 95}]},
}
FIGURES = {
    "changes", "replicas", "metric", "threshold", "points", "changes_count", "minutes_above", "replica_hours", "flaps",
    "limited", "blind_minutes",
}  # fmt: skip


@dataclass
class On:
    http: httpx2.AsyncClient
    daemon: Daemon
    folder: Path

    async def ask(self, **body: object) -> Any:
        answer = await self.http.post("/api/replay", json={"project": "demo", "service": "web", **body})
        assert answer.status_code == 200, answer.text
        return answer.json()


@asynccontextmanager
async def daemon_with_a_past(folder: Path) -> AsyncIterator[On]:
    """Two hours of it: a quiet one, and one at 90 % of one replica, up to ten minutes before it was started."""
    (folder / "docktor.yaml").write_text(FILE)
    home = Home(folder / "home")
    home.create()
    await _record(home, Clock().now() - timedelta(minutes=130))
    options = DaemonOptions(home=home.path, engine="simulated", environment={}, cwd=folder)
    daemon = await Daemon.open(options)
    server = Server(create_app(daemon.office), uds=home.path / "docktor.sock")
    await server.start()
    running = asyncio.create_task(daemon.run())
    transport = httpx2.AsyncHTTPTransport(uds=str(server.uds))
    async with httpx2.AsyncClient(transport=transport, base_url="http://docktor", timeout=60) as http:
        yield On(http, daemon, folder)
    await daemon.office.stop()
    await running
    await server.stop()
    await daemon.close()


async def _record(home: Home, begin: datetime) -> None:
    store = await Store.open(home, begin)
    rows = []
    for index in range(720):
        at, cpu = begin + timedelta(seconds=10 * index), 50.0 if index < 360 else 90.0
        numbers = {"replicas": 1.0, "replicas.ready": 1.0, "cpu.avg": cpu}
        rows += [MetricRow(at, WEB, name, value) for name, value in numbers.items()]
    await store.add_metrics(rows)
    await store.close()


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[On]:
    async with daemon_with_a_past(tmp_path) as it:
        yield it


async def test_the_rules_in_force_and_others_side_by_side(on: On) -> None:
    told = await on.ask(rules=PROPOSED)
    assert set(told) == {"now", "proposed", "assumptions", "hours_found", "problems"}
    assert set(told["now"]) == set(told["proposed"]) == FIGURES
    assert 2 <= told["hours_found"] <= 2.2
    now, proposed = told["now"], told["proposed"]
    (change,) = now["changes"]
    assert (change["from"], change["to"], change["limits"]) == (1, 3, [])
    assert "cpu.avg 90 > 75" in change["reason"]
    assert datetime.fromisoformat(change["at"]).tzinfo is not None
    assert (now["changes_count"], proposed["changes_count"]) == (1, 0)
    assert (now["metric"], now["threshold"], proposed["threshold"]) == ("cpu.avg", 75, 75)
    assert now["minutes_above"] == 0.5 and proposed["minutes_above"] == 60
    assert len(now["points"]) <= 720
    assert told["problems"] == []
    assert any("shared evenly" in text for text in told["assumptions"])


async def test_without_rules_only_what_is_in_force(on: On) -> None:
    told = await on.ask(hours=1)
    assert told["proposed"] is None
    assert told["hours_found"] < 1


async def test_nothing_is_changed(on: On) -> None:
    before = {path.name: path.read_bytes() for path in on.folder.iterdir() if path.is_file()}
    detail = (await on.http.get("/api/projects/demo/services/web")).json()
    await on.ask(rules=PROPOSED)
    assert {path.name: path.read_bytes() for path in on.folder.iterdir() if path.is_file()} == before
    assert (await on.http.get("/api/projects/demo/services/web")).json()["entry"] == detail["entry"]


async def test_faults_are_those_that_put_would_tell(on: On) -> None:
    faulty = {**PROPOSED, "max_replicas": 0, "target": {"metric": "cpu.avg", "value": -1}}
    put = await on.http.put("/api/projects/demo/services/web/rules", json=faulty)
    asked = await on.http.post("/api/replay", json={"project": "demo", "service": "web", "rules": faulty})
    assert (asked.status_code, put.status_code) == (422, 422)
    assert asked.json()["problems"] == put.json()["problems"] != []


async def test_a_metric_that_was_not_recorded_is_told_and_unknown(on: On) -> None:
    other = {**PROPOSED, "rules": {"scale_up_when": [{"metric": "memory.max", "op": ">", "value": 80}]}}
    told = await on.ask(rules=other, hours=24)
    (problem,) = told["problems"]
    assert problem["path"] == "rules" and "memory.max is not recorded" in problem["message"]
    assert told["proposed"]["blind_minutes"] == pytest.approx(told["hours_found"] * 60, abs=0.1)
    assert told["proposed"]["changes"] == []


async def test_unknown_and_unmanaged_services_and_bad_requests(on: On) -> None:
    async def status(**body: object) -> int:
        return (await on.http.post("/api/replay", json=body)).status_code

    assert await status(service="nobody") == 404
    assert await status(service="db") == 409
    assert await status(service="web", hours=169) == 422
    assert await status(service="web", hours=0) == 422
    assert await status(service="web", rules=[]) == 422
    assert await status(hours=3) == 422


async def test_one_at_a_time(on: On, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docktor.runtime.replaying.PATIENCE_S", 0.05)
    async with on.daemon.office._replays._one_at_a_time:
        answer = await on.http.post("/api/replay", json={"service": "web"})
    assert answer.status_code == 429
    assert "one at a time" in answer.json()["detail"] and int(answer.headers["retry-after"]) >= 1
    await on.ask()


async def test_the_client(on: On) -> None:
    client = Client(on.folder / "home" / "docktor.sock")
    with client:
        told = await asyncio.to_thread(client.replay, "web", PROPOSED, 24)
        assert told.proposed is not None
        assert [(one.before, one.after) for one in told.now.changes] == [(1, 3)]
        assert told.now.changes[0].at < datetime.now(UTC)  # noqa: TID251
        with pytest.raises(ConfigError):
            await asyncio.to_thread(client.replay, "web", {**PROPOSED, "max_replicas": 0}, 24)


async def test_a_viewer_may_replay_but_not_try_rules(door: Door) -> None:
    """Their faults quote values, and a reference may stand for what only an admin is to see."""
    body = {"service": "demo/web", "rules": {"name": "web", "max_replicas": "${SECRET}"}}
    for role, status in ((Role.VIEWER, 403), (Role.OPERATOR, 403), (Role.ADMIN, 422)):
        token = door.token(role)
        assert (await door.ask("POST", "/api/replay", token=token, body=body)).status == status
        assert (await door.ask("POST", "/api/replay", token=token, body={"service": "demo/web"})).status == 200
