"""Traces as files have them: what is read, and the first fault with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.core.trace import Trace, read_trace
from docktor.errors import PermanentError


def read(text: str) -> Trace:
    return read_trace(text.splitlines(keepends=True), "t.csv")


def test_with_and_without_a_header() -> None:
    assert read("time_s,load\n0,1.5\n60,2\n") == read("0,1.5\n\n60,2") == Trace((0.0, 60.0), (1.5, 2.0))
    assert read("time_s, load\r\n0, 1.5\r\n").loads == (1.5,)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "t.csv has no rows"),
        ("time_s,load\n", "t.csv has no rows"),
        ("time_s,load\n0,1\n60\n", "t.csv, line 3: 1 columns"),
        ("0,1\n60,2,3\n", "t.csv, line 2: 3 columns"),
        ("0,1\n60,high\n", "t.csv, line 2: load is 'high', no number"),
        ("load,time_s\n0,1\n", "t.csv, line 1: time_s is 'load', no number"),
        ("0,1\n60,nan\n", "t.csv, line 2: load is 'nan'"),
        ("0,1\ninf,2\n", "t.csv, line 2: time_s is 'inf'"),
        ("0,-1\n", "t.csv, line 1: a load of -1"),
        ("0,1\n0,2\n", "t.csv, line 2: time 0 is not later than 0"),
        ("60,1\n0,2\n", "t.csv, line 2: time 0 is not later than 60"),
    ],
)
def test_the_first_fault(text: str, fault: str) -> None:
    with pytest.raises(PermanentError) as raised:
        read(text)
    assert str(raised.value).startswith(fault)


def test_a_load_is_held_until_the_next_row() -> None:
    trace = read("10,1\n70,2\n190,3\n250,4\n")
    assert (trace.begin, trace.step, trace.end) == (10, 60, 310)
    assert [trace.at(time) for time in (0, 10, 69, 70, 189, 190, 1000)] == [1, 1, 1, 2, 2, 3, 4]
    assert list(trace.pieces(40, 200)) == [(30, 1), (120, 2), (10, 3)]


times = st.lists(st.integers(0, 10_000), min_size=1, max_size=20, unique=True).map(sorted)


@given(times, st.floats(0, 10_000), st.floats(0, 10_000))
def test_pieces_are_the_whole_and_agree_with_each_moment(at: list[int], one: float, other: float) -> None:
    trace = Trace(tuple(map(float, at)), tuple(float(time + 1) for time in at))
    begin, end = trace.begin + min(one, other), trace.begin + max(one, other)
    moment = begin
    for seconds, load in trace.pieces(begin, end):
        assert seconds > 0
        assert trace.at(moment + seconds / 2) == load
        moment += seconds
    assert moment == pytest.approx(end)
