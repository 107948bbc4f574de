"""GET /api/costs of a real daemon, and of a record with prices."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from docktor.core.world import ServiceId
from docktor.memory.home import Home
from docktor.memory.series import MetricRow
from docktor.memory.store import Store
from docktor.runtime.clock import Clock
from docktor.runtime.costing import Costing
from docktor.runtime.office import Office
from tests.serving import Served, serving
from tests.unit.api.served import MovableClock
from tests.unit.api.test_routes import problem


async def test_every_kept_service_with_today_last(served: Served) -> None:
    await served.http.post("/api/projects/demo/services/web/check")
    found = (await served.http.get("/api/costs")).json()
    assert [one["service"] for one in found] == ["web", "worker"]
    for one in found:
        assert one.keys() == {"project", "service", "price", "days"} and one["price"] is None
        assert len(one["days"]) == 7
        assert {frozenset(day) for day in one["days"]} == {frozenset(("date", "replica_hours", "money", "known_hours"))}
    (web,) = (await served.http.get("/api/costs", params={"days": 1, "project": "demo", "service": "web"})).json()
    assert web["service"] == "web" and len(web["days"]) == 1
    assert (await served.http.get("/api/costs", params={"service": "nosuch"})).json() == []


@pytest.mark.parametrize("days", ["0", "-1", "367", "1.5", "x"])
async def test_days_that_are_none(served: Served, days: str) -> None:
    problem(await served.http.get("/api/costs", params={"days": days}), 422)


async def test_advice_on_a_young_record(served: Served) -> None:
    await served.http.post("/api/projects/demo/services/web/check")
    found = (await served.http.get("/api/projects/demo/services/web/advice")).json()
    assert found.keys() == {"since", "until", "hours_known", "advice"}
    (tip,) = found["advice"]
    assert tip["code"] == "too-early" and tip["evidence"]["recorded"]["unit"] == "h"
    problem(await served.http.get("/api/projects/demo/services/nosuch/advice"), 404)


async def test_advice_from_a_recorded_week(tmp_path: Path) -> None:
    """The demo's web, at 5 % of a limit of half a core for three days, with a gap in them."""
    async with serving(tmp_path) as served:
        await served.http.post("/api/projects/demo/services/web/check")
        now = Clock().now()
        await _write_week(served.office, now)
        found = (await served.http.get("/api/projects/demo/services/web/advice")).json()
    assert 71 < found["hours_known"] < 73
    tips = {tip["code"]: tip["evidence"] for tip in found["advice"]}
    assert tips["cpu-limit-high"]["limit"] == {"value": 0.5, "unit": "cores"}
    assert tips["cpu-limit-high"]["enough"] == {"value": 0.05, "unit": "cores"}
    assert tips["memory-limit-high"]["limit"] == {"value": 512, "unit": "MiB"}


async def _write_week(office: Office, now: datetime) -> None:
    """Written by the store that the daemon has open: a file of DuckDB has one owner."""
    values = {"replicas": 2.0, "replicas.ready": 2.0, "cpu.avg": 5.0, "cpu.max": 5.0, "memory.avg": 8.0}
    service = ServiceId("demo", "web")
    times = [now - timedelta(seconds=30 * at) for at in (*range(1, 2 * 1440), *range(6 * 1440, 10 * 1440))]
    rows = [MetricRow(at, service, name, value) for at in times for name, value in values.items()]
    await office._store.add_metrics(rows)


async def test_a_service_that_is_no_longer_kept_is_told_of_without_a_price(tmp_path: Path) -> None:
    home = Home(tmp_path)
    store = await Store.open(home, Clock().now())
    midnight = datetime(2026, 3, 1, 23, tzinfo=UTC)  # in Berlin
    gone = ServiceId("shop", "gone")
    await store.add_metrics(MetricRow(midnight + timedelta(minutes=at), gone, "replicas", 3.0) for at in range(-60, 30))
    clock = MovableClock()
    clock.ahead = midnight + timedelta(minutes=30) - Clock().now()
    (found,) = await Costing({}, store, clock, ZoneInfo("Europe/Berlin")).answer(2, None, None)
    assert (found.project, found.service, found.price) == ("shop", "gone", None)
    assert [(day.replica_hours, day.known_hours) for day in found.days] == [(3.0, 1.0), pytest.approx((1.5, 0.5), 0.01)]
    await store.close()
