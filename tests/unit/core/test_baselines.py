"""What others would do, by hand, and what must hold for each of them."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.core.baselines.bounds import Bounds
from docktor.core.baselines.hpa import Behavior, Hpa
from docktor.core.baselines.keda import Keda
from docktor.core.baselines.optimum import Optimum, most_within
from docktor.core.baselines.plain import Ancestor, Static, at_mean, at_peak
from docktor.core.loadmodel import ServiceModel
from docktor.core.modelled import Look, Row, Scaler, Wish, run
from docktor.core.score import score
from docktor.core.trace import Trace

WIDE = Bounds(1, 100)


def look(ready: int, cpu: float = 0.0, *, starting: int = 0, at: float = 0.0, backlog: float = 0.0) -> Look:
    return Look(at, 0.0, ready, starting, cpu, backlog, 0.0, 0.0)


def steady(*loads: float, step: float = 15.0) -> Trace:
    return Trace(tuple(index * step for index in range(len(loads))), loads)


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (look(4, 70), 4),
        (look(4, 76.9), 4),  # within a tenth
        (look(4, 80), 5),  # 4 · 80/70 = 4.57
        (look(4, 100), 6),
        (look(0, starting=3), 3),  # no metrics, no change
        (look(4, 100, starting=1), 6),  # idle: 400/5/70 = 1.14
        (look(4, 100, starting=2), 6),  # 0.95: within the tolerance
        (look(4, 100, starting=4), 8),  # 0.71: it would turn round
    ],
)
def test_hpa_grows(seen: Look, wanted: int) -> None:
    assert Hpa(70, WIDE).step(seen).replicas == wanted


def test_hpa_is_patient_before_it_shrinks() -> None:
    hpa = Hpa(70, WIDE)
    assert hpa.step(look(10, 70)).replicas == 10
    told = [hpa.step(look(10, 35, at=15.0 * index)).replicas for index in range(1, 22)]
    assert told[:19] == [10] * 19
    assert told[19] == 5  # 300 s after the last time that ten were wanted
    assert hpa.step(look(5, 35, starting=5, at=400)).replicas == 10  # full: (5 · 35 + 5 · 100) / 10 is 67.5


def test_hpa_grows_by_no_more_than_it_may() -> None:
    assert Behavior(WIDE).settle(0, 1, 50) == 5
    assert Behavior(WIDE).settle(0, 10, 50) == 20
    assert Behavior(Bounds(1, 12)).settle(0, 10, 50) == 12


def test_keda_wakes_grows_and_sleeps() -> None:
    keda = Keda(10, Bounds(0, 50), activation=5)
    assert keda.step(look(0, at=0, backlog=5)).replicas == 0
    assert keda.step(look(0, at=15, backlog=90)).replicas == 0  # it looks only every 30 s
    assert keda.step(look(0, at=30, backlog=90)).replicas == 1
    assert keda.step(look(1, at=45, backlog=300)).replicas == 5
    assert keda.step(look(5, at=60, backlog=52)).replicas == 5
    told = [keda.step(look(5, at=60.0 + 15 * index)).replicas for index in range(1, 22)]
    assert told[:19] == [5] * 19
    assert told[19] == 0  # for 300 s nothing waited
    assert keda.step(look(1, at=1000, backlog=5)).replicas == 0


def test_keda_above_none_keeps_its_fewest() -> None:
    keda = Keda(10, Bounds(2, 50))
    assert {keda.step(look(2, at=15.0 * index)).replicas for index in range(100)} == {2}


def test_the_ancestor_takes_steps() -> None:
    ancestor = Ancestor(10, Bounds(2, 6))
    counts = [ancestor.step(look(count, cpu)).replicas for count, cpu in ((3, 75.1), (5, 80), (3, 75), (3, 19), (2, 5))]
    assert counts == [5, 6, 3, 2, 2]


def test_static_numbers() -> None:
    trace, model = steady(100, 420, 90), ServiceModel()
    assert (at_peak(trace, model, WIDE), at_mean(trace, model, WIDE)) == (5, 3)
    assert at_peak(trace, model, Bounds(1, 4)) == 4
    assert {row.desired for row in run(Static(5, 15), trace, model, 5)} == {5}


def kept(trace: Trace, startup: float, bounds: Bounds = WIDE) -> list[Row]:
    model = ServiceModel(startup=startup)
    optimum = Optimum(trace, model, 15, bounds)
    return list(run(optimum, trace, model, optimum.first))


def test_the_optimum_knows() -> None:
    trace = steady(100, 100, 100, 300, 100, 300, 100, 100, 100, 100, 200)
    assert [row.desired for row in kept(trace, 30)] == [1, 3, 3, 3, 3, 3, 1, 1, 2, 2, 2]
    assert [row.ready for row in kept(trace, 30)] == [1, 1, 1, 3, 3, 3, 3, 1, 1, 1, 2]
    assert [row.desired for row in kept(trace, 0)] == [1, 1, 3, 3, 3, 3, 1, 1, 1, 2, 2]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30), st.integers(0, 40))
def test_most_within(numbers: list[int], ahead: int) -> None:
    assert most_within(numbers, ahead) == [max(numbers[i : i + ahead + 1]) for i in range(len(numbers))]


loads = st.lists(st.floats(0, 900), min_size=1, max_size=40)
startups = st.sampled_from([0.0, 10.0, 15.0, 40.0, 300.0])


class Whim:
    """Any number at any time."""

    every = 15.0

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers, self._next = numbers, 0

    def step(self, seen: Look) -> Wish:
        self._next += 1
        return Wish(self._numbers[(self._next - 1) % len(self._numbers)])


@given(loads, startups)
def test_the_optimum_loses_nothing(given_loads: list[float], startup: float) -> None:
    rows = kept(steady(*given_loads), startup)
    assert score(rows, 100, 15).lost == 0
    assert score(rows, 100, 15).elasticity.under_time == 0


@given(loads, startups, st.lists(st.integers(1, 12), min_size=1, max_size=40), st.integers(1, 12))
def test_nobody_without_loss_is_cheaper(given_loads: list[float], startup: float, whim: list[int], first: int) -> None:
    trace, model = steady(*given_loads), ServiceModel(startup=startup)
    found = score(list(run(Whim(whim), trace, model, first)), 100, 15)
    best = score(kept(trace, startup), 100, 15)
    assert found.overloaded > 0 or found.cost_over(best) >= 1 - 1e-9


@given(loads, startups)
def test_one_replica_less_loses(given_loads: list[float], startup: float) -> None:
    """Whoever asks for one less than the optimum at any check has too little at some check."""
    trace, model = steady(*given_loads), ServiceModel(startup=startup)
    numbers = [row.desired for row in kept(trace, startup)]
    for place, number in enumerate(numbers):
        if number > 1:
            fewer = [*numbers[:place], number - 1, *numbers[place + 1 :]]
            assert score(list(run(Whim(fewer), trace, model, numbers[0])), 100, 15).overloaded > 0


MAKERS: dict[str, Callable[[Bounds], Scaler]] = {
    "hpa": lambda bounds: Hpa(70, bounds),
    "keda": lambda bounds: Keda(50, bounds),
    "ancestor": lambda bounds: Ancestor(10, bounds),
}


@pytest.mark.parametrize("name", MAKERS)
@given(loads, startups, st.booleans(), st.builds(Bounds, st.integers(0, 4), st.integers(5, 9)))
def test_always_within_bounds_and_the_same_again(
    name: str, given_loads: list[float], startup: float, queue: bool, bounds: Bounds
) -> None:
    trace, model = steady(*given_loads, step=60), ServiceModel(startup=startup, queue=queue)
    rows, again = (list(run(MAKERS[name](bounds), trace, model, bounds.hold(2))) for _ in range(2))
    assert rows == again
    assert all(bounds.fewest <= row.desired <= bounds.most for row in rows)
    assert all(row.ready <= before.desired for before, row in pairwise(rows))
    assert all(math.isfinite(row.backlog) and 0 <= row.cpu_avg <= 100 for row in rows)
