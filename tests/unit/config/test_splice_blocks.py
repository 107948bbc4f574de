"""Items of lists and whole blocks changed in a YAML text: what was not meant stays as it was."""

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from docktor.compose.document import Place, Value, parse
from docktor.config.splice import set_values
from docktor.errors import ConfigError
from tests.unit.config.test_splice import BY_HAND, DOCUMENTS, NOTES, VALUES

RULES: Value = [{"metric": "cpu.avg", "op": ">", "value": 75}, {"metric": "m", "op": "<", "value": 1}]
ON_LINES = '    - {metric: cpu.avg, op: ">", value: 75}\n    - {metric: m, op: "<", value: 1}\n'
BLOCKS_SET: dict[str, tuple[str, Place, Value, str]] = {
    "a list laid out on lines": (
        "s:\n  up: # any\n    - {metric: a} # old\n  # after\n  b: 1\n",
        ("s", "up"),
        RULES,
        f"s:\n  up: # any\n{ON_LINES}  # after\n  b: 1\n",
    ),
    "a list in brackets": ("s: {up: [{a: 1}], b: 1} # c\n", ("s", "up"), [{"a": 2}], "s: {up: [{a: 2}], b: 1} # c\n"),
    "an empty list": ("s:\n  up: [] # any\n  b: 1\n", ("s", "up"), RULES, f"s:\n  up: # any\n{ON_LINES}  b: 1\n"),
    "nothing": ("s:\n  up: # any\n  b: 1\n", ("s", "up"), RULES, f"s:\n  up: # any\n{ON_LINES}  b: 1\n"),
    "emptied": ("s:\n  up: # any\n    - {a: 1}\n  b: 1\n", ("s", "up"), [], "s:\n  up: [] # any\n  b: 1\n"),
    "added": ("s:\n  b: 1\n", ("s", "up"), RULES, f"s:\n  b: 1\n  up:\n{ON_LINES}"),
    "a value in an item": ("s:\n- a: 1 # x\n- a: 2 # y\n", ("s", 1, "a"), 3, "s:\n- a: 1 # x\n- a: 3 # y\n"),
    "a key in an item": (
        "s:\n  - a: 1\n\n# c\n  - a: 2\n",
        ("s", 0, "b"),
        3,
        "s:\n  - a: 1\n    b: 3\n\n# c\n  - a: 2\n",
    ),
    "an item, on lines": (
        "s:\n  - a: 1\n# c\nx: 1\n",
        ("s", 1),
        {"a": RULES},
        (f"s:\n  - a: 1\n  - a:\n{ON_LINES.replace('    -', '      -')}# c\nx: 1\n"),
    ),
    "an item, in brackets": ("s: [{a: 1}] # c\n", ("s", 1), {"a": [1]}, "s: [{a: 1}, {a: [1]}] # c\n"),
    "no item any more": ("s:\n  - a: 1\n  # b\n  - b: 2 # c\n  # d\n", ("s", 1), None, "s:\n  - a: 1\n  # b\n  # d\n"),
    "nor in brackets": ("s: [{a: 1}, {b: 1}] # c", ("s", 0), None, "s: [{b: 1}] # c"),
    "nor the last in brackets": ("s: [{a: 1}, {b: 1}] # c", ("s", 1), None, "s: [{a: 1}] # c"),
    "CRLF": ("s:\r\n  - a: 1\r\n", ("s", 1), {"a": {"b": {"c": 1}}}, "s:\r\n  - a: 1\r\n  - a:\r\n      b: {c: 1}\r\n"),
}


@pytest.mark.parametrize(("before", "place", "value", "after"), BLOCKS_SET.values(), ids=BLOCKS_SET)
def test_blocks_and_items(before: str, place: Place, value: Value, after: str) -> None:
    assert set_values(before, {place: value}) == after
    read: Value = parse(after).value
    for key in place if value is not None else ():
        assert isinstance(read, dict | list)
        read = read[key]  # type: ignore[index]
    assert value is None or read == value


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("s: [1]", ("s", 0), f"s[0]: {BY_HAND}"),  # with nothing there, is it an empty list, or none?
        ("x: &a [1]\ns: *a", ("s", 0), "line 2: s: is an alias (*a); s[0] can't be set in it"),
        ("s:\n  - &a {b: 1}\n  - *a\n", ("s", 0), f"s[0]: {BY_HAND}"),
    ],
)
def test_items_that_can_not_be_removed(text: str, place: Place, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        set_values(text, {place: None})
    assert str(caught.value) == told


PARTS = VALUES | st.lists(VALUES, max_size=2)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("s: {a: 1}", "line 1: s: is a mapping; s[3] can't be set in it"),
        ("s: [1]", f"s[3]: {BY_HAND}"),
        ("s: []", f"s[3]: {BY_HAND}"),
        ("x: 1", f"s[3]: {BY_HAND}"),
    ],
)
def test_there_is_no_fourth_item_without_a_third(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        set_values(text, {("s", 3): "x"})
    assert str(caught.value) == told
    assert set_values(text, {("s", 3): None}) == text


WHOLE: st.SearchStrategy[Any] = st.lists(
    st.dictionaries(st.sampled_from(["a", "b"]), PARTS, max_size=3), max_size=3
) | st.dictionaries(st.sampled_from(["a", "é", "off"]), PARTS, max_size=2)


def places(value: Value, at: Place = ()) -> list[Place]:
    """Everything in it, and where lists could go on."""
    found: list[Place] = [at] if at else []
    if isinstance(value, dict):
        for key, item in value.items():
            found += places(item, (*at, key))
    if isinstance(value, list):
        found.append((*at, len(value)))
        for index, item in enumerate(value):
            found += places(item, (*at, index))
    return found


def changed(value: Value, place: Place, new: Value) -> Value:
    key, rest = place[0], place[1:]
    if isinstance(key, str):
        assert isinstance(value, dict)
        return {**value, key: changed(value[key], rest, new) if rest else new}
    assert isinstance(value, list)
    return [*value[:key], changed(value[key], rest, new) if rest else new, *value[key + 1 :]]


def without(value: Value, place: Place) -> Value:
    key, rest = place[0], place[1:]
    if rest and isinstance(value, dict) and isinstance(key, str):
        return {**value, key: without(value[key], rest)}
    if isinstance(value, list) and isinstance(key, int):
        return [*value[:key], *([without(value[key], rest)] if rest else []), *value[key + 1 :]]
    return value


def dumped(value: Value) -> str:
    return json.dumps(value, sort_keys=True)


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS, st.data())
def test_only_that_block_or_item_changes(text: str, data: st.DataObject) -> None:
    before = parse(text.removeprefix("\ufeff")).value
    place = data.draw(st.sampled_from(places(before)))
    new: Value = data.draw(WHOLE | VALUES)
    try:
        after = set_values(text, {place: new})
    except ConfigError:
        return
    assert dumped(parse(after.removeprefix("\ufeff")).value) == dumped(changed(before, place, new))
    assert set_values(after, {place: new}) == after
    if isinstance(new, str | int | float):  # what is inside a block goes with it
        assert [note for note in NOTES if after.count(note) < text.count(note)] == []


@settings(max_examples=100, deadline=None)
@given(DOCUMENTS, st.data())
def test_an_item_that_is_taken_away_takes_nothing_along(text: str, data: st.DataObject) -> None:
    before = parse(text.removeprefix("\ufeff")).value
    items = [place for place in places(before) if isinstance(place[-1], int)]
    assume(items)
    place = data.draw(st.sampled_from(items))
    try:
        after = set_values(text, {place: None})
    except ConfigError:
        return
    assert dumped(parse(after.removeprefix("\ufeff")).value) == dumped(without(before, place))
