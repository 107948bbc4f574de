"""Mode review: a proposal waits, and what people do with it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from docktor.core.decision import Action, Phase
from docktor.core.policy import Mode, Modes, Pair
from docktor.errors import ApprovalNotFoundError, ScaleRefusedError
from docktor.runtime.views import ApprovalView
from tests.runtime.stage import PATIENCE_S, POLICY, Stage, policy, stage

REVIEWED = policy(mode=Mode.REVIEW, stabilization=Pair(0, 300), approval_expires=60)
BUSY = 90.0


async def waiting(on: Stage) -> ApprovalView:
    for _ in range(int(PATIENCE_S / 0.1)):
        found = await on.daemon.office.approvals()
        if found:
            return found[0]
        await asyncio.sleep(0.1)
    raise AssertionError("nothing was ever proposed")


async def none_waits(on: Stage) -> None:
    for _ in range(int(PATIENCE_S / 0.1)):
        if not await on.daemon.office.approvals():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it waits for ever")


async def state_of(on: Stage, number: int) -> str | None:
    found = await on.daemon.office.decision(number)
    return found.approval.state if found and found.approval else None


async def test_it_waits_and_is_done_once_approved(tmp_path: Path) -> None:
    async with stage(tmp_path, REVIEWED, load=BUSY) as on:
        one = await waiting(on)
        assert (one.decision.current_replicas, one.decision.target_replicas) == (1, 3)
        assert 50 < one.expires_s <= 60
        view = await on.view()
        assert (view.state, view.replicas) == ("waiting-for-approval", 1)
        await asyncio.sleep(2.5)
        assert [each.decision.id for each in await on.daemon.office.approvals()] == [one.decision.id]
        done = await on.daemon.office.approve(one.decision.id, None, "go on", "person")
        assert (done.id, done.phase, done.target_replicas) == (one.decision.id, Phase.DONE, 3)
        assert done.approval is not None and (done.approval.state, done.approval.by) == ("approved", "person")
        assert (await on.view()).replicas == 3
        assert "approved by person: go on" in done.reason
        with pytest.raises(ScaleRefusedError, match="it was approved by person"):
            await on.daemon.office.approve(one.decision.id, None, "", "person")


async def test_another_number_may_be_chosen_within_the_limits(tmp_path: Path) -> None:
    async with stage(tmp_path, REVIEWED, load=BUSY) as on:
        one = await waiting(on)
        with pytest.raises(ScaleRefusedError, match="7 is above max_replicas 6"):
            await on.daemon.office.approve(one.decision.id, 7, "", "person")
        done = await on.daemon.office.approve(one.decision.id, 2, "", "person")
        assert (done.phase, done.action, done.target_replicas) == (Phase.DONE, Action.SCALE_UP, 2)
        assert "changed to 2 by person" in done.reason


async def test_what_is_rejected_is_not_done_nor_proposed_again(tmp_path: Path) -> None:
    async with stage(tmp_path, REVIEWED, load=BUSY) as on:
        one = await waiting(on)
        done = await on.daemon.office.reject(one.decision.id, "not today", "person")
        assert done.phase is Phase.BLOCKED and done.approval is not None and done.approval.state == "rejected"
        await asyncio.sleep(2.5)
        assert await on.daemon.office.approvals() == ()
        view = await on.view()
        assert (view.state, view.replicas) == ("held", 1) and "a person rejected that" in view.reason
        on.load.value = 50
        await on.until(lambda view: view.state == "steady")
        on.load.value = BUSY  # wanted again after it was not: that is another matter
        assert (await waiting(on)).decision.id > one.decision.id


async def test_a_stale_one_can_not_act(tmp_path: Path) -> None:
    slow = replace(REVIEWED, check_interval=30)
    async with stage(tmp_path, slow, load=50) as on:
        await asyncio.sleep(3)
        on.load.value = BUSY
        await asyncio.sleep(3)
        await on.daemon.office.check("shop/web")
        one = await waiting(on)
        on.load.value = 40
        await asyncio.sleep(4)
        with pytest.raises(ScaleRefusedError, match="that is not wanted any more"):
            await on.daemon.office.approve(one.decision.id, None, "", "person")
        await on.daemon.office.check("shop/web")
        assert await state_of(on, one.decision.id) == "superseded"
        assert (await on.view()).replicas == 1


async def test_a_newer_proposal_takes_the_place_of_the_older(tmp_path: Path) -> None:
    async with stage(tmp_path, REVIEWED, load=BUSY) as on:
        first = await waiting(on)
        await on.daemon.office.scale("shop/web", 2, "", "person")
        on.load.value = 900
        await none_waits(on)
        assert await state_of(on, first.decision.id) == "superseded"


async def test_nobody_answers_and_it_is_over(tmp_path: Path) -> None:
    async with stage(tmp_path, replace(REVIEWED, approval_expires=2), load=BUSY) as on:
        one = await waiting(on)
        for _ in range(100):
            if await state_of(on, one.decision.id) == "expired":
                break
            await asyncio.sleep(0.1)
        assert await state_of(on, one.decision.id) == "expired"
        assert (await waiting(on)).decision.id > one.decision.id  # still wanted: proposed anew


async def test_who_stops_reviewing_ends_what_waits(tmp_path: Path) -> None:
    async with stage(tmp_path, REVIEWED, load=BUSY) as on:
        one = await waiting(on)
        await on.daemon.office.set_mode("shop/web", Modes.both(Mode.OBSERVE), "person")
        await none_waits(on)
        assert await state_of(on, one.decision.id) == "superseded"


async def test_a_person_may_let_it_grow_by_itself_and_shrink_by_word_only(tmp_path: Path) -> None:
    patient = policy(mode=Mode.OBSERVE, stabilization=Pair(0, 0), cooldown=Pair(0, 0))
    careful = Modes(Mode.AUTO, Mode.REVIEW)
    async with stage(tmp_path, patient, load=BUSY) as on:
        await on.daemon.office.set_mode("shop/web", careful, "person")
        await on.until(lambda view: view.replicas == 3)
    async with stage(tmp_path, patient, load=5, replicas=3) as on:  # it is remembered
        one = await waiting(on)
        assert (one.decision.action, one.decision.target_replicas) == (Action.SCALE_DOWN, 2)
        assert (await on.view()).mode == str(careful)


async def test_a_restart_ends_what_waited(tmp_path: Path) -> None:
    async with stage(tmp_path, REVIEWED, load=BUSY) as on:
        one = await waiting(on)
    async with stage(tmp_path, POLICY, load=50) as on:
        assert await state_of(on, one.decision.id) == "superseded"
        with pytest.raises(ScaleRefusedError, match="superseded"):
            await on.daemon.office.approve(one.decision.id, None, "", "person")
        with pytest.raises(ApprovalNotFoundError, match="no proposal #4711"):
            await on.daemon.office.reject(4711, "", "person")


async def test_two_who_answer_at_once_act_once(tmp_path: Path) -> None:
    async with stage(tmp_path, REVIEWED, load=BUSY) as on:
        one = await waiting(on)
        office = on.daemon.office
        answers = await asyncio.gather(
            *(office.approve(one.decision.id, None, "", f"p{n}") for n in range(5)), return_exceptions=True
        )
        done = [answer for answer in answers if not isinstance(answer, BaseException)]
        refused = [answer for answer in answers if isinstance(answer, ScaleRefusedError)]
        assert (len(done), len(refused)) == (1, 4)
        assert (await on.view()).replicas == 3


async def test_growing_by_itself_and_shrinking_by_word_only(tmp_path: Path) -> None:
    one_way = policy(mode_down=Mode.REVIEW, stabilization=Pair(0, 0), cooldown=Pair(0, 0))
    async with stage(tmp_path, one_way, load=BUSY) as on:
        await on.until(lambda view: view.replicas == 3)
        on.load.value = 5
        one = await waiting(on)
        assert (one.decision.action, one.decision.target_replicas) == (Action.SCALE_DOWN, 2)
        assert (await on.view()).mode == "up auto, down review"
        done = await on.daemon.office.approve(one.decision.id, None, "", "person")
        assert (done.phase, (await on.view()).replicas) == (Phase.DONE, 2)
