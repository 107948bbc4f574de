"""What the signals want, before any limit."""

from dataclasses import replace

import pytest

from docktor.core.decision import Source
from docktor.core.policy import Condition, Op, Target
from docktor.core.rules import recommend
from docktor.core.world import Observation
from tests.unit.core.build import POLICY, seen

TARGET = replace(POLICY, up_when=(), down_when=(), target=Target("cpu.avg", 50))


def test_any_up_rule_is_enough() -> None:
    policy = replace(POLICY, up_when=(*POLICY.up_when, Condition("memory.avg", Op.GE, 90)))
    proposal = recommend(policy, seen(3, 30, more={"memory.avg": Observation.exact(90)}))
    assert (proposal.wanted, proposal.source) == (5, Source.RULES)
    assert proposal.reason == "memory.avg 90 >= 90"


def test_down_takes_all_rules() -> None:
    policy = replace(POLICY, down_when=(*POLICY.down_when, Condition("memory.avg", Op.LT, 40)))
    busy = recommend(policy, seen(3, 10, more={"memory.avg": Observation.exact(80)}))
    quiet = recommend(policy, seen(3, 10, more={"memory.avg": Observation.exact(30)}))
    assert (busy.wanted, quiet.wanted) == (3, 2)
    assert quiet.reason == "cpu.avg 10 < 20 and memory.avg 30 < 40"


@pytest.mark.parametrize(
    ("op", "value", "holds"),
    [
        (Op.GT, 50, False),
        (Op.GE, 50, True),
        (Op.LT, 50, False),
        (Op.LE, 50, True),
        (Op.EQ, 50, True),
        (Op.NE, 50, False),
        (Op.NE, 51, True),
    ],
)
def test_operators(op: Op, value: float, holds: bool) -> None:
    policy = replace(POLICY, up_when=(Condition("cpu.avg", op, value),), down_when=())
    assert (recommend(policy, seen(2, 50)).wanted == 4) is holds


def test_an_absent_metric_stops_a_scale_down_but_not_a_scale_up() -> None:
    memory = Condition("memory.avg", Op.LT, 40)
    down = recommend(replace(POLICY, down_when=(*POLICY.down_when, memory)), seen(3, 10))
    up = recommend(replace(POLICY, up_when=(*POLICY.up_when, memory)), seen(3, 90))
    assert down.wanted == 3
    assert up.wanted == 5


def test_an_absent_target_metric_stops_a_scale_down_by_rules() -> None:
    policy = replace(POLICY, target=Target("memory.avg", 60))
    assert recommend(policy, seen(3, 10)).wanted == 3
    assert recommend(policy, seen(3, 90)).wanted == 5


def test_no_signal_at_all_is_no_opinion() -> None:
    proposal = recommend(POLICY, seen(3, None))
    assert proposal.wanted == 3
    assert proposal.blind == ("cpu.avg",)
    assert "no fresh samples" in proposal.reason


def test_a_range_counts_only_if_the_condition_holds_across_it() -> None:
    starting = seen(4, Observation(value=95, low=48, high=97))
    assert recommend(POLICY, starting).wanted == 4
    assert "may be anywhere from 48 to 97" in recommend(POLICY, starting).reason
    assert recommend(POLICY, seen(4, Observation(95, 76, 97))).wanted == 6
    assert recommend(POLICY, seen(4, Observation(5, 4, 60))).wanted == 4


@pytest.mark.parametrize(
    ("replicas", "cpu", "wanted"),
    [(2, 100, 4), (2, 54, 2), (2, 46, 2), (4, 20, 2), (3, 56, 4), (3, 0, 0)],
)
def test_target_law(replicas: int, cpu: float, wanted: int) -> None:
    assert recommend(TARGET, seen(replicas, cpu)).wanted == wanted


def test_a_target_among_replicas_that_start_says_what_it_waits_for() -> None:
    starting = recommend(TARGET, seen(3, Observation(value=98, low=33, high=99)))
    assert (starting.wanted, starting.reason) == (
        3,
        "cpu.avg may be anywhere from 33 to 99 until all replicas are known",
    )
    assert recommend(TARGET, seen(3, Observation(51, 49, 52))).reason == "cpu.avg 51 is near its target 50"


def test_target_on_a_total_divides_it_among_replicas() -> None:
    policy = replace(TARGET, target=Target("queue.backlog", 100))
    more = {"queue.backlog": Observation.exact(450)}
    assert recommend(policy, seen(2, 10, more=more)).wanted == 5


def test_a_monstrous_value_wishes_for_no_more_than_can_matter() -> None:
    policy = replace(TARGET, target=Target("queue.backlog", 1e-9))
    proposal = recommend(policy, seen(2, 10, more={"queue.backlog": Observation.exact(1e300)}))
    assert proposal.wanted == POLICY.max_replicas + 1


def test_the_larger_of_rules_and_target_wins() -> None:
    policy = replace(POLICY, target=Target("cpu.avg", 25))
    assert recommend(policy, seen(2, 90)).wanted == 7
    assert recommend(policy, seen(2, 90)).source is Source.TARGET
    assert recommend(replace(policy, target=Target("cpu.avg", 80)), seen(2, 90)).wanted == 4
    # rules would shrink, the target says enough is enough
    assert recommend(replace(policy, target=Target("cpu.avg", 10)), seen(4, 10)).wanted == 4


def test_rules_that_only_grow_leave_shrinking_to_the_target() -> None:
    policy = replace(POLICY, down_when=(), target=Target("cpu.avg", 50))
    assert recommend(policy, seen(4, 20)).wanted == 2
