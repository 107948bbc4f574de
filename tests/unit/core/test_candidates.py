"""What a model may choose among, by example; test_legal_choice.py has it for every policy, world and past."""

from dataclasses import replace

import pytest

from docktor.core.candidates import Candidate, candidates
from docktor.core.decide import Tick, decide
from docktor.core.decision import Hold, Past, Recommendation, Source
from docktor.core.policy import Condition, Mode, Op, Pair, Policy, Target
from docktor.core.world import Observation, RunState, ServiceState, Snapshot
from tests.unit.core.build import NOW, PAST, POLICY, WEB, at, replica, seen, service

BY_TARGET = replace(POLICY, up_when=(), down_when=(), target=Target("cpu.avg", 50))
QUEUE = replace(
    POLICY,
    min_replicas=0,
    up_when=(Condition("queue.backlog", Op.GT, 100),),
    down_when=(Condition("queue.backlog", Op.LT, 10),),
    cooldown_zero=60,
)


def choice(policy: Policy, snapshot: Snapshot, past: Past = PAST, *, may_wait: bool = True) -> tuple[Candidate, ...]:
    return candidates(policy, snapshot, ticked(policy, snapshot, past), may_wait=may_wait)


def ticked(policy: Policy, snapshot: Snapshot, past: Past = PAST) -> Tick:
    return decide(policy, snapshot, past, snapshot.at)


def numbers(found: tuple[Candidate, ...]) -> list[int]:
    return [one.replicas for one in found]


def by_rules(found: tuple[Candidate, ...]) -> list[int]:
    return [one.replicas for one in found if one.by_rules]


def backlog(count: int, messages: float) -> Snapshot:
    return Snapshot(service(count), NOW, {"queue.backlog": Observation.exact(messages)}, {})


@pytest.mark.parametrize(
    ("policy", "cpu", "offered", "rules"),
    [
        (POLICY, 90, [3, 4, 5], 5),
        (replace(POLICY, scale_up_by=1), 90, [3, 4], 4),
        (replace(POLICY, scale_up_by=6), 90, [3, 4, 6, 9], 9),
        (POLICY, 50, [3, 4, 5], 3),
        (POLICY, 5, [2, 3], 2),
        (replace(POLICY, scale_down_by=2), 5, [1, 2, 3], 1),
        (BY_TARGET, 80, [3, 4, 5], 5),
        (BY_TARGET, 150, [3, 4, 6, 9], 9),
        (BY_TARGET, 50, [3], 3),
        (BY_TARGET, 10, [1, 2, 3], 1),
    ],
)
def test_from_staying_to_what_the_rules_want(policy: Policy, cpu: float, offered: list[int], rules: int) -> None:
    found = choice(policy, seen(3, cpu))
    assert (numbers(found), by_rules(found)) == (offered, [rules])


def test_ids_go_up_with_the_replicas() -> None:
    assert [(one.id, one.replicas) for one in choice(POLICY, seen(3, 90))] == [("A", 3), ("B", 4), ("C", 5)]


def test_five_at_most_however_far_the_rules_want_to_go() -> None:
    far = replace(BY_TARGET, max_replicas=100, scale_up_by=7)
    assert numbers(choice(far, seen(3, 1000))) == [3, 4, 29, 55]
    assert numbers(choice(far, seen(80, 1))) == [2, 41, 79, 80]
    short = replace(far, scale_up_by=40)
    assert numbers(choice(short, seen(10, 300))) == [10, 11, 32, 55]


def test_more_than_the_rules_want_up_to_one_step_if_they_would_leave_it() -> None:
    wide = replace(POLICY, scale_up_by=4)
    assert numbers(choice(wide, seen(3, 50))) == [3, 4, 5, 7]
    assert numbers(choice(wide, seen(3, 40))) == [3, 4, 5]  # among seven, 17 % each: the rules would shrink it
    by_target = choice(replace(BY_TARGET, scale_up_by=4), seen(3, 60))
    assert (numbers(by_target), by_rules(by_target)) == ([3, 4], [4])


def test_each_number_passes_max_and_steps() -> None:
    assert numbers(choice(POLICY, seen(9, 90))) == [9, 10]
    assert numbers(choice(POLICY, seen(10, 90))) == [10]
    one_more = replace(BY_TARGET, max_step_up=1)
    assert numbers(choice(one_more, seen(3, 150))) == [3, 4]
    two_fewer = replace(BY_TARGET, max_step_down=2)
    assert numbers(choice(two_fewer, seen(6, 1))) == [4, 5, 6]


def test_a_cooldown_leaves_only_staying() -> None:
    policy = replace(POLICY, cooldown=Pair(30, 60))
    grew = PAST._replace(last_up=at(-10))
    for cpu in (90, 50, 5):
        found = choice(policy, seen(3, cpu), grew)
        assert (numbers(found), by_rules(found)) == ([3], [3])
    assert numbers(choice(policy, seen(3, 90), PAST._replace(last_up=at(-30)))) == [3, 4, 5]


def test_stabilization_bounds_what_may_be_chosen() -> None:
    policy = replace(BY_TARGET, stabilization=Pair(60, 300))
    past = PAST._replace(recommendations=(Recommendation(at(-100), 6), Recommendation(at(-50), 6)))
    assert numbers(choice(policy, seen(8, 5), past)) == [6, 7, 8]
    assert numbers(choice(policy, seen(3, 200), past)) == [3, 4, 6]
    calm = PAST._replace(recommendations=(Recommendation(at(-50), 3),))
    assert numbers(choice(policy, seen(3, 90), calm)) == [3]


def test_more_than_the_rules_want_has_to_have_been_wanted_for_as_long() -> None:
    policy = replace(POLICY, stabilization=Pair(60, 0))
    before = PAST._replace(recommendations=(Recommendation(at(-30), 3),))
    assert numbers(choice(policy, seen(3, 50), before)) == [3]
    # what this very look wants is not held against it: the guard goes by the past before it
    assert numbers(choice(policy, seen(3, 50))) == [3, 4, 5]


def test_rules_that_want_fewer_and_may_not_are_no_reason_to_grow() -> None:
    fresh = Past(watching_since=at(-5))
    assert numbers(choice(POLICY, seen(3, 5), fresh)) == [3]
    assert numbers(choice(replace(POLICY, min_replicas=3), seen(3, 5))) == [3]


def test_a_crash_loop_is_fed_by_nobody() -> None:
    crashing = {"health.restarts": Observation.exact(3)}
    for cpu in (90, 50):
        assert numbers(choice(POLICY, seen(3, cpu, more=crashing))) == [3]


@pytest.mark.parametrize(
    "state",
    [
        service(2, replica(3, state=RunState.PAUSED)),
        service(3, unscalable="port 80 is fixed"),
        ServiceState(WEB, tuple(replica(n, state=RunState.EXITED) for n in (1, 2, 3))),
    ],
    ids=["paused", "unscalable", "stopped"],
)
@pytest.mark.parametrize("cpu", [90, 50, 5])
def test_what_the_engine_forbids_is_not_offered(state: ServiceState, cpu: float) -> None:
    assert numbers(choice(POLICY, seen(3, cpu, state=state))) == [3]


@pytest.mark.parametrize(
    "past",
    [
        PAST._replace(hold=Hold(at(60), "testing")),
        PAST._replace(outside_until=at(60)),
        PAST._replace(retry_at=at(60)),
        PAST._replace(expected=7),
    ],
    ids=["held", "outside", "failed", "changed by hand"],
)
@pytest.mark.parametrize("cpu", [90, 50, 5])
def test_who_is_to_be_left_alone_is(past: Past, cpu: float) -> None:
    assert numbers(choice(POLICY, seen(3, cpu), past)) == [3]
    assert numbers(choice(replace(POLICY, mode=Mode.OFF), seen(3, cpu))) == [3]


@pytest.mark.parametrize("count", [1, 12])
def test_outside_min_and_max_nobody_is_asked(count: int) -> None:
    assert choice(replace(POLICY, min_replicas=3), seen(count, 50)) == ()


def test_blind_holding_is_not_open_to_advice_and_growing_is() -> None:
    policy = replace(POLICY, up_when=(*POLICY.up_when, Condition("memory.avg", Op.GT, 90)))
    assert choice(policy, seen(3, 50)) == ()
    assert choice(policy, seen(3, 5)) == ()
    assert choice(policy, seen(3)) == ()
    assert numbers(choice(policy, seen(3, 90))) == [3, 4, 5]


def test_a_fallback_is_not_open_to_advice() -> None:
    policy = replace(QUEUE, fallback_replicas=4)
    lost = Snapshot(service(2), NOW, {}, {"queue.backlog": "down"}, {"queue.backlog": at(-90)})
    assert ticked(policy, lost).verdict.source is Source.POLICY
    assert choice(policy, lost) == ()


def test_waking_from_zero_is_not_open_to_advice() -> None:
    parked = ServiceState(WEB, (), parked=replica(1, state=RunState.EXITED))
    awake = Snapshot(parked, NOW, {"queue.backlog": Observation.exact(500)}, {})
    assert ticked(QUEUE, awake).verdict.target > 0
    assert choice(QUEUE, awake) == ()
    assert choice(POLICY, seen(0, 90)) == ()


def test_to_zero_or_fewer_or_not_yet() -> None:
    idle = PAST._replace(idle_since=at(-60))
    assert numbers(choice(QUEUE, backlog(1, 0), idle)) == [0, 1]
    found = choice(QUEUE, backlog(4, 0), idle)
    assert (numbers(found), by_rules(found)) == ([0, 2, 3, 4], [0])
    # what is not zero is not excused from waiting as zero is
    assert numbers(choice(QUEUE, backlog(4, 0), idle._replace(last_down=at(-1)))) == [0, 4]
    assert numbers(choice(QUEUE, backlog(1, 0), PAST._replace(idle_since=at(-59)))) == [1]


@pytest.mark.parametrize(("cpu", "left"), [(90, [4, 5]), (5, [2]), (50, [3, 4, 5])])
def test_staying_is_left_out_once_it_was_long_enough_unless_the_rules_want_it(cpu: float, left: list[int]) -> None:
    assert numbers(choice(POLICY, seen(3, cpu), may_wait=False)) == left


def test_letters_follow_what_is_left() -> None:
    assert [one.id for one in choice(POLICY, seen(3, 90), may_wait=False)] == ["A", "B"]


def test_expected_shares_the_same_load_among_more() -> None:
    found = choice(POLICY, seen(3, 90))
    assert [dict(one.expected) for one in found] == [{"cpu.avg": 90}, {"cpu.avg": 67.5}, {"cpu.avg": 54}]


def test_expected_of_a_queue_is_the_share_of_each() -> None:
    found = choice(QUEUE, backlog(2, 300))
    assert [dict(one.expected) for one in found] == [
        {"queue.backlog for each": 150},
        {"queue.backlog for each": 100},
        {"queue.backlog for each": 75},
    ]
    to_zero = choice(QUEUE, backlog(1, 0), PAST._replace(idle_since=at(-60)))
    assert [dict(one.expected) for one in to_zero] == [{}, {"queue.backlog for each": 0}]


def test_nothing_is_expected_of_other_totals_or_of_what_is_not_known() -> None:
    policy = replace(POLICY, up_when=(*POLICY.up_when, *(Condition(m, Op.GT, 1) for m in ("memory.avg", "orders"))))
    found = choice(policy, seen(3, 90, more={"orders": Observation.exact(7)}))
    assert [set(one.expected) for one in found] == [{"cpu.avg"}] * 3
