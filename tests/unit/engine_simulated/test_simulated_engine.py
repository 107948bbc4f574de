"""What the simulated engine adds to the port: a load that moves, start-up, faults, and what a person does outside."""

from collections.abc import AsyncIterator

import pytest

from docktor.core.loadmodel import ServiceModel
from docktor.core.world import Health, Replica, RunState, Sample, ServiceId
from docktor.engine.base import Engine, EngineEvent
from docktor.engine.simulated.engine import SimulatedEngine
from docktor.engine.simulated.world import SimulatedService, World, make_world
from docktor.errors import EngineUnavailableError, PermanentError, ServiceNotFoundError
from tests.unit.engine_simulated.clock import START, HandClock

WEB = ServiceId("demo", "web")
WORKER = ServiceId("demo", "worker")
EXACT = World(
    (
        SimulatedService(WEB, lambda at: 150, ServiceModel(100, startup=5), replicas=2, cpu_limit=0.5),
        SimulatedService(
            WORKER, lambda at: 30, ServiceModel(10, startup=5, queue=True), healthcheck=False, restart=False
        ),
    ),
    noise=0,
)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def engine(clock: HandClock) -> SimulatedEngine:
    return SimulatedEngine(clock, EXACT, clock.sleep)


async def replicas(engine: Engine, service: ServiceId = WEB) -> tuple[Replica, ...]:
    return (await engine.state(service)).replicas


async def cpu(engine: SimulatedEngine, clock: HandClock, seconds: float) -> dict[str, float]:
    """CPU seconds of each web replica over the next `seconds`."""
    before = {one.replica_id: one.cpu_s for one in await engine.sample([WEB])}
    clock.move(seconds)
    return {one.replica_id: one.cpu_s - before.get(one.replica_id, 0) for one in await engine.sample([WEB])}


async def collect(events: AsyncIterator[EngineEvent], count: int) -> list[str]:
    found = []
    for _ in range(count):
        event = await anext(events)
        found.append(f"{event.kind} {event.replica} {event.detail}".strip())
    return found


async def test_counters_are_those_of_the_model(engine: SimulatedEngine, clock: HandClock) -> None:
    used = await cpu(engine, clock, 10)
    assert list(used.values()) == [pytest.approx(10 * 0.75 * 0.5)] * 2
    (one, _) = await engine.sample([WEB])
    assert (one.rx_bytes, one.tx_bytes) == (750 * 2048, 750 * 2048 * 3)
    assert (one.at, one.started_at, one.periods, one.throttled) == (clock.time, START, 100, 0)
    assert 0 < one.memory_bytes < one.memory_limit_bytes


async def test_a_new_replica_takes_its_share_only_when_it_is_ready(engine: SimulatedEngine, clock: HandClock) -> None:
    await engine.scale(WEB, 3, "op")
    new = (await replicas(engine))[-1]
    assert (new.state, new.health, new.started_at) == (RunState.RUNNING, Health.STARTING, clock.time)
    used = await cpu(engine, clock, 4)
    assert used[new.id] == 0
    clock.move(1)
    assert (await replicas(engine))[-1].health is Health.HEALTHY
    assert list((await cpu(engine, clock, 10)).values()) == [pytest.approx(10 * 0.5 * 0.5)] * 3


async def test_events_of_one_long_silence_come_in_order_with_their_own_times(
    engine: SimulatedEngine, clock: HandClock
) -> None:
    events = engine.events()
    assert (await anext(events)).kind == "connected"
    engine.kill("demo-web-1", exit_code=3)
    clock.move(60)
    found = [await anext(events) for _ in range(3)]
    assert [(event.kind, (event.at - START).total_seconds(), event.detail) for event in found] == [
        ("die", 0, "exit code 3"),
        ("start", 1, ""),
        ("health", 6, "healthy"),
    ]
    await events.aclose()


async def test_the_answer_does_not_depend_on_how_often_one_looks(clock: HandClock) -> None:
    seldom, often = SimulatedEngine(clock), SimulatedEngine(clock)
    for engine in (seldom, often):
        engine.kill("demo-web-2")
    for _ in range(400):
        clock.move(0.37)
        await often.projects()
        await often.sample([WEB])
    assert await often.state(WEB) == await seldom.state(WEB)
    for one, other in zip(await often.sample([WEB, WORKER]), await seldom.sample([WEB, WORKER]), strict=True):
        assert one.cpu_s == pytest.approx(other.cpu_s)
        assert one.rx_bytes == pytest.approx(other.rx_bytes, rel=1e-3)


async def test_replicas_differ_a_little_and_always_the_same(clock: HandClock) -> None:
    async def after_a_minute() -> list[Sample]:
        engine = SimulatedEngine(clock)
        clock.move(60)
        return list(await engine.sample([WEB]))

    first = await after_a_minute()
    clock.time = START
    assert await after_a_minute() == first
    low, high = sorted(one.cpu_s for one in first)
    assert 0.95 * high < low < high


async def test_a_crash_restarts_where_the_service_wants_it(engine: SimulatedEngine, clock: HandClock) -> None:
    clock.move(30)
    engine.oom("demo-web-1")
    engine.kill("demo-worker-1")
    died = (await replicas(engine))[0]
    assert (died.state, died.oom_killed, died.exit_code) == (RunState.RESTARTING, True, 137)
    assert len(await engine.sample([WEB, WORKER])) == 1
    clock.move(2)
    again = (await replicas(engine))[0]
    assert (again.state, again.restarts, again.health) == (RunState.RUNNING, 1, Health.STARTING)
    assert again.id == died.id
    assert again.started_at != died.started_at
    assert (await replicas(engine, WORKER))[0].state is RunState.EXITED
    sample = next(one for one in await engine.sample([WEB]) if one.replica_id == again.id)
    assert (sample.cpu_s, sample.started_at) == (0, again.started_at)


async def test_a_crash_while_starting_begins_the_start_anew(engine: SimulatedEngine, clock: HandClock) -> None:
    await engine.scale(WEB, 3, "op")
    begun = (clock.time - START).total_seconds()
    clock.move(3)
    engine.kill("demo-web-3")
    ready_at = begun + 3 + 1 + 5
    clock.time = START
    clock.move(ready_at - 0.5)
    assert (await replicas(engine))[2].health is Health.STARTING
    clock.move(0.5)
    assert (await replicas(engine))[2].health is Health.HEALTHY


async def test_a_replica_told_to_stop_takes_no_more_load(clock: HandClock) -> None:
    used: dict[str, float] = {}

    async def look(seconds: float) -> None:
        used.update(await cpu(slow, clock, 10))

    slow = SimulatedEngine(clock, EXACT, look)
    one, two = await replicas(slow)
    await slow.scale(WEB, 1, "op")
    assert used == {one.id: pytest.approx(10 * 0.5), two.id: 0}


async def test_the_others_carry_the_load_of_a_paused_one(engine: SimulatedEngine, clock: HandClock) -> None:
    engine.pause("demo-web-2")
    assert list((await cpu(engine, clock, 10)).values()) == [pytest.approx(10 * 0.5)]
    engine.unpause("demo-web-2")
    assert next(iter((await cpu(engine, clock, 10)).values())) == pytest.approx(10 * 0.75 * 0.5)
    with pytest.raises(PermanentError, match="not paused"):
        engine.unpause("demo-web-2")


async def test_the_backlog_of_a_worker_grows_and_shrinks(engine: SimulatedEngine, clock: HandClock) -> None:
    clock.move(10)
    assert engine.backlog(WORKER) == pytest.approx(200)
    await engine.scale(WORKER, 5, "op")
    clock.move(5)
    before = engine.backlog(WORKER)
    clock.move(5)
    assert engine.backlog(WORKER) == pytest.approx(before - 5 * 20)
    assert engine.load(WORKER) == 30


async def test_an_engine_that_is_down_says_so_and_comes_back(engine: SimulatedEngine, clock: HandClock) -> None:
    events = engine.events()
    assert (await anext(events)).kind == "connected"
    engine.engine_down(20)
    for call in (engine.info(), engine.projects(), engine.state(WEB), engine.sample([WEB]), engine.clean_up("op")):
        with pytest.raises(EngineUnavailableError) as caught:
            await call
        assert caught.value.delay == pytest.approx(20)
    engine.kill("demo-web-1")
    clock.move(21)
    assert (await engine.info()).kind == "simulated"
    assert (await replicas(engine))[0].restarts == 1
    assert (await anext(events)).kind == "connected"
    engine.engine_down()
    engine.engine_up()
    assert (await anext(events)).kind == "connected"
    await events.aclose()


async def test_an_engine_lost_while_scaling_leaves_halves_that_clean_up_removes(clock: HandClock) -> None:
    async def fail(seconds: float) -> None:
        lost.engine_down(seconds)

    lost = SimulatedEngine(clock, EXACT, fail)
    outcome = await lost.scale(WEB, 4, "op")
    assert (outcome.replicas, outcome.created) == (2, ())
    assert "down" in (outcome.error or "")
    clock.move(1)
    assert len(await replicas(lost)) == 2, "what is half-made is no replica"
    events = lost.events()
    await anext(events)
    assert await lost.clean_up("somebody") == []
    assert await lost.clean_up("op") == ["demo-web-3", "demo-web-4"]
    assert await collect(events, 2) == ["destroy demo-web-3", "destroy demo-web-4"]
    assert len(await replicas(lost)) == 2
    await events.aclose()


async def test_an_engine_lost_while_shrinking_leaves_stopped_replicas(clock: HandClock) -> None:
    downs: list[float] = []

    async def fail(seconds: float) -> None:
        if not downs:
            downs.append(seconds)
            lost.engine_down(seconds)

    lost = SimulatedEngine(clock, EXACT, fail)
    outcome = await lost.scale(WEB, 1, "op")
    assert (outcome.replicas, outcome.removed) == (2, ())
    assert outcome.error is not None
    clock.move(1)
    assert [one.state for one in await replicas(lost)] == [RunState.RUNNING, RunState.EXITED]
    assert (await lost.scale(WEB, 1, "again")).removed == ("demo-web-2",)


async def test_a_project_taken_down_while_scaling_stays_down(clock: HandClock) -> None:
    async def down(seconds: float) -> None:
        lost.compose_down("demo")

    lost = SimulatedEngine(clock, EXACT, down)
    with pytest.raises(ServiceNotFoundError, match="taken down"):
        await lost.scale(WEB, 4, "op")
    assert await lost.projects() == []
    clock.move(3600)
    with pytest.raises(ServiceNotFoundError):
        await lost.scale(WEB, 1, "op")
    lost.compose_up("demo")
    assert [len(service.replicas) for service in (await lost.projects())[0].services] == [2, 1]


async def test_a_clock_set_back_turns_nothing_back(engine: SimulatedEngine, clock: HandClock) -> None:
    clock.move(10)
    before = [one.cpu_s for one in await engine.sample([WEB])]
    clock.move(-3600)
    assert [one.cpu_s for one in await engine.sample([WEB])] == before
    assert all(used > 0 for used in (await cpu(engine, clock, 10)).values())


@pytest.mark.parametrize("fault", ["kill", "oom", "pause", "unpause"])
async def test_a_fault_needs_a_replica_that_exists(engine: SimulatedEngine, fault: str) -> None:
    with pytest.raises(PermanentError, match="demo-web-9"):
        getattr(engine, fault)("demo-web-9")


async def test_a_listener_that_falls_behind_is_told_to_list_anew(engine: SimulatedEngine, clock: HandClock) -> None:
    events = engine.events()
    await anext(events)
    for _ in range(4096):
        engine.pause("demo-web-1")
        engine.unpause("demo-web-1")
    kinds = [(await anext(events)).kind for _ in range(4097)]
    assert set(kinds[:-1]) == {"pause", "unpause"}
    assert kinds[-1] == "connected"
    await events.aclose()


async def test_a_large_world_is_whole(clock: HandClock) -> None:
    engine = SimulatedEngine(clock, make_world(200, 5))
    (project,) = await engine.projects()
    names = [state.service for state in project.services]
    assert names == sorted(names)
    assert len(names) == 200
    clock.move(8 * 3600)
    samples = await engine.sample(names)
    assert len({one.replica_id for one in samples}) == 1000
    assert all(0 < one.cpu_s <= 8 * 3600 for one in samples)


async def test_closing_ends_the_events(engine: SimulatedEngine) -> None:
    events = engine.events()
    await anext(events)
    await engine.close()
    with pytest.raises(StopAsyncIteration):
        await anext(events)
    with pytest.raises(EngineUnavailableError, match="closed"):
        await engine.info()
