"""Numbers from sources: what counts as one, and how totals become rates."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.core.signals import LARGEST, Point, fault_of, rates

WINDOW = 60.0

seconds = st.floats(0.1, 30)
totals = st.dictionaries(st.sampled_from(["rate_in", "rate_out", "other"]), st.integers(0, 10**12).map(float))
points = st.lists(st.tuples(seconds, totals), min_size=1, max_size=20)


def history(steps: Sequence[tuple[float, Mapping[str, float]]], start: float = 0.0) -> list[Point]:
    """Points, each so many seconds after the one before."""
    found = []
    for passed, values in steps:
        start += passed
        found.append(Point(start, values))
    return found


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (0, None),
        (7, None),
        (0.5, None),
        (LARGEST, None),
        (None, "null"),
        (True, "no number but bool"),
        ("7", "no number but str"),
        (math.nan, "not finite"),
        (math.inf, "not finite"),
        (-1, "negative (-1)"),
        (-0.5, "negative (-0.5)"),
        (1e300, "absurdly large (1e+300)"),
        (10**400, "absurdly large (1e+300)"),
    ],
)
def test_what_counts_as_a_number(value: object, fault: str | None) -> None:
    assert fault_of(value) == fault


@given(st.one_of(st.floats(), st.integers(), st.none(), st.text(), st.booleans(), st.lists(st.integers())))
def test_whatever_passes_is_finite_and_not_negative(value: object) -> None:
    if fault_of(value) is None:
        assert isinstance(value, int | float)
        assert 0 <= value <= LARGEST


@given(points)
def test_a_rate_is_never_negative_and_always_finite(steps: list[tuple[float, dict[str, float]]]) -> None:
    found = rates(history(steps), WINDOW)
    assert all(rate >= 0 and math.isfinite(rate) for rate in found.values())
    assert found.keys() <= {name for _, values in steps for name in values}


@given(points)
def test_a_rate_lies_between_the_slowest_and_the_fastest_step(steps: list[tuple[float, dict[str, float]]]) -> None:
    for name, rate in rates(history(steps), math.inf).items():
        read = history(steps)
        grown = [
            (after.totals[name] - before.totals[name]) / (after.at - before.at)
            for before, after in pairwise(read)
            if name in before.totals and name in after.totals and after.totals[name] >= before.totals[name]
        ]
        assert min(grown) * 0.999 <= rate <= max(grown) * 1.001


@given(st.integers(0, 10**6), st.integers(0, 1000), st.lists(st.integers(1, 30), min_size=2, max_size=20))
def test_constant_growth_is_exact(start: int, each_second: int, passed: list[int]) -> None:
    at = [sum(passed[: index + 1]) for index in range(len(passed))]
    read = [Point(float(moment), {"rate_in": float(start + each_second * moment)}) for moment in at]
    assert rates(read, WINDOW) == {"rate_in": each_second}


@given(st.integers(1, 1000), st.lists(st.booleans(), min_size=4, max_size=20))
def test_steps_in_which_a_counter_began_anew_are_left_out(each_second: int, anew: list[bool]) -> None:
    count, read = 0.0, [Point(0, {"rate_in": 0.0})]
    for moment, again in enumerate([False, *anew], start=1):
        count = 0.0 if again else count + each_second
        read.append(Point(moment, {"rate_in": count}))
    # a counter that stands at 0 twice has not begun anew: it has not moved
    idle = sum(again and not before.totals["rate_in"] for again, before in zip(anew, read[1:], strict=False))
    grown = sum(not again for again in [False, *anew])
    assert rates(read, math.inf)["rate_in"] == pytest.approx(each_second * grown / (grown + idle))


@given(points, st.integers(-(10**6), 10**6))
def test_it_does_not_matter_when_it_was(steps: list[tuple[float, dict[str, float]]], shift: int) -> None:
    now, then = rates(history(steps), math.inf), rates(history(steps, float(shift)), math.inf)
    assert now == pytest.approx(then, rel=1e-6)


@given(points)
def test_names_do_not_meddle_with_each_other(steps: list[tuple[float, dict[str, float]]]) -> None:
    together = rates(history(steps), WINDOW)
    for name in ("rate_in", "rate_out", "other"):
        turned = [(at, dict(reversed(values.items()))) for at, values in steps]
        alone = [(at, {one: value for one, value in values.items() if one == name}) for at, values in steps]
        assert rates(history(turned), WINDOW) == together
        assert rates(history(alone), WINDOW).get(name) == together.get(name)


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ([], {}),
        ([Point(0, {"a": 1})], {}),
        ([Point(0, {"a": 1}), Point(0, {"a": 2})], {}),  # no time has passed
        ([Point(0, {"a": 1}), Point(10, {})], {}),
        ([Point(0, {}), Point(10, {"a": 1})], {}),
        ([Point(0, {"a": 5}), Point(10, {"a": 1})], {}),
        ([Point(0, {"a": 5}), Point(10, {"a": 1}), Point(20, {"a": 11})], {"a": 1}),
    ],
)
def test_what_is_not_known_has_no_rate(read: list[Point], expected: Mapping[str, float]) -> None:
    assert rates(read, WINDOW) == expected


def test_only_the_window_counts() -> None:
    read = [Point(float(at), {"a": 0.0 if at < 100 else (at - 100) * 7.0}) for at in range(0, 201, 10)]
    assert rates(read, WINDOW) == {"a": 7}
