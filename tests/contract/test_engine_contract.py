"""What every engine promises, whatever it runs on (`docktor/engine/base.py`)."""

import asyncio

import pytest

from docktor.core.world import Health, Replica, RunState, ServiceId
from docktor.engine.base import ProjectState, ScaleOutcome
from docktor.errors import ScaleRefusedError, ServiceNotFoundError
from tests.contract.rigs import Recorder, Rig

OP = "op-1"


def web(rig: Rig) -> ServiceId:
    return ServiceId(rig.project, "web")


def fixed(rig: Rig) -> ServiceId:
    return ServiceId(rig.project, "fixed")


def names(rig: Rig, *numbers: int) -> list[str]:
    return [f"{rig.project}-web-{number}" for number in numbers]


async def replicas(rig: Rig) -> tuple[Replica, ...]:
    return (await rig.engine.state(web(rig))).replicas


async def running(rig: Rig) -> list[int]:
    """Numbers of the replicas, all of which must run."""
    found = await replicas(rig)
    assert {one.state for one in found} == {RunState.RUNNING}
    return [one.number for one in found]


async def project(rig: Rig) -> ProjectState | None:
    found = [one for one in await rig.engine.projects() if one.name == rig.project]
    assert len(found) <= 1
    return found[0] if found else None


async def test_it_says_what_it_is(rig: Rig) -> None:
    info = await rig.engine.info()
    assert info.kind in ("docker", "simulated")
    assert info.version
    assert info.endpoint
    assert (info.api_version is None) == (info.kind == "simulated")


async def test_it_lists_projects_and_their_services(rig: Rig) -> None:
    found = await project(rig)
    assert found is not None
    assert found.kind in ("compose", "simulated")
    assert [state.service for state in found.services] == [fixed(rig), web(rig)]
    one, two = found.services
    assert one.unscalable is not None
    assert "container_name" in one.unscalable
    assert two.unscalable is None
    everyone = [one.name for one in await rig.engine.projects()]
    assert everyone == sorted(everyone)


async def test_a_listed_service_is_what_its_state_says(rig: Rig) -> None:
    found = await project(rig)
    assert found is not None
    assert found.services[1] == await rig.engine.state(web(rig))


async def test_a_state_has_every_replica_with_its_number(rig: Rig) -> None:
    found = await replicas(rig)
    assert [one.name for one in found] == names(rig, 1, 2)
    assert await running(rig) == [1, 2]
    assert len({one.id for one in found}) == 2
    for one in found:
        assert one.started_at is not None
        assert one.started_at.utcoffset() is not None
        assert (one.restarts, one.oom_killed, one.exit_code, one.finished_at) == (0, False, None, None)


@pytest.mark.parametrize("unknown", [("{}", "nobody"), ("{}-nowhere", "web")])
async def test_a_service_nobody_runs_is_not_found(rig: Rig, unknown: tuple[str, str]) -> None:
    service = ServiceId(unknown[0].format(rig.project), unknown[1])
    with pytest.raises(ServiceNotFoundError, match=str(service)):
        await rig.engine.state(service)
    with pytest.raises(ServiceNotFoundError, match=str(service)):
        await rig.engine.scale(service, 2, OP)
    assert await rig.engine.sample([service]) == []


async def test_scaling_up_adds_the_next_numbers(rig: Rig) -> None:
    outcome = await rig.engine.scale(web(rig), 5, OP)
    assert (outcome.asked, outcome.before, outcome.replicas) == (5, 2, 5)
    assert sorted(outcome.created) == names(rig, 3, 4, 5)
    assert (outcome.removed, outcome.error) == ((), None)
    assert await running(rig) == [1, 2, 3, 4, 5]


async def test_scaling_down_removes_the_newest(rig: Rig) -> None:
    await rig.engine.scale(web(rig), 4, OP)
    before = await replicas(rig)
    outcome = await rig.engine.scale(web(rig), 1, "op-2")
    assert (outcome.asked, outcome.before, outcome.replicas) == (1, 4, 1)
    assert sorted(outcome.removed) == names(rig, 2, 3, 4)
    assert (outcome.created, outcome.error) == ((), None)
    assert await replicas(rig) == before[:1]


async def test_gaps_in_the_numbers_stay(rig: Rig) -> None:
    await rig.engine.scale(web(rig), 3, OP)
    await rig.remove(names(rig, 2)[0])
    outcome = await rig.engine.scale(web(rig), 3, "op-2")
    assert (outcome.before, list(outcome.created)) == (2, names(rig, 4))
    assert await running(rig) == [1, 3, 4]


async def test_scaling_to_what_is_there_changes_nothing(rig: Rig) -> None:
    before = await replicas(rig)
    assert await rig.engine.scale(web(rig), 2, OP) == ScaleOutcome(2, 2, 2)
    assert await replicas(rig) == before


async def test_a_dead_replica_counts_and_is_started_again(rig: Rig) -> None:
    (dead,) = names(rig, 2)
    await rig.kill(dead)
    assert [(one.state, one.exit_code) for one in await replicas(rig)][1] == (RunState.EXITED, 137)
    async with Recorder(rig) as events:
        assert await rig.engine.scale(web(rig), 2, OP) == ScaleOutcome(2, 2, 2)
        await events.until(lambda: dead in events.of("start"))
    assert events.of("start")[dead].op_id == OP
    assert await running(rig) == [1, 2]


async def test_a_dead_replica_goes_first(rig: Rig) -> None:
    await rig.engine.scale(web(rig), 3, OP)
    await rig.kill(names(rig, 1)[0])
    outcome = await rig.engine.scale(web(rig), 2, "op-2")
    assert list(outcome.removed) == names(rig, 1)
    assert await running(rig) == [2, 3]


async def test_a_service_that_cannot_have_more_is_refused_beforehand(rig: Rig) -> None:
    before = await rig.engine.state(fixed(rig))
    with pytest.raises(ScaleRefusedError, match="container_name") as caught:
        await rig.engine.scale(fixed(rig), 2, OP)
    assert caught.value.code == "container-name"
    assert str(caught.value).startswith(before.unscalable or "?")
    assert await rig.engine.scale(fixed(rig), 1, OP) == ScaleOutcome(1, 1, 1)
    assert await rig.engine.state(fixed(rig)) == before


async def test_fewer_than_none_is_refused(rig: Rig) -> None:
    with pytest.raises(ScaleRefusedError) as caught:
        await rig.engine.scale(web(rig), -1, OP)
    assert caught.value.code == "negative"
    assert await running(rig) == [1, 2]


@pytest.mark.parametrize("asked", [0, 1, 2, 3])
async def test_a_paused_replica_means_hands_off(rig: Rig, asked: int) -> None:
    (paused,) = names(rig, 1)
    await rig.pause(paused)
    with pytest.raises(ScaleRefusedError, match=paused) as caught:
        await rig.engine.scale(web(rig), asked, OP)
    assert caught.value.code == "paused"
    assert [one.state for one in await replicas(rig)] == [RunState.PAUSED, RunState.RUNNING]


async def test_a_service_that_was_stopped_does_not_grow(rig: Rig) -> None:
    for name in names(rig, 1, 2):
        await rig.kill(name)
    for asked in (0, 2, 3):
        with pytest.raises(ScaleRefusedError) as caught:
            await rig.engine.scale(web(rig), asked, OP)
        assert caught.value.code == "stopped"
    assert {one.state for one in await replicas(rig)} == {RunState.EXITED}


async def test_only_running_replicas_are_sampled(rig: Rig) -> None:
    await rig.engine.scale(web(rig), 3, OP)
    one, two, three = await replicas(rig)
    await rig.kill(two.name)
    await rig.pause(three.name)
    samples = await rig.engine.sample([web(rig), ServiceId(rig.project, "nobody")])
    assert [sample.replica_id for sample in samples] == [one.id]


async def test_counters_grow(rig: Rig) -> None:
    wanted = [web(rig), fixed(rig)]
    first = {sample.replica_id: sample for sample in await rig.engine.sample(wanted)}
    rig.pass_time()
    second = {sample.replica_id: sample for sample in await rig.engine.sample(wanted)}
    assert first.keys() == second.keys()
    assert len(first) == 3
    started = {one.id: one.started_at for one in await replicas(rig)}
    assert started.keys() < first.keys()
    for key, before in first.items():
        after = second[key]
        assert after.at > before.at
        assert after.started_at == before.started_at == started.get(key, after.started_at)
        assert after.cpu_s >= before.cpu_s >= 0
        assert (after.rx_bytes or 0) >= (before.rx_bytes or 0)
        assert (after.tx_bytes or 0) >= (before.tx_bytes or 0)
        assert 0 < after.memory_bytes < after.memory_limit_bytes


async def test_events_of_ours_name_the_operation(rig: Rig) -> None:
    async with Recorder(rig) as events:
        assert (events.seen[0].kind, events.seen[0].service) == ("connected", None)
        await rig.engine.scale(web(rig), 3, "op-up")
        await rig.engine.scale(web(rig), 1, "op-down")
        await events.until(lambda: len(events.of("destroy")) == 2)
    two, three = names(rig, 2, 3)
    assert {name: event.op_id for name, event in events.of("start").items()} == {three: "op-up"}
    for kind in ("die", "destroy"):
        assert {name: event.op_id for name, event in events.of(kind).items()} == dict.fromkeys((two, three), "op-down")
    assert {event.service for event in events.seen[1:]} == {web(rig)}
    assert all(event.at.utcoffset() is not None for event in events.seen)


async def test_events_of_others_name_none(rig: Rig) -> None:
    await rig.engine.scale(web(rig), 3, OP)
    async with Recorder(rig) as events:
        await rig.outside_scale(4)
        await rig.outside_scale(2)
        await rig.pause(names(rig, 1)[0])
        await rig.kill(names(rig, 2)[0])
        await events.until(lambda: len(events.of("destroy")) == 2 and len(events.of("die")) == 3)
    assert set(events.of("start")) == set(names(rig, 4))
    assert set(events.of("pause")) == set(names(rig, 1))
    assert set(events.of("destroy")) == set(names(rig, 3, 4))
    assert {event.op_id for event in events.seen} == {None}


async def test_health_is_told_as_it_changes(rig: Rig) -> None:
    service = ServiceId(rig.project, "probed")
    async with Recorder(rig) as events:
        await rig.start_probed()
        rig.pass_time()
        await events.until(lambda: bool(events.of("health")))
    (event,) = events.of("health").values()
    assert (event.service, event.replica, event.detail) == (service, f"{service.project}-probed-1", "healthy")
    assert event.op_id is None
    assert [one.health for one in (await rig.engine.state(service)).replicas] == [Health.HEALTHY]
    assert [one.health for one in await replicas(rig)] == [Health.NONE] * 2


async def test_what_others_changed_is_the_new_state(rig: Rig) -> None:
    await rig.outside_scale(4)
    outcome = await rig.engine.scale(web(rig), 3, OP)
    assert (outcome.before, list(outcome.removed)) == (4, names(rig, 4))


async def test_a_project_taken_down_is_never_resurrected(rig: Rig) -> None:
    await rig.engine.scale(web(rig), 3, OP)
    await rig.down()
    assert await project(rig) is None
    for service in (web(rig), fixed(rig)):
        with pytest.raises(ServiceNotFoundError):
            await rig.engine.state(service)
        with pytest.raises(ServiceNotFoundError):
            await rig.engine.scale(service, 2, "op-2")
    assert await rig.engine.sample([web(rig)]) == []
    assert await project(rig) is None


async def test_scales_of_one_service_wait_for_each_other(rig: Rig) -> None:
    wanted = (4, 6, 3)
    outcomes = await asyncio.gather(*(rig.engine.scale(web(rig), asked, f"op-{asked}") for asked in wanted))
    assert [(one.before, one.replicas, one.error) for one in outcomes] == [
        (2, 4, None),
        (4, 6, None),
        (6, 3, None),
    ]
    assert await running(rig) == [1, 2, 3]


@pytest.mark.parametrize("delay", [0.01, 0.3])
async def test_what_an_interrupted_scale_left_is_cleaned_up(rig: Rig, delay: float) -> None:
    """Of the two delays one is in the middle of the creating, on an engine that takes its time and on a quick one."""
    scaling = asyncio.create_task(rig.engine.scale(web(rig), 6, OP))
    await asyncio.wait([scaling], timeout=delay)
    scaling.cancel()
    await asyncio.gather(scaling, return_exceptions=True)
    async with asyncio.timeout(30):  # what was under way in the engine may still come to be
        while any(one.state is not RunState.RUNNING for one in await replicas(rig)):
            await rig.engine.clean_up("op")
    left = await running(rig)
    assert left[:2] == [1, 2]
    assert not set(await rig.engine.clean_up("op")) & set(names(rig, *left))


async def test_cleaning_up_leaves_alone_what_is_under_way(rig: Rig) -> None:
    scaling = asyncio.create_task(rig.engine.scale(web(rig), 5, OP))
    removed: list[str] = []
    while not scaling.done():
        cleaned, _ = await asyncio.gather(rig.engine.clean_up("op"), asyncio.sleep(0))
        removed += cleaned
    outcome = await scaling
    assert (outcome.replicas, outcome.error) == (5, None)
    assert not set(removed) & set(names(rig, 3, 4, 5))
    assert await running(rig) == [1, 2, 3, 4, 5]


async def test_cleaning_up_touches_nothing_that_is_whole(rig: Rig) -> None:
    await rig.engine.scale(web(rig), 3, OP)
    before = await replicas(rig)
    for _ in range(2):
        assert not set(await rig.engine.clean_up("op")) & {one.name for one in before}
    assert await replicas(rig) == before


async def test_it_can_be_closed_twice(rig: Rig) -> None:
    await rig.engine.info()
    await rig.engine.close()
    await rig.engine.close()
