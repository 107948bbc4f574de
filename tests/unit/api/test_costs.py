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
from tests.serving import Served
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
