"""A group's lag and which partitions hang, as arithmetic."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.signals.partitions import Partition, Watch

AFTER = 60.0
STEP = 15.0

offsets = st.integers(0, 10**9)
partitions = st.builds(
    lambda first, kept, committed: Partition(0, first, first + kept, committed), offsets, offsets, st.none() | offsets
)


@pytest.mark.parametrize(
    ("first", "end", "committed", "latest", "earliest"),
    [
        (0, 10, 4, 6, 6),
        (0, 10, 10, 0, 0),
        (0, 0, None, 0, 0),
        (0, 10, None, 0, 10),
        (7, 10, None, 0, 3),
        (7, 10, 4, 3, 3),  # what lay below 7 is gone
        (0, 10, 400, 0, 0),  # the topic was made anew
    ],
)
def test_lag_is_what_is_left_to_do(first: int, end: int, committed: int | None, latest: int, earliest: int) -> None:
    one = Partition(0, first, end, committed)
    assert one.lag(from_first=False) == latest
    assert one.lag(from_first=True) == earliest


@given(partitions, st.booleans())
def test_lag_is_never_negative_nor_more_than_there_is(one: Partition, from_first: bool) -> None:
    assert 0 <= one.lag(from_first=from_first) <= one.end - one.first


@given(partitions, st.integers(0, 1000))
def test_each_message_that_is_committed_lessens_lag_by_one(one: Partition, more: int) -> None:
    begin = one.position(from_first=True)
    done = min(begin + more, one.end)
    later = Partition(one.id, one.first, one.end, done)
    if begin <= one.end:
        assert later.lag(from_first=True) == one.lag(from_first=True) - (done - begin)


def watched(*looks: Mapping[int, tuple[int | None, int]], step: float = STEP) -> Watch:
    """After looks `step` seconds apart, each with what is committed and the end, by partition."""
    watch = Watch()
    for count, look in enumerate(looks):
        seen = [Partition(id_, 0, end, committed) for id_, (committed, end) in look.items()]
        watch = watch.look(seen, 1000 + count * step, from_first=False)
    return watch


def both(first: Sequence[int], second: Sequence[int], end: int = 100) -> Watch:
    """Two partitions that end at `end`, with what is committed in each at each look."""
    return watched(*({0: (a, end), 1: (b, end)} for a, b in zip(first, second, strict=True)))


def test_a_partition_that_stands_still_while_another_moves_is_stuck() -> None:
    assert both([5] * 5, [1, 2, 3, 4, 5]).stuck(AFTER) == {0}


def test_not_before_its_time() -> None:
    assert not both([5] * 4, [1, 2, 3, 4]).stuck(AFTER)


def test_nothing_is_stuck_when_nothing_moves() -> None:
    assert not both([5] * 20, [7] * 20).stuck(AFTER)


def test_nothing_is_stuck_any_more_when_the_others_stopped_as_well() -> None:
    moving = [1, 2, 3, 4, 5]
    assert both([5] * 8, [*moving, *[5] * 3]).stuck(AFTER) == {0}
    assert not both([5] * 9, [*moving, *[5] * 4]).stuck(AFTER)


def test_one_step_frees_it() -> None:
    assert not both([5, 5, 5, 5, 5, 6], [1, 2, 3, 4, 5, 6]).stuck(AFTER)


def test_a_partition_without_work_is_not_stuck() -> None:
    assert not both([100] * 9, list(range(9))).stuck(AFTER)


def test_new_work_has_its_time_from_when_it_came() -> None:
    idle = [{0: (5, 5), 1: (count, 99)} for count in range(9)]
    works = [{0: (5, 6), 1: (count, 99)} for count in range(10, 16)]
    assert not watched(*idle, *works[:4]).stuck(AFTER)
    assert watched(*idle, *works).stuck(AFTER) == {0}


def test_the_first_look_is_no_move() -> None:
    assert not watched({0: (5, 9), 1: (5, 9)}, {0: (5, 9), 1: (5, 9)}, step=AFTER).stuck(AFTER)


def test_looks_that_are_further_apart_than_that_still_tell() -> None:
    assert watched({0: (5, 9), 1: (1, 9)}, {0: (5, 9), 1: (2, 9)}, step=3 * AFTER).stuck(AFTER) == {0}


def test_a_partition_that_is_gone_is_forgotten() -> None:
    watch = watched(*({0: (5, 9), 1: (count, 99)} for count in range(9)), {1: (10, 99)})
    assert not watch.stuck(AFTER)
    assert watch.marks.keys() == {1}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12), st.floats(1, 200))
def test_whatever_moved_at_the_last_look_is_not_stuck(moves: list[tuple[int, int]], after: float) -> None:
    first, second, looks = 0, 0, []
    for one, other in moves:
        first, second = first + one, second + other
        looks.append({0: (first, 1000), 1: (second, 1000)})
    watch = watched(*looks)
    stuck = watch.stuck(after)
    assert len(stuck) < 2  # whoever is stuck, another one moves
    assert not {id_ for id_, moved in enumerate(moves[-1]) if moved} & stuck
    if all(moved == (0, 0) for moved in moves[1:]):
        assert not stuck
