"""What every engine promises about zero: one replica stays, stopped, and only our own stop is undone."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from docktor.core.parking import set_aside
from docktor.core.world import Parked, RunState
from docktor.engine.base import ScaleOutcome
from docktor.errors import ScaleRefusedError, ServiceNotFoundError
from tests.contract.rigs import Recorder, Rig
from tests.contract.test_engine_contract import fixed, names, project, replicas, running, web

OP = "op-1"


async def parked(rig: Rig, op_id: str = OP) -> Parked:
    """`web`, scaled to zero."""
    outcome = await rig.engine.scale(web(rig), 0, op_id)
    assert (outcome.replicas, outcome.error) == (0, None)
    assert outcome.parked is not None
    return outcome.parked


async def refused(rig: Rig, asked: int, wake: Parked | None) -> str:
    """The code; and nothing has changed."""
    before = await replicas(rig)
    with pytest.raises(ScaleRefusedError) as caught:
        await rig.engine.scale(web(rig), asked, "op-refused", wake)
    assert await replicas(rig) == before
    return caught.value.code


async def test_at_zero_one_is_left_stopped(rig: Rig) -> None:
    await rig.outside_scale(3)
    first, *_ = await replicas(rig)
    outcome = await rig.engine.scale(web(rig), 0, OP)
    assert (outcome.asked, outcome.before, outcome.replicas, outcome.error) == (0, 3, 0, None)
    assert (outcome.created, sorted(outcome.removed)) == ((), names(rig, 2, 3))
    (left,) = await replicas(rig)
    assert (left.id, left.state, left.exit_code) == (first.id, RunState.EXITED, 0)
    assert left.finished_at is not None
    assert outcome.parked == Parked(left.id, left.finished_at)
    state = set_aside(await rig.engine.state(web(rig)), outcome.parked)
    assert (state.replicas, state.parked) == ((), left)
    assert await rig.engine.sample([web(rig)]) == []


async def test_what_ended_by_itself_is_not_what_stays(rig: Rig) -> None:
    await rig.kill(names(rig, 1)[0])
    outcome = await rig.engine.scale(web(rig), 0, OP)
    assert list(outcome.removed) == names(rig, 1)
    assert [(one.number, one.exit_code) for one in await replicas(rig)] == [(2, 0)]


@pytest.mark.parametrize("asked", [1, 3])
async def test_it_comes_back_from_the_one_that_stayed(rig: Rig, asked: int) -> None:
    wake = await parked(rig)
    rig.pass_time()
    outcome = await rig.engine.scale(web(rig), asked, "op-2", wake)
    assert outcome == ScaleOutcome(asked, 0, asked, tuple(names(rig, *range(2, asked + 1))))
    found = await replicas(rig)
    assert await running(rig) == list(range(1, asked + 1))
    assert found[0].id == wake.container
    assert {one.finished_at for one in found} == {None}


async def test_it_goes_and_comes_again_and_again(rig: Rig) -> None:
    wake = await parked(rig)
    for round in range(2):
        rig.pass_time()
        await rig.engine.scale(web(rig), 2, f"up-{round}", wake)
        rig.pass_time()
        again = await parked(rig, f"down-{round}")
        assert again.container == wake.container
        assert again.finished_at > wake.finished_at
        wake = again


async def test_zero_again_changes_nothing(rig: Rig) -> None:
    wake = await parked(rig)
    before = await replicas(rig)
    assert await rig.engine.scale(web(rig), 0, "op-2", wake) == ScaleOutcome(0, 0, 0, parked=wake)
    assert await replicas(rig) == before
    assert await refused(rig, 0, None) == "stopped"


async def test_without_knowing_who_stopped_it_nothing_is_started(rig: Rig) -> None:
    wake = await parked(rig)
    others = (None, replace(wake, container="another"), Parked(wake.container, wake.finished_at - timedelta(seconds=1)))
    for other in others:
        for asked in (0, 1, 3):
            assert await refused(rig, asked, other) == "stopped"


async def test_one_that_a_person_started_and_ended_since_is_theirs(rig: Rig) -> None:
    wake = await parked(rig)
    rig.pass_time()
    await rig.outside_scale(1)
    assert await running(rig) == [1]
    await rig.kill(names(rig, 1)[0])
    (ended,) = await replicas(rig)
    assert ended.id == wake.container
    for asked in (0, 1, 3):
        assert await refused(rig, asked, wake) == "stopped"


async def test_brought_back_by_a_person_it_scales_like_any(rig: Rig) -> None:
    wake = await parked(rig)
    await rig.outside_scale(2)
    assert (await replicas(rig))[0].id == wake.container
    outcome = await rig.engine.scale(web(rig), 3, "op-2", wake)
    assert (outcome.before, list(outcome.created), outcome.parked) == (2, names(rig, 3), None)
    assert await running(rig) == [1, 2, 3]


async def test_taken_down_at_zero_it_is_gone(rig: Rig) -> None:
    wake = await parked(rig)
    await rig.down()
    for asked in (0, 1, 3):
        with pytest.raises(ServiceNotFoundError):
            await rig.engine.scale(web(rig), asked, "op-2", wake)
    assert await project(rig) is None


@pytest.mark.parametrize("act", ["down", "remove"])
async def test_taken_away_while_it_comes_back_nothing_stays(rig: Rig, act: str) -> None:
    wake = await parked(rig)

    async def taken_away() -> None:
        await asyncio.sleep(0.01)
        await (rig.down() if act == "down" else rig.remove(names(rig, 1)[0]))

    outcome, _ = await asyncio.gather(rig.engine.scale(web(rig), 8, "op-2", wake), taken_away(), return_exceptions=True)
    failed = outcome.error if isinstance(outcome, ScaleOutcome) else outcome
    assert isinstance(failed, str | ServiceNotFoundError)
    assert str(web(rig)) in str(failed)
    with pytest.raises(ServiceNotFoundError):
        await replicas(rig)


async def test_one_that_can_have_no_second_goes_to_zero_and_back(rig: Rig) -> None:
    outcome = await rig.engine.scale(fixed(rig), 0, OP)
    assert (outcome.before, outcome.replicas, outcome.removed, outcome.error) == (1, 0, (), None)
    assert outcome.parked is not None
    with pytest.raises(ScaleRefusedError) as caught:
        await rig.engine.scale(fixed(rig), 2, "op-2", outcome.parked)
    assert caught.value.code == "container-name"
    assert await rig.engine.scale(fixed(rig), 1, "op-3", outcome.parked) == ScaleOutcome(1, 0, 1)
    (back,) = (await rig.engine.state(fixed(rig))).replicas
    assert (back.id, back.state) == (outcome.parked.container, RunState.RUNNING)


async def test_events_on_the_way_to_zero_and_back_are_ours(rig: Rig) -> None:
    async with Recorder(rig) as events:
        wake = await parked(rig, "op-down")
        await events.until(lambda: len(events.of("die")) == 2 and len(events.of("destroy")) == 1)
        rig.pass_time()
        await rig.engine.scale(web(rig), 3, "op-up", wake)
        await events.until(lambda: len(events.of("start")) == 3)
        ours = [(event.kind, event.op_id) for event in events.seen[1:] if event.kind != "health"]
        await rig.remove(names(rig, 1)[0])
        await events.until(lambda: len(events.of("destroy")) == 2)
    assert sorted(ours) == [
        *[("destroy", "op-down")],
        *[("die", "op-down")] * 2,
        *[("start", "op-up")] * 3,
    ]
    assert events.of("destroy")[names(rig, 1)[0]].op_id is None
