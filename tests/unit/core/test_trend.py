"""How the numbers moved, as a model is told."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.core.policy import Condition, Op, Target
from docktor.core.trend import AGO, MOST_METRICS, Glance, Trend, remember, trends, worth_telling
from docktor.core.world import Observation, Snapshot
from tests.unit.core.build import NOW, POLICY, at, seen, service

CPU = ("cpu.avg",)


def trail_of(*moments: tuple[float, float]) -> tuple[Glance, ...]:
    """Seconds ago and value, oldest first."""
    return tuple(Glance(at(-ago), {"cpu.avg": value}) for ago, value in moments)


def seconds_of(trail: tuple[Glance, ...]) -> list[float]:
    return [(one.at - NOW).total_seconds() for one in trail]


def walked(*moments: float) -> tuple[Glance, ...]:
    trail: tuple[Glance, ...] = ()
    for second in moments:
        trail = remember(trail, seen(2, second, now=at(second)), CPU)
    return trail


def test_at_most_one_glance_every_ten_seconds() -> None:
    assert seconds_of(walked(0, 1, 5, 9.9, 10, 12, 19, 20, 31, 40)) == [0, 10, 20, 31]


def test_a_little_more_than_ten_minutes_is_kept() -> None:
    trail = walked(*range(0, 2000, 10))
    assert seconds_of(trail) == list(range(1370, 2000, 10))
    assert seconds_of(remember(trail, seen(2, 1, now=at(9999)), CPU)) == [9999]


def test_a_clock_set_back_begins_a_new_trail() -> None:
    assert seconds_of(remember(walked(0, 10, 20), seen(2, 7, now=at(19)), CPU)) == [19]
    assert seconds_of(walked(3600, 0, 10)) == [0, 10]


def test_what_is_absent_is_left_out_and_the_moment_kept() -> None:
    trail = remember((), seen(2), CPU)
    assert (seconds_of(trail), dict(trail[0].values)) == ([0], {})
    only = remember((), seen(2, 40, more={"memory.avg": Observation.exact(5)}), CPU)
    assert dict(only[0].values) == {"cpu.avg": 40}


def test_values_of_one_five_and_ten_minutes_ago() -> None:
    trail = trail_of((600, 10), (300, 30), (60, 60), (10, 85))
    assert trends(trail, seen(2, 90), CPU) == (Trend("cpu.avg", 90, ((60, 60), (300, 30), (600, 10))),)


@pytest.mark.parametrize(
    ("ago", "told"),
    [
        (59.9, {}),
        (60, {60: 7}),
        (90, {60: 7}),
        (90.1, {}),
        (299, {}),
        (300, {300: 7}),
        (450, {300: 7}),
        (451, {}),
        (600, {600: 7}),
        (620, {600: 7}),
    ],
)
def test_how_old_a_value_may_be_to_count(ago: float, told: dict[int, float]) -> None:
    assert dict(trends(trail_of((ago, 7)), seen(2, 90), CPU)[0].ago) == told


def test_the_youngest_that_is_old_enough_counts() -> None:
    trail = trail_of((88, 1), (75, 2), (62, 3), (55, 4))
    assert trends(trail, seen(2, 90), CPU)[0].ago == ((60, 3),)


def test_a_metric_that_was_absent_then_has_no_value_of_then() -> None:
    trail = (Glance(at(-70), {"cpu.avg": 5}), Glance(at(-61), {}))
    assert trends(trail, seen(2, 90), CPU)[0].ago == ()


def test_a_metric_that_is_absent_now_has_no_trend() -> None:
    assert trends(trail_of((60, 5)), seen(2), CPU) == ()
    assert trends((), seen(2, 90), CPU) == (Trend("cpu.avg", 90, ()),)


def test_a_whole_run_ends_in_all_three() -> None:
    found = trends(walked(*range(0, 1000, 10)), seen(2, 1, now=at(990)), CPU)
    assert found[0].ago == ((60, 930), (300, 690), (600, 390))


def test_the_metrics_of_the_rules_come_first_and_eight_are_enough() -> None:
    assert worth_telling(POLICY) == [
        *("cpu.avg", "memory.avg", "queue.backlog", "queue.lag", "queue.rate_in", "queue.rate_out")
    ]
    own = replace(POLICY, target=Target("orders", 5))
    assert worth_telling(own)[:3] == ["cpu.avg", "orders", "memory.avg"]
    many = replace(POLICY, up_when=tuple(Condition(f"own{n}", Op.GT, 1) for n in range(20)))
    assert len(worth_telling(many)) == MOST_METRICS
    assert len(set(worth_telling(many))) == MOST_METRICS


@given(st.lists(st.tuples(st.integers(-50, 200), st.none() | st.integers(0, 100)), max_size=80))
def test_a_trail_is_short_in_order_and_tells_nothing_younger_than_it_says(
    moves: list[tuple[int, int | None]],
) -> None:
    """Whatever the clock does."""
    trail: tuple[Glance, ...] = ()
    second = 0
    for by, value in moves:
        second += by
        look = Snapshot(service(2), at(second), {} if value is None else {"cpu.avg": Observation.exact(value)})
        trail = remember(trail, look, CPU)
        moments = seconds_of(trail)
        assert moments == sorted(moments) and moments[-1] <= second
        assert moments[-1] - moments[0] <= AGO[-1] + 30 and len(trail) <= AGO[-1] // 10 + 3
        for one in trends(trail, look, CPU):
            for ago, then in one.ago:
                known = {(look.at - g.at).total_seconds(): g.values.get("cpu.avg") for g in trail}
                assert any(ago <= age <= ago * 1.5 and was == then for age, was in known.items())
