"""Right-sizing advice on made-up weeks, by hand; and that it says nothing without evidence."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.core.demand import Minute, minutes_of, needed, spells
from docktor.core.policy import Condition, Op, Policy, Target
from docktor.core.rightsize import MIB, Size, advise, percentile, recorded_names
from docktor.core.tips import Tip
from docktor.core.world import ServiceId

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
WEEK, DAY = 7 * 1440, 1440
POLICY = Policy(ServiceId("shop", "web"), min_replicas=2, max_replicas=6, target=Target("cpu.avg", 60))
UNLIMITED = Size(None, None, 10)
LARGE = Size(2.0, 1024 * MIB, 10)


def record(
    cpu: Callable[[int], float],
    replicas: Callable[[int], int] = lambda at: 2,
    *,
    minutes: int = WEEK,
    memory: float = 50,
) -> tuple[Minute, ...]:
    return tuple(
        Minute(
            BEGIN + timedelta(minutes=at),
            replicas(at),
            replicas(at),
            {"cpu.avg": cpu(at), "cpu.max": cpu(at) * 1.1, "memory.avg": memory},
        )
        for at in range(minutes)
    )


def found(minutes: Sequence[Minute], policy: Policy = POLICY, size: Size = UNLIMITED) -> dict[str, Tip]:
    return {tip.code: tip for tip in advise(policy, size, minutes)}


def figures(tip: Tip) -> dict[str, tuple[float, str]]:
    return {name: (one.value, one.unit) for name, one in tip.evidence.items()}


def busy(at: int) -> float:
    """Two replicas at 50 % are worth 1.67 of 60 %."""
    return 50.0


def test_nothing_to_advise_is_an_answer() -> None:
    (tip,) = advise(POLICY, LARGE, record(busy))
    assert tip.code == "fits" and figures(tip) == {"recorded": (168, "h")}
    assert tip.text == "nothing to advise: limits, min_replicas and max_replicas fit what was seen in 168 h"


@pytest.mark.parametrize(("minutes", "left"), [(0, 24), (210, 20.5), (DAY - 1, 1 / 60)])
def test_it_is_too_early_before_a_day_is_recorded(minutes: int, left: float) -> None:
    (tip,) = advise(POLICY, LARGE, record(lambda at: 5, minutes=minutes))
    assert tip.code == "too-early"
    assert figures(tip)["ask_again_in"] == (round(left, 4), "h")


def test_limits_far_above_use() -> None:
    minutes = record(lambda at: 90 if at % 200 == 0 else 10, memory=10)
    tips = found(minutes, size=LARGE)
    cpu, memory = figures(tips["cpu-limit-high"]), figures(tips["memory-limit-high"])
    assert cpu["used_p99"] == (11, "%"), "one minute of two hundred is not counted"
    assert cpu["enough"] == (0.35, "cores"), "2 cores x 11 % x 1.5 = 0.33"
    assert memory["enough"] == (144, "MiB"), "1024 MiB x 10 % x 1.3 = 133.1, in steps of 16"
    assert "2 cores; 0.35 would do" in tips["cpu-limit-high"].text


def test_limits_that_are_used_or_not_known_are_left_alone() -> None:
    assert not {"cpu-limit-high", "memory-limit-high"} & found(record(lambda at: 28, memory=31), size=LARGE).keys()
    assert not {"cpu-limit-high", "memory-limit-high"} & found(record(lambda at: 5, memory=5)).keys()
    often = record(lambda at: 90 if at % 50 == 0 else 10)
    assert "cpu-limit-high" not in found(often, size=LARGE), "two of a hundred minutes"


def test_a_limit_that_is_as_small_as_can_be() -> None:
    assert "cpu-limit-high" not in found(record(lambda at: 1), size=Size(0.05, None, 10))


def test_min_replicas_that_never_mattered() -> None:
    three = replace(POLICY, min_replicas=3)
    tips = found(record(lambda at: 39 if at == 99 else 20, lambda at: 3), three)
    assert figures(tips["min-never-needed"]) == {
        "peak": (1.95, "replicas"),
        "min": (3, "replicas"),
        "enough": (2, "replicas"),
        "saved": (168, "replica-hours"),
        "recorded": (168, "h"),
    }
    assert "min-never-needed" not in found(record(lambda at: 41 if at == 99 else 20, lambda at: 3), three)


def test_max_replicas_that_was_in_the_way() -> None:
    at_noon = range(720, 870)
    minutes = record(lambda at: 90 if at % DAY in at_noon else 50, lambda at: 6 if at % DAY in at_noon else 2)
    tip = found(minutes)["max-reached"]
    assert figures(tip)["at_max"] == (round(100 * 150 / 1440, 4), "%")
    assert figures(tip)["above"] == (7 * 150, "min")
    well = record(lambda at: 60, lambda at: 6 if at % DAY in at_noon else 2)
    assert "max-reached" not in found(well), "at the most, and that was enough"
    seldom = record(lambda at: 90 if at < 90 else 50, lambda at: 6 if at < 90 else 2)
    assert "max-reached" not in found(seldom), "less than 1 %"


def test_rises_that_outrun_starts() -> None:
    def rise(at: int) -> float:
        return 120 if at % DAY < 5 else 50

    tip = found(record(rise), size=replace(UNLIMITED, start_up_s=120))["rises-outrun-starts"]
    assert figures(tip) == {
        "start_up": (120, "s"),
        "rises": (7, "times"),
        "above": (35, "min"),
        "enough": (4, "replicas"),
        "more": (336, "replica-hours"),
        "recorded": (168, "h"),
    }
    assert "rises-outrun-starts" not in found(record(rise)), "a start of ten seconds is not what is to blame"
    twice = record(lambda at: 120 if at in (5, 500) else 50)
    assert "rises-outrun-starts" not in found(twice, size=replace(UNLIMITED, start_up_s=120))


def test_replicas_that_are_too_large() -> None:
    one = replace(POLICY, min_replicas=1)
    minutes = record(lambda at: 62 if at % 5 == 0 else 20, lambda at: 1)
    tip = found(minutes, one)["replicas-too-large"]
    assert figures(tip)["needed"] == (round((62 + 4 * 20) / 5 / 60, 4), "replicas")
    assert "replicas-too-large" not in found(record(lambda at: 40, lambda at: 1), one)
    assert "replicas-too-large" not in found(record(lambda at: 5), one, LARGE), "the limit says the same, with a number"


def test_rules_on_totals_leave_min_and_max_unjudged() -> None:
    queue = replace(POLICY, target=None, up_when=(Condition("queue.backlog", Op.GT, 100),))
    (tip,) = advise(queue, LARGE, record(busy))
    assert tip.code == "fits" and "min and max are not judged" in tip.text
    assert needed(replace(queue, up_when=(Condition("memory.avg", Op.GT, 80),)), record(busy)) == ()
    assert needed(replace(queue, up_when=()), record(busy)) == ()


def test_what_a_load_is_worth() -> None:
    (one,) = needed(POLICY, record(lambda at: 90, minutes=1))
    assert (one.worth, one.over) == (3.0, True)
    by_rule = replace(POLICY, target=None, up_when=(Condition("cpu.avg", Op.GE, 75),))
    (one,) = needed(by_rule, record(lambda at: 75, minutes=1))
    assert (one.worth, one.over) == (2.0, True)
    backlog = replace(POLICY, target=Target("queue.backlog", 50))
    (one,) = needed(backlog, [Minute(BEGIN, 2, 1, {"queue.backlog": 120.0})])
    assert (one.worth, one.over) == (2.4, True)


def test_minutes_without_replicas_are_none() -> None:
    points: dict[str, list[tuple[datetime, float | None]]] = {
        "replicas": [(BEGIN, 2.0), (BEGIN + timedelta(minutes=1), None)],
        "replicas.ready": [(BEGIN, 1.0)],
        "cpu.avg": [(BEGIN, None), (BEGIN + timedelta(minutes=1), 5.0)],
    }
    assert minutes_of(points) == (Minute(BEGIN, 2, 1, {"replicas": 2.0, "replicas.ready": 1.0}),)


def test_what_is_seen_seldom_lasts_until_it_is_seen_again() -> None:
    times = [BEGIN + timedelta(minutes=at) for at in (0, 2, 60)]
    found = minutes_of({"replicas": [(at, float(place)) for place, at in enumerate(times)]})
    assert [(one.at - BEGIN).total_seconds() / 60 for one in found] == [0, 1, 2, 3, 4, 5, 6, 60]
    assert minutes_of({}) == ()
    assert [one.replicas for one in found] == [0, 0, 1, 1, 1, 1, 1, 2], "after five minutes nothing is known"


def test_a_gap_parts_two_spells() -> None:
    load = needed(POLICY, record(busy, minutes=10))
    assert [len(spell) for spell in spells([*load[:3], *load[4:6], load[9]])] == [3, 2, 1]
    assert spells(()) == ()


def test_the_names_it_needs() -> None:
    assert recorded_names(POLICY) == ("cpu.avg", "cpu.max", "memory.avg", "replicas", "replicas.ready")


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(0, 1))
def test_a_percentile_is_one_of_them(values: list[float], share: float) -> None:
    ordered = sorted(values)
    one = percentile(ordered, share)
    assert sum(value <= one for value in ordered) >= share * len(ordered) - 1e-9 and one in ordered


@given(
    st.lists(st.tuples(st.integers(0, 9), st.floats(0, 130)), min_size=1, max_size=30),
    st.integers(0, 4),
    st.integers(0, 5),
    st.sampled_from([UNLIMITED, LARGE, Size(2.0, None, 300)]),
)
def test_whatever_was_seen_each_tip_has_evidence_and_saves_no_more_than_there_was(
    seen: list[tuple[int, float]], least: int, more: int, size: Size
) -> None:
    policy = replace(POLICY, min_replicas=least, max_replicas=max(least + more, 1))
    minutes = record(lambda at: seen[at % len(seen)][1], lambda at: seen[at % len(seen)][0], minutes=DAY)
    tips = advise(policy, size, minutes)
    assert tips and len({tip.code for tip in tips}) == len(tips)
    total = sum(one.replicas for one in minutes) / 60
    for tip in tips:
        known = figures(tip)
        assert known["recorded"] == (24, "h") and tip.text
        assert known.get("saved", (0, ""))[0] <= total + 1e-4
        assert known.get("more", (0, ""))[0] <= 24 * policy.max_replicas
        if "limit" in known:
            assert known["enough"][0] < known["limit"][0]
