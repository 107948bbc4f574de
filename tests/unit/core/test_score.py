"""What a run came to, by hand, and what must hold for any run."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.core.decision import Action
from docktor.core.modelled import Row
from docktor.core.policy import Condition, Op, Target
from docktor.core.score import Elasticity, Score, Threshold, needed, score, threshold_of
from tests.unit.core.build import POLICY

EVERY = 60.0
CAPACITY = 100.0


def rows(*given: tuple[float, int, int], backlogs: Sequence[float] = ()) -> list[Row]:
    """Of (load, ready, desired), a minute apart."""
    found, before = [], None
    for index, (load, ready, desired) in enumerate(given):
        action = Action.HOLD
        if before is not None and desired != before:
            action = Action.SCALE_UP if desired > before else Action.SCALE_DOWN
        backlog = backlogs[index] if backlogs else 0.0
        found.append(Row(index * EVERY, load, desired, ready, 0.0, backlog, action, ""))
        before = desired
    return found


def of(*given: tuple[float, int, int]) -> Score:
    return score(rows(*given), CAPACITY, EVERY)


def test_overload_heat_and_cost() -> None:
    found = of((50, 1, 1), (90, 1, 1), (150, 1, 2), (150, 2, 2))
    assert found.hours == pytest.approx(4 / 60)
    assert found.overloaded == pytest.approx(25)
    assert found.hot == pytest.approx(25)  # 90 of 100, not 150 of 200
    assert found.lost == pytest.approx(100 * 50 / 440)
    assert found.replica_hours == pytest.approx(6 / 60)  # the second counts from when it was asked for
    assert found.changes == 1
    assert found.changes_per_day == pytest.approx(360)


def test_what_is_removed_serves_no_more() -> None:
    found = of((150, 2, 2), (150, 2, 1))
    assert found.overloaded == pytest.approx(50)
    assert found.lost == pytest.approx(100 * 50 / 300)


def test_elasticity() -> None:
    """Needed 1, 2, 4, 1; serving 2, 2, 2, 2."""
    found = of((50, 2, 2), (150, 2, 2), (400, 2, 2), (0, 2, 2)).elasticity
    assert found.under == pytest.approx(25 * 2 / 4)
    assert found.over == pytest.approx(25 * (1 + 1))
    assert found.under_time == pytest.approx(25)
    assert found.over_time == pytest.approx(50)
    assert found.instability == pytest.approx(100)  # it moved each time, they never did


def test_following_at_once_is_stable() -> None:
    found = of((50, 1, 1), (150, 2, 2), (250, 3, 3), (50, 1, 1)).elasticity
    assert found == Elasticity(0, 0, 0, 0, 0)


def test_speedup() -> None:
    fixed = Elasticity(8, 16, 20, 40, 0)
    assert Elasticity(4, 8, 10, 20, 0).speedup(fixed) == pytest.approx(2)
    assert fixed.speedup(fixed) == pytest.approx(1)
    assert Elasticity(0, 8, 0, 20, 0).speedup(fixed) == math.inf
    assert Elasticity(4, 8, 10, 20, 0).speedup(replace(fixed, under=0, under_time=0)) == 0
    assert Elasticity(4, 0, 10, 20, 0).speedup(replace(fixed, under=0)) is None
    none = Elasticity(0, 4, 0, 10, 0)
    assert none.speedup(replace(none, over=16, over_time=10)) == pytest.approx(4**0.25)


def test_a_queue_loses_nothing_and_waits() -> None:
    told = rows((150, 1, 1), (150, 1, 2), (0, 2, 2), (0, 0, 0), backlogs=[0, 3000, 6000, 50])
    found = score(told, CAPACITY, EVERY, queue=True, threshold=Threshold(2000, per_replica=True))
    assert found.lost == 0
    assert found.waiting is not None
    assert found.waiting.over == pytest.approx(50)
    assert found.waiting.mean == pytest.approx(9050 / 4)
    assert found.waiting.most == 6000
    assert found.waiting.wait_mean == pytest.approx((0 + 30 + 30 + 0.5) / 4)
    assert found.waiting.wait_most == pytest.approx(30)


def test_threshold_of_a_policy() -> None:
    assert threshold_of(POLICY) is None
    by_target = replace(POLICY, target=Target("queue.lag", 70))
    assert threshold_of(by_target) == Threshold(70, per_replica=True)
    rules = (Condition("cpu.avg", Op.GT, 75), Condition("queue.backlog", Op.GT, 500))
    assert threshold_of(replace(POLICY, up_when=rules)) == Threshold(500, per_replica=False)


def test_nothing_at_all() -> None:
    found = of((0, 1, 1))
    assert (found.lost, found.overloaded, found.hot) == (0, 0, 0)
    assert found.cost_over(found) == 1


@pytest.mark.parametrize(("load", "replicas"), [(0, 1), (100, 1), (100.1, 2), (30 * 0.1 * 100, 3)])
def test_needed(load: float, replicas: int) -> None:
    assert needed(load, CAPACITY) == replicas


@given(st.lists(st.tuples(st.floats(0, 1e6), st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=30))
def test_shares_are_shares(given: list[tuple[float, int, int]]) -> None:
    found = of(*given)
    elasticity = found.elasticity
    for share in (found.overloaded, found.hot, found.lost, elasticity.under, elasticity.instability):
        assert 0 <= share <= 100 + 1e-6
    assert found.overloaded + found.hot <= 100 + 1e-6
    assert elasticity.under_time + elasticity.over_time <= 100 + 1e-6
    assert (found.lost > 0) == (found.overloaded > 0) or found.lost == pytest.approx(0, abs=1e-6)
