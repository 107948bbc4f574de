"""What was recorded before a restart is known after it."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from docktor.core.forecast.outlook import Outlook, Standing
from docktor.core.policy import Policy, Target
from docktor.core.world import Observation, Snapshot
from docktor.memory.home import Home
from docktor.memory.series import MetricRow
from docktor.memory.store import Store
from docktor.runtime.foreseer import Foreseer
from tests.unit.core.build import POLICY, WEB, service
from tests.unit.core.forecast.loads import DAY, MONDAY, noon

CPU = replace(POLICY, up_when=(), down_when=(), target=Target("cpu.avg", 65), max_replicas=50)
DAYS = 4


def recorded(days: int) -> list[MetricRow]:
    """A fixed twenty replicas under a load with a step at noon; one that took about three minutes to be ready."""
    rows = []
    for minute in range(days * DAY):
        at = MONDAY + timedelta(minutes=minute)
        fresh = days * DAY - 600 <= minute < days * DAY - 597
        values = {"cpu.avg": 100 * noon(minute) / 20, "replicas.ready": 19 if fresh else 20, "replicas": 20}
        if minute == days * DAY - 601:
            values |= {"replicas": 19, "replicas.ready": 19}
        rows += [MetricRow(at, WEB, name, value) for name, value in values.items()]
    return rows


def seen(at: datetime) -> Snapshot:
    found = {"cpu.avg": Observation.exact(20.0), "replicas.ready": Observation.exact(20)}
    return Snapshot(service(20), at, found)


async def foreseen(folder: Path, policy: Policy, days: int) -> tuple[Snapshot, Snapshot]:
    """At the first look, and once the history is read in."""
    home = Home(folder)
    home.create()
    now = MONDAY + timedelta(days=days)
    store = await Store.open(home, now)
    foreseer = Foreseer(store, asyncio.Semaphore(1))
    try:
        await store.add_metrics(recorded(days))
        first = foreseer.look(policy, seen(now))
        for _ in range(1200 if days else 1):
            later = foreseer.look(policy, seen(now))
            if later.outlook != first.outlook:
                break
            await asyncio.sleep(0.05)
        return first, later
    finally:
        await foreseer.close()
        await store.close()


async def test_the_recorded_history_is_known_again(tmp_path: Path) -> None:
    first, later = await foreseen(tmp_path, CPU, DAYS)
    assert first.outlook is not None
    assert (first.outlook.standing, first.outlook.bound) == (Standing.SHADOW, None)
    outlook: Outlook | None = later.outlook
    assert outlook is not None
    assert outlook.standing is Standing.ON
    assert outlook.record.minutes > (DAYS - 1) * DAY


async def test_so_is_how_long_a_replica_takes_to_start(tmp_path: Path) -> None:
    first, later = await foreseen(tmp_path, CPU, DAYS)
    assert first.horizon == 30
    assert 120 <= later.horizon <= 240


async def test_without_a_history_it_goes_by_what_it_sees(tmp_path: Path) -> None:
    _, later = await foreseen(tmp_path, CPU, 0)
    assert later.horizon == 30


async def test_no_target_or_no_forecast_wanted_reads_nothing(tmp_path: Path) -> None:
    for index, policy in enumerate((POLICY, replace(CPU, forecast=False))):
        first, _ = await foreseen(tmp_path / str(index), policy, 0)
        assert first.outlook is None
