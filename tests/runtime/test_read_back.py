"""What a keeper foresaw goes on record, and what is read back from there is what it knew."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from docktor.core.foresight import FORESEEN
from docktor.core.loadmodel import ServiceModel
from docktor.core.policy import Target
from docktor.core.world import USUAL_START_UP_S, Observation, Snapshot
from docktor.engine.simulated.world import SimulatedService, World
from docktor.memory.home import Home
from docktor.memory.store import Store
from docktor.runtime.foreseer import Foreseer
from tests.runtime.driven import Driven, driven
from tests.runtime.stage import WEB, made
from tests.unit.core.build import POLICY, at, seen

CPU = replace(POLICY, up_when=(), down_when=(), target=Target("cpu.avg", 65), max_replicas=20)
LEVELS = (80, 380, 180, 700, 450, 1100)
LEVEL_S = 240


def hills(create_seconds: float) -> World:
    """Grows every few minutes, and each replica takes 23 seconds to be ready."""
    model = ServiceModel(capacity=100, startup=23)
    service = SimulatedService(WEB, lambda now: LEVELS[int(now // LEVEL_S) % len(LEVELS)], model, replicas=2)
    return World((service,), create_seconds=create_seconds, stop_seconds=0)


def snapshot(it: Driven) -> Snapshot:
    assert it.keeper.seen is not None
    return it.keeper.seen.snapshot


async def read_back(store: Store, now: Snapshot) -> Snapshot:
    """What a keeper that begins now makes of it, once the record is read in."""
    foreseer = Foreseer(store, asyncio.Semaphore(1))
    try:
        for _ in range(600):
            found = foreseer.look(CPU, now)
            if found.horizon != USUAL_START_UP_S:
                return found
            await asyncio.sleep(0.05)
        raise AssertionError("nothing was read back")
    finally:
        await foreseer.close()


@pytest.mark.parametrize("create_seconds", [0, 2])
async def test_start_ups_are_as_they_were_seen(tmp_path: Path, create_seconds: float) -> None:
    """But for what making the containers took: the look right before a scale is hardly ever on record."""
    async with driven(tmp_path, CPU, hills(create_seconds)) as it:
        for _ in range(150):
            await it.check()
        await it.store.add_metrics(it.recorded)
        live, again = snapshot(it), await read_back(it.store, snapshot(it))
    assert live.horizon != USUAL_START_UP_S
    assert 0 <= live.horizon - again.horizon <= create_seconds


async def test_the_bound_is_on_record_and_is_no_load(tmp_path: Path) -> None:
    bounds = []
    async with driven(tmp_path, CPU, hills(0)) as it:
        for _ in range(150):
            await it.check()
            if (bound := snapshot(it).observations.get(FORESEEN)) is not None:
                bounds.append(bound.value)
        recorded = [row for row in it.recorded if row.metric == FORESEEN]
        await it.store.add_metrics(row for row in it.recorded if row.metric != FORESEEN)
        before = await read_back(it.store, snapshot(it))
        await it.store.add_metrics(replace(row, value=1000 * (row.value or 0)) for row in recorded)
        after = await read_back(it.store, snapshot(it))
    assert 0 < len(bounds) < 150
    assert [row.value for row in recorded] == bounds
    assert before.outlook == after.outlook


async def test_nothing_is_foreseen_of_a_load_that_is_unknown(tmp_path: Path) -> None:
    store = await Store.open(made(Home(tmp_path)), at(0))
    foreseer = Foreseer(store, asyncio.Semaphore(1))
    ready = {"replicas.ready": Observation.exact(2)}
    for minute in range(30):
        known = foreseer.look(CPU, seen(2, 50, now=at(60 * minute), more=ready))
    unknown = foreseer.look(CPU, seen(2, None, now=at(1800), more=ready))
    await foreseer.close()
    await store.close()
    assert FORESEEN in known.observations
    assert FORESEEN not in unknown.observations
