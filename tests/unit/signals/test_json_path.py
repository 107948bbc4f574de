"""Paths into JSON: what is understood, what is refused and where, how far a path got."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.signals.json_path import NotThereError, Step, find, parse, written


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("", ()),
        ("depth", ("depth",)),
        ("data.items[0].depth", ("data", "items", 0, "depth")),
        ("[2][0]", (2, 0)),
        ('["odd.key"].n', ("odd.key", "n")),
        ('a["b\\"]"][1]', ("a", 'b"]', 1)),
        ("queue-depth.x_1:y.ü", ("queue-depth", "x_1:y", "ü")),
        ("a.0", ("a", "0")),
    ],
)
def test_understood(text: str, steps: tuple[Step, ...]) -> None:
    assert parse(text) == steps


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (".a", "character 1: a path begins with a name"),
        ("a.", "character 2: a name must follow the dot"),
        ("a..b", "character 2: a name must follow the dot"),
        ("a[0]b", "character 5: a dot is missing before 'b'"),
        ("a[*].b", "character 2: there are no wildcards"),
        ("a.*", "character 2: there are no wildcards"),
        ("a[-1]", "character 2: after [ comes a position"),
        ("a['b']", "character 2: after [ comes a position"),
        ("a[", "character 2: after [ comes a position"),
        ('a["\\q"]', 'character 3: "\\q" is no JSON string'),
        ("a b", "character 2: ' ' can't stand here"),
        ("a]", "character 2: ']' can't stand here"),
    ],
)
def test_refused_with_the_place(text: str, fault: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse(text)
    assert str(caught.value).startswith(fault)


@given(st.lists(st.one_of(st.text(), st.integers(0, 10**9 - 1))))
def test_written_paths_are_understood_again(steps: list[Step]) -> None:
    assert parse(written(steps)) == tuple(steps)


@given(st.text('abc.[]"*0 \\'))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        steps = parse(text)
    except ValueError:
        return
    assert parse(written(steps)) == steps


DOCUMENT = {"data": {"items": [{"depth": 7}], "none": None, "total": 3}, "odd.key": 1}


def test_found() -> None:
    assert find(DOCUMENT, parse("data.items[0].depth")) == 7
    assert find(DOCUMENT, parse('["odd.key"]')) == 1
    assert find(5, ()) == 5


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("date", "the answer has no 'date', but data, odd.key"),
        ("data.items[1].depth", "data.items has 1 elements, so no [1]"),
        ("data.items.depth", "data.items is a list, no object: a position, such as [0], must follow"),
        ("data[0]", "data is an object, no list: [0] leads nowhere"),
        ("data.none.x", "data.none is null, no object: 'x' leads nowhere"),
        ("data.total.x", "data.total is a number, no object: 'x' leads nowhere"),
        ("data.items[0].deep", "data.items[0] has no 'deep', but depth"),
    ],
)
def test_how_far_it_got(path: str, fault: str) -> None:
    with pytest.raises(NotThereError) as caught:
        find(DOCUMENT, parse(path))
    assert str(caught.value) == fault
