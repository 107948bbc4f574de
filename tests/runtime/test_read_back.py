"""What is read back from the record is what a keeper knew."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from docktor.core.loadmodel import ServiceModel
from docktor.core.policy import Target
from docktor.core.world import USUAL_START_UP_S, Snapshot
from docktor.engine.simulated.world import SimulatedService, World
from docktor.memory.store import Store
from docktor.runtime.foreseer import Foreseer
from tests.runtime.driven import Driven, driven
from tests.runtime.stage import WEB
from tests.unit.core.build import POLICY

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
