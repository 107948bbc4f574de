"""Zero in the simulated engine: work waits, what was stopped wakes, and an engine that is lost leaves no riddle."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from docktor.core.loadmodel import ServiceModel
from docktor.core.parking import set_aside
from docktor.core.world import Parked, RunState, ServiceId
from docktor.engine.simulated.engine import SimulatedEngine
from docktor.engine.simulated.world import SimulatedService, World
from docktor.errors import ScaleRefusedError, ServiceNotFoundError
from tests.unit.engine_simulated.clock import HandClock

WORKER = ServiceId("demo", "worker")
WORLD = World((SimulatedService(WORKER, lambda at: 5, ServiceModel(10, startup=5, queue=True), replicas=2),))


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def engine(clock: HandClock) -> SimulatedEngine:
    return SimulatedEngine(clock, WORLD, clock.sleep)


async def parked(engine: SimulatedEngine) -> Parked:
    outcome = await engine.scale(WORKER, 0, "op-down")
    assert outcome.parked is not None and outcome.error is None
    return outcome.parked


async def test_messages_wait_at_zero_and_are_worked_off_afterwards(engine: SimulatedEngine, clock: HandClock) -> None:
    wake = await parked(engine)
    left = engine.backlog(WORKER)
    clock.move(60)
    assert engine.backlog(WORKER) - left == pytest.approx(300)
    assert (await engine.scale(WORKER, 4, "op-up", wake)).replicas == 4
    clock.move(5)
    assert engine.backlog(WORKER) > 300
    clock.move(20)
    assert engine.backlog(WORKER) == 0


async def test_compose_up_starts_the_one_that_waits(engine: SimulatedEngine, clock: HandClock) -> None:
    wake = await parked(engine)
    engine.compose_up("demo")
    found = (await engine.state(WORKER)).replicas
    assert [(one.id == wake.container, one.state, one.finished_at) for one in found] == [
        (True, RunState.RUNNING, None),
        (False, RunState.RUNNING, None),
    ]


async def test_one_that_waits_for_its_restart_lies_still_once_parked(engine: SimulatedEngine, clock: HandClock) -> None:
    for number in (1, 2):
        engine.kill(f"demo-worker-{number}")
    wake = await parked(engine)
    clock.move(60)
    (left,) = (await engine.state(WORKER)).replicas
    assert (left.state, left.finished_at) == (RunState.EXITED, wake.finished_at)


def at_the(nth: int, clock: HandClock, act: Callable[[], object]) -> Callable[[float], Awaitable[None]]:
    """A sleep that does `act` the nth time."""
    times = 0

    async def sleep(seconds: float) -> None:
        nonlocal times
        times += 1
        if times == nth:
            act()
        await clock.sleep(seconds)

    return sleep


@pytest.mark.parametrize(("nth", "left"), [(1, 2), (2, 1)])
async def test_an_engine_lost_on_the_way_to_zero(clock: HandClock, nth: int, left: int) -> None:
    """What was told to stop has stopped; nobody remembers it, so it is a person's to start."""
    lost = SimulatedEngine(clock, WORLD, at_the(nth, clock, lambda: lost.engine_down(60)))
    outcome = await lost.scale(WORKER, 0, "op-down")
    assert outcome.parked is None and outcome.error is not None and "down" in outcome.error
    lost.engine_up()
    states = [one.state for one in (await lost.state(WORKER)).replicas]
    assert len(states) == left and states.count(RunState.RUNNING) == left - 1
    if nth == 2:
        with pytest.raises(ScaleRefusedError):
            await lost.scale(WORKER, 1, "op-up")


async def test_an_engine_lost_while_it_wakes_finds_it_parked(clock: HandClock) -> None:
    lost = SimulatedEngine(clock, WORLD, at_the(3, clock, lambda: lost.engine_down(60)))
    wake = await parked(lost)
    outcome = await lost.scale(WORKER, 3, "op-up", wake)
    assert (outcome.before, outcome.replicas, outcome.parked) == (0, 0, wake) and outcome.error is not None
    lost.engine_up()
    assert set_aside(await lost.state(WORKER), wake).parked is not None
    outcome = await lost.scale(WORKER, 3, "op-again", wake)
    assert (outcome.replicas, outcome.error, len(outcome.created)) == (3, None, 2)


@pytest.mark.parametrize("nth", [1, 2])
async def test_taken_down_on_the_way_to_zero(clock: HandClock, nth: int) -> None:
    taken = SimulatedEngine(clock, WORLD, at_the(nth, clock, lambda: taken.compose_down("demo")))
    with pytest.raises(ServiceNotFoundError):
        await taken.scale(WORKER, 0, "op-down")
    await asyncio.sleep(0)
    assert await taken.projects() == []


async def test_others_that_appear_on_the_way_to_zero_are_left_alone(clock: HandClock) -> None:
    busy = SimulatedEngine(clock, WORLD, at_the(1, clock, lambda: busy.compose_scale(WORKER, 4)))
    outcome = await busy.scale(WORKER, 0, "op-down")
    assert outcome.parked is None and outcome.error is not None and "others started" in outcome.error
    assert [one.state for one in (await busy.state(WORKER)).replicas] == [RunState.RUNNING] * 3
