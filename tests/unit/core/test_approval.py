"""What becomes of a proposal."""

from dataclasses import replace

import pytest

from docktor.core.approval import ApprovalState, covers, end_of, pending, settled, stale
from docktor.core.decide import decide
from docktor.core.decision import Action, Decision, Phase, Source, State, Verdict
from docktor.core.policy import Pair
from tests.unit.core.build import NOW, PAST, POLICY, at, seen


def proposal(current: int, target: int) -> Decision:
    action = Action.SCALE_UP if target > current else Action.SCALE_DOWN
    return Decision(
        id=7,
        timestamp=NOW,
        iteration=1,
        project="shop",
        service="web",
        action=action,
        current_replicas=current,
        target_replicas=target,
        reason="cpu.avg 90 > 75",
        avg_cpu=90.0,
        observations={},
        rules=(),
        limits=(),
        source=Source.RULES,
        phase=Phase.PROPOSED,
    )


def wants(current: int, target: int) -> Verdict:
    return Verdict(current, target, target, Source.RULES, State.SCALING, "")


@pytest.mark.parametrize(
    ("target", "wanted", "covered"),
    [
        (5, 5, True),
        (5, 4, True),
        (5, 6, False),
        (5, 3, False),
        (5, 2, False),
        (2, 2, True),
        (2, 1, True),
        (1, 2, False),
    ],
)
def test_a_number_that_wavers_makes_no_new_proposal_one_that_grows_does(
    target: int, wanted: int, covered: bool
) -> None:
    assert covers(proposal(3, target), wants(3, wanted)) is covered


def test_other_replicas_are_another_matter() -> None:
    assert not covers(proposal(3, 5), wants(4, 5))


def test_it_ends_by_time_by_another_wish_or_when_nobody_reviews() -> None:
    policy = replace(POLICY, approval_expires=60)
    waiting = pending(policy, proposal(3, 5))
    assert end_of(waiting, wants(3, 5), at(59)) is None
    assert end_of(waiting, wants(3, 5), at(60)) is ApprovalState.EXPIRED
    assert end_of(waiting, wants(3, 3), at(10)) is ApprovalState.SUPERSEDED
    assert end_of(waiting, None, at(10)) is ApprovalState.SUPERSEDED


@pytest.mark.parametrize("state", [one for one in ApprovalState if one is not ApprovalState.APPROVED])
def test_what_is_not_approved_is_not_done(state: ApprovalState) -> None:
    done = settled(proposal(3, 5), state, "person", NOW, "because")
    assert done.phase is Phase.BLOCKED and done.approval is not None
    assert (done.approval.state, done.approval.by, done.approval.at) == (state.value, "person", NOW)
    assert done.reason == "cpu.avg 90 > 75; because"


def test_a_fresh_look_that_finds_the_same_lets_it_through() -> None:
    look = seen(3, 90)
    assert stale(POLICY, look, decide(POLICY, look, PAST, NOW), proposal(3, 5)) is None


@pytest.mark.parametrize(
    ("count", "cpu", "changes", "why"),
    [
        (4, 90, {}, "it was made for 3 replicas, and there are 4 by now"),
        (3, 50, {}, "that is not wanted any more: no rule fires: cpu.avg 50"),
        (3, 5, {}, "that is not wanted any more"),
        (3, None, {}, "that is not wanted any more"),
        (3, 90, {"max_replicas": 4}, "at most 4 (max_replicas)"),
        (3, 90, {"max_step_up": 1}, "at most 1 more at once"),
    ],
)
def test_a_stale_one_does_not_pass(count: int, cpu: float | None, changes: dict[str, int], why: str) -> None:
    policy = replace(POLICY, **changes)  # type: ignore[arg-type]  # field by field
    look = seen(count, cpu)
    told = stale(policy, look, decide(policy, look, PAST, NOW), proposal(3, 5))
    assert told is not None and told.startswith(why)


def test_a_cooldown_that_began_since_stops_it() -> None:
    policy = replace(POLICY, cooldown=Pair(60, 60))
    look = seen(3, 90)
    past = PAST._replace(last_up=at(-10))
    told = stale(policy, look, decide(policy, look, past, NOW), proposal(3, 5))
    assert told is not None and "next growth in 50 s" in told
