"""Situations to compare models by: built-in ones, and past decisions asked about again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from docktor.core.decision import Action, Decision, Phase, Source
from docktor.core.policy import Condition, Op, Pair, Target
from docktor.core.scenarios import SCENARIOS, built_in
from docktor.core.situation import Points, from_decision, needed_for, upper_limit
from tests.unit.core.build import NOW, POLICY

WIDE = replace(POLICY, cooldown=Pair(0, 0), stabilization=Pair(0, 0))


def decided(current: int, target: int, cpu: float | None, **changes: object) -> Decision:
    action = Action.HOLD if target == current else Action.SCALE_UP if target > current else Action.SCALE_DOWN
    made = Decision(
        id=41,
        timestamp=NOW,
        iteration=1,
        project="shop",
        service="web",
        action=action,
        current_replicas=current,
        target_replicas=target,
        reason="",
        avg_cpu=cpu,
        observations={"cpu.avg": cpu},
        rules=(),
        limits=(),
        source=Source.RULES,
        phase=Phase.DONE,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # field by field, typed at the call


def after(*values: float, replicas: float, every: float = 60) -> dict[str, Points]:
    """History from a minute after the decision on."""
    times = [NOW + timedelta(seconds=every * n) for n in range(1, len(values) + 1)]
    return {"cpu.avg": list(zip(times, values, strict=True)), "replicas": [(time, replicas) for time in times]}


def test_every_scenario_is_one_and_has_a_best_choice_among_the_candidates() -> None:
    found = list(built_in())
    assert [one.name for one in found] == [one.name for one in SCENARIOS]
    for one in found:
        assert one.best in [candidate.replicas for candidate in one.question.candidates]
    assert len({one.name for one in found}) == len(found) >= 20
    wrong = [one for one in found if one.best != one.question.by_rules]
    assert 5 <= len(wrong) <= len(found) - 5  # neither always nor never as the rules want


def test_a_past_decision_is_asked_about_again() -> None:
    found = from_decision(WIDE, decided(2, 4, 90), after(70, 55, replicas=4))
    assert found is not None and found.name == "#41"
    assert [one.replicas for one in found.question.candidates] == [2, 3, 4]
    assert found.question.by_rules == 4
    assert found.best == 4  # 70 % of four replicas: needs 3.73 at a limit of 75


@pytest.mark.parametrize(
    ("values", "replicas", "best"),
    [((30, 20), 4, 2), ((50, 50), 4, 3), ((100, 100), 4, 4), ((), 4, None)],
)
def test_right_is_the_fewest_that_would_have_been_enough(
    values: tuple[float, ...], replicas: float, best: int | None
) -> None:
    found = from_decision(WIDE, decided(2, 4, 90), after(*values, replicas=replicas))
    assert found is not None and found.best == best


def test_what_came_at_once_or_much_later_does_not_count() -> None:
    history: dict[str, Points] = {
        "cpu.avg": [(NOW + timedelta(seconds=at), 100.0) for at in (5, 700)] + [(NOW + timedelta(seconds=60), 20.0)],
        "replicas": [(NOW, 4.0)],
    }
    found = from_decision(WIDE, decided(2, 4, 90), history)
    assert found is not None and found.best == 2


def test_the_minutes_before_are_told() -> None:
    before = [(NOW - timedelta(seconds=ago), value) for ago, value in ((600, 20.0), (300, 40.0), (60, 70.0))]
    found = from_decision(WIDE, decided(2, 4, 90), {"cpu.avg": before})
    assert found is not None
    (trend, *_) = found.question.trends
    assert (trend.now, trend.ago) == (90, ((60, 70.0), (300, 40.0), (600, 20.0)))


@pytest.mark.parametrize(
    "decision",
    [
        decided(2, 4, 90, source=Source.PERSON),
        decided(2, 4, 90, source=Source.POLICY),
        decided(0, 1, 90),
        decided(2, 2, None),
        decided(10, 10, 90),
    ],
)
def test_where_there_was_nothing_to_choose_nobody_is_asked(decision: Decision) -> None:
    assert from_decision(WIDE, decision, {}) is None


def test_the_upper_limit_is_one_that_more_replicas_bring_down() -> None:
    assert upper_limit(POLICY) == ("cpu.avg", 75)
    queue = replace(POLICY, up_when=(Condition("queue.lag", Op.GT, 5),))
    assert upper_limit(queue) is None
    assert upper_limit(replace(queue, target=Target("memory.avg", 50, 0.2))) == ("memory.avg", 60)
    assert needed_for([(50, 4), (90, 2)], 75) == pytest.approx(200 / 75)
    assert needed_for([], 75) is None
