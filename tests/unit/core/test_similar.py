"""Which decisions were made in situations alike."""

import math
from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.core.decision import Decision, Phase
from docktor.core.similar import SETTLED, most_similar
from tests.unit.memory.making import make

ALL = 1000
NAMES = st.sampled_from(["cpu.avg", "memory.avg", "queue.backlog"])
NUMBERS = st.integers(-(10**6), 10**6).map(lambda whole: whole / 64)  # a thousandth of them is not rounded away
SEEN = st.dictionaries(NAMES, st.none() | NUMBERS)
WILD = st.dictionaries(NAMES, st.none() | st.floats())
COUNTS = st.integers(0, 20)


def pasts(seen: st.SearchStrategy[dict[str, float | None]]) -> st.SearchStrategy[list[Decision]]:
    return st.lists(st.tuples(seen, COUNTS), min_size=1, max_size=12).map(
        lambda found: [saw(number, one, replicas) for number, (one, replicas) in enumerate(found, start=1)]
    )


def saw(number: int, seen: Mapping[str, float | None], replicas: int = 2) -> Decision:
    return make(number, observations=seen, current_replicas=replicas)


def order(decision: Decision, *others: Decision, limit: int = ALL) -> list[tuple[int, float]]:
    return [(one.decision.id, one.similarity) for one in most_similar(decision, others, limit)]


def test_the_nearest_comes_first_each_metric_by_its_own_measure() -> None:
    now = saw(9, {"cpu.avg": 80.0, "queue.backlog": 10_000.0})
    cpu_off = saw(1, {"cpu.avg": 20.0, "queue.backlog": 10_000.0})
    queue_off = saw(2, {"cpu.avg": 80.0, "queue.backlog": 9_000.0})
    both_off = saw(3, {"cpu.avg": 20.0, "queue.backlog": 0.0})
    assert [number for number, _ in order(now, both_off, cpu_off, queue_off)] == [2, 1, 3]


def test_the_formula() -> None:
    past = [saw(number, {"cpu.avg": float(cpu)}, replicas=4) for number, cpu in enumerate((10, 20, 30, 50), start=1)]
    now = saw(9, {"cpu.avg": 20.0}, replicas=3)
    # of 10 20 20 30 50 the middle half is 20 to 30: a spread of 10; 3 of 4 replicas are a quarter away
    assert order(now, *past) == [
        (2, 1 - (0 + 0.25) / 2),
        (3, 1 - (0.5 + 0.25) / 2),
        (1, 1 - (0.5 + 0.25) / 2),
        (4, 1 - (0.75 + 0.25) / 2),
    ]


def test_what_never_varies_is_equal_or_not() -> None:
    now = saw(9, {"health.restarts": 0.0})
    past = [saw(number, {"health.restarts": 0.0}) for number in range(1, 8)]
    *same, other = order(now, *past, saw(8, {"health.restarts": 0.001}))
    assert {similarity for _, similarity in same} == {1.0}
    assert other == (8, 0.5)  # the replicas are the same


def test_unknown_is_far_and_never_zero() -> None:
    now = saw(9, {"queue.backlog": 0.0, "cpu.avg": None})
    found = order(
        now,
        saw(1, {"queue.backlog": None, "cpu.avg": None}),
        saw(2, {"queue.backlog": 5.0, "cpu.avg": None}),
        saw(3, {"queue.backlog": 0.0}),
        saw(4, {}),
        saw(5, {"queue.backlog": 0.0, "cpu.avg": 0.0}),
    )
    similarity = dict(found)
    assert similarity[3] == 1.0  # what neither knows is no difference
    assert similarity[1] == similarity[4] == 0.5
    assert similarity[1] < similarity[2] < similarity[3]
    assert similarity[5] == pytest.approx(2 / 3, abs=1e-4)


def test_replicas_count_by_their_proportion() -> None:
    now = saw(99, {}, replicas=2)
    past = [saw(number, {}, replicas=number) for number in (0, 1, 2, 4, 20)]
    assert dict(order(now, *past)) == {2: 1.0, 1: 0.5, 4: 0.5, 20: 0.1, 0: 0.0}
    assert order(saw(99, {}, replicas=0), past[0]) == [(0, 1.0)]


def test_only_settled_ones_of_the_same_service_and_never_itself() -> None:
    now = make(9)
    phases = [make(number, phase=phase) for number, phase in enumerate(Phase, start=20)]
    strangers = [make(1, project="other"), make(2, service="worker"), now]
    found = {one.decision.phase for one in most_similar(now, [*strangers, *phases], ALL)}
    assert found == set(SETTLED) == set(Phase) - {Phase.INTENDED}
    assert most_similar(now, strangers, ALL) == ()


def test_of_equals_the_newest_and_those_that_came_after_too() -> None:
    now = make(5)
    assert [number for number, _ in order(now, *(make(number) for number in (1, 9, 3, 7)))] == [9, 7, 3, 1]
    assert [number for number, _ in order(now, make(1), make(9), make(3), limit=2)] == [9, 3]


@given(saw_now := st.builds(saw, st.just(99), WILD, COUNTS), pasts(WILD))
def test_it_is_a_number_from_0_to_1_whatever_was_seen(now: Decision, past: list[Decision]) -> None:
    found = most_similar(now, past, ALL)
    assert len(found) == len(past)
    assert all(0 <= one.similarity <= 1 and math.isfinite(one.similarity) for one in found)
    assert [one.similarity for one in found] == sorted((one.similarity for one in found), reverse=True)


@given(saw_now, pasts(WILD), st.integers(1, 12), st.randoms(use_true_random=False))
def test_fewer_are_the_first_of_all_in_whatever_order_they_come(
    now: Decision, past: list[Decision], limit: int, chance: Random
) -> None:
    whole = most_similar(now, past, ALL)
    shuffled = list(past)
    chance.shuffle(shuffled)
    assert most_similar(now, shuffled, limit) == whole[:limit]


@given(pasts(SEEN))
def test_the_same_again_is_the_most_similar(past: list[Decision]) -> None:
    now = replace(past[0], id=99)
    assert most_similar(now, past, ALL)[0].similarity == 1
    assert past[0] in [one.decision for one in most_similar(now, past, ALL) if one.similarity == 1]


@given(SEEN, SEEN, COUNTS, COUNTS)
def test_two_are_as_similar_as_they_are_the_other_way_round(
    one: dict[str, float | None], other: dict[str, float | None], some: int, more: int
) -> None:
    first, second = saw(1, one, some), saw(2, other, more)
    assert order(first, second)[0][1] == order(second, first)[0][1]


@given(SEEN, COUNTS, pasts(SEEN), st.sampled_from([0.25, 8, 1024]))
def test_the_unit_of_a_metric_is_of_no_matter(
    seen: dict[str, float | None], replicas: int, past: list[Decision], unit: float
) -> None:
    def told(decision: Decision) -> Decision:
        cpu = decision.observations.get("cpu.avg")
        if cpu is None:
            return decision
        return replace(decision, observations={**decision.observations, "cpu.avg": cpu * unit})

    now = saw(99, seen, replicas)
    assert order(told(now), *map(told, past)) == order(now, *past)
