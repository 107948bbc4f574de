"""Single values changed in a YAML text: what was not meant stays as it was, to the byte."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docktor.compose.document import Place, Value, parse
from docktor.config.scalars import Plain
from docktor.config.splice import set_values
from docktor.errors import ConfigError

MODEL = ("llm", "model")
BY_HAND = "can't be changed without changing something else too; change it by hand"

REPLACED = {
    "plain": ("llm:\n  model: a  # why\n", "llm:\n  model: b  # why\n"),
    "double quotes stay": ('llm: {model: "a", x: 1} # c', 'llm: {model: "b", x: 1} # c'),
    "single quotes stay": ("llm:\n  model: 'a'\n", "llm:\n  model: 'b'\n"),
    "quoted over two lines": ("llm:\n  model: 'a\n    c' # c\nx: 1\n", "llm:\n  model: 'b' # c\nx: 1\n"),
    "plain over two lines": ("llm:\n  model: a\n    c # c\nx: 1\n", "llm:\n  model: b # c\nx: 1\n"),
    "on a line of its own": ("llm:\n  model: # c\n    a\nx: 1\n", "llm:\n  model: # c\n    b\nx: 1\n"),
    "a block scalar": ("llm:\n  model: |- # c\n    a\n    #no\n\n# d\nx: 1", "llm:\n  model: b # c\n\n# d\nx: 1"),
    "a folded one at the end": ("llm:\n  model: >\n    a\n", "llm:\n  model: b\n"),
    "nothing": ("llm:\n  model: # c\n  # d\n  x: 1\n", "llm:\n  model: b # c\n  # d\n  x: 1\n"),
    "nothing, in braces": ("llm: {model: , x: 1}", "llm: {model: b , x: 1}"),
    "null": ("llm:\n  model: ~ # c\n", "llm:\n  model: b # c\n"),
    "an alias": ("x-a: &a v\nllm:\n  model: *a # c\n", "x-a: &a v\nllm:\n  model: b # c\n"),
    "an anchor": ("llm:\n  model: &a v # c\n", "llm:\n  model: &a b # c\n"),
    "a tag": ("llm:\n  model: !!str 12 # c\n", "llm:\n  model: b # c\n"),
    "an anchor and a tag": ("llm:\n  model: &a !!str '12'\n", "llm:\n  model: &a 'b'\n"),
    "a quoted key": ("'llm':\n  \"model\": a\n", "'llm':\n  \"model\": b\n"),
    "like JSON": ('{"llm":{"model":"a","x":1}}', '{"llm":{"model": "b","x":1}}'),
    "CRLF": ("llm:\r\n  model: a # c\r\nx: 1\r\n", "llm:\r\n  model: b # c\r\nx: 1\r\n"),
    "a byte order mark": ("\ufeffllm:\n  model: a", "\ufeffllm:\n  model: b"),
    "letters outside ASCII": ("é: 😀 # ü\nllm: {model: ü} # ü", "é: 😀 # ü\nllm: {model: b} # ü"),
    "an older YAML": ("%YAML 1.1\n---\nllm:\n  model: a\n...\n", "%YAML 1.1\n---\nllm:\n  model: b\n...\n"),
}
ADDED = {
    "after the last key": ("llm:\n  a: 1 # c\n  # d\n\nx: 1\n", "llm:\n  a: 1 # c\n  model: b\n  # d\n\nx: 1\n"),
    "as the file indents": ("llm:\n    a:\n      c: 1\nx: 1", "llm:\n    a:\n      c: 1\n    model: b\nx: 1"),
    "after a list": ("llm:\n  a:\n  - 1 # c\nx: 1\n", "llm:\n  a:\n  - 1 # c\n  model: b\nx: 1\n"),
    "after a block scalar": ("llm:\n  a: |\n    c\n\nx: 1\n", "llm:\n  a: |\n    c\n  model: b\n\nx: 1\n"),
    "after one that keeps": ("llm:\n  a: |+\n    c\n\nx: 1\n", "llm:\n  a: |+\n    c\n\n  model: b\nx: 1\n"),
    "after nothing": ("llm:\n  a:\nx: 1\n", "llm:\n  a:\n  model: b\nx: 1\n"),
    "at an end without a line break": ("llm:\n  a: 1", "llm:\n  a: 1\n  model: b"),
    "CRLF": ("x: 1\r\nllm:\r\n  a: 1\r\n", "x: 1\r\nllm:\r\n  a: 1\r\n  model: b\r\n"),
    "in braces": ("llm: {a: 1} # c\n", "llm: {a: 1, model: b} # c\n"),
    "in braces, after a comma": ("llm: {a: 1, }\n", "llm: {a: 1, model: b, }\n"),
    "in braces, over lines": ("llm: {\n  a: 1 # c\n}\n", "llm: {\n  a: 1, model: b # c\n}\n"),
    "in empty braces": ("llm: {}\n", "llm: {model: b}\n"),
    "in braces with a comment": ("llm: { # c\n}\n", "llm: {model: b # c\n}\n"),
    "beside a merge": ("x-a: &a {model: c}\nllm:\n  <<: *a\n", "x-a: &a {model: c}\nllm:\n  <<: *a\n  model: b\n"),
    "to a block commented out": ("llm: # c\n#  model: a\nx: 1\n", "llm: # c\n  model: b\n#  model: a\nx: 1\n"),
    "to a block that is null": ("llm: null # c\nx: 1\n", "llm: {model: b} # c\nx: 1\n"),
    "to a block at the end": ("x: 1\nllm:", "x: 1\nllm:\n  model: b"),
    "to an empty one in braces": ("{x: 1, llm: }", "{x: 1, llm: {model: b} }"),
    "a block": ("x: 1\n# c\n", "x: 1\n# c\nllm:\n  model: b\n"),
    "a block, as the file indents": ("x:\n    a: 1\n", "x:\n    a: 1\nllm:\n    model: b\n"),
    "a block, without a line break": ("x: 1 # c", "x: 1 # c\nllm:\n  model: b"),
    "a block before the document's end": ("x: 1\n...\n# c\n", "x: 1\nllm:\n  model: b\n...\n# c\n"),
    "a block to braces": ("{x: 1}", "{x: 1, llm: {model: b}}"),
    "to a file of comments": ("# c\n", "# c\nllm:\n  model: b\n"),
    "to an empty file": ("", "llm:\n  model: b\n"),
    "to an empty document": ("---\n# c\n", "---\n# c\nllm:\n  model: b\n"),
}
REMOVED = {
    "a line": ("llm:\n  a: 1\n  model: a # c\n  # d\n", "llm:\n  a: 1\n  # d\n"),
    "the first": ("llm:\n  model: a\n  a: 1\n", "llm:\n  a: 1\n"),
    "a value over lines": ("llm:\n  model: |\n    a\n\n  a: 1\n", "llm:\n\n  a: 1\n"),
    "one that keeps": ("llm:\n  model: |+\n    a\n\n  a: 1\n", "llm:\n  a: 1\n"),
    "a block": ("llm:\n  model:\n    a: 1\n    c: 2\n  a: 1\n", "llm:\n  a: 1\n"),
    "the last line": ("llm:\r\n  a: 1\r\n  model: a", "llm:\r\n  a: 1"),
    "the only one": ("llm:\n  model: a # c\nx: 1\n", "llm:\n  {} # c\nx: 1\n"),
    "from braces": ("llm: {a: 1, model: a} # c", "llm: {a: 1} # c"),
    "the first from braces": ("llm: {model: a, a: 1}", "llm: {a: 1}"),
    "the only one from braces": ("llm: {model: a ,} # c", "llm: {} # c"),
    "what isn't there": ("llm:\n  a: 1\n", "llm:\n  a: 1\n"),
    "from no block": ("llm:\nx: 1\n", "llm:\nx: 1\n"),
    "from nothing": ("", ""),
}


@pytest.mark.parametrize(("before", "after"), [*REPLACED.values(), *ADDED.values()], ids=[*REPLACED, *ADDED])
def test_set(before: str, after: str) -> None:
    assert set_values(before, {MODEL: "b"}) == after


@pytest.mark.parametrize(("before", "after"), REMOVED.values(), ids=REMOVED)
def test_removed(before: str, after: str) -> None:
    assert set_values(before, {MODEL: None}) == after


def test_several_at_once() -> None:
    values: dict[Place, Value] = {MODEL: "b", ("llm", "budget", "calls_per_day"): 5, ("project",): "shop"}
    assert set_values("service: web\n", values) == (
        "service: web\nllm:\n  model: b\n  budget:\n    calls_per_day: 5\nproject: shop\n"
    )
    assert set_values("{}", values) == "{llm: {model: b, budget: {calls_per_day: 5}}, project: shop}"


WRITTEN: list[tuple[Plain, str]] = [
    *((word, f'"{word}"') for word in ("off", "Yes", "null", "1.0", "1e3", "0x1F", "12:30", "2020-01-01", "~", "")),
    *((word, f'"{word}"') for word in ("a: b", "a #b", "a:", "- a", "[a]", "{a", "*a", "&a", "!a", "%a", "@a", "a,b")),
    *((word, word) for word in ("ai/llama3.2", "ai/qwen3:4B-Q4_K_M", "http://localhost:12434/engines/v1", "a+b@c")),
    ('a"b\\c', '"a\\"b\\\\c"'),
    ("a\nb\u2028\x07", '"a\\nb\\U00002028\\U00000007"'),
    ("é 😀", '"é 😀"'),
    *((True, "true"), (False, "false"), (7, "7"), (-7, "-7"), (8.0, "8.0"), (1e22, "1.0e+22"), (float("nan"), ".nan")),
]


@pytest.mark.parametrize(("value", "text"), WRITTEN)
@pytest.mark.parametrize("frame", ["a: %s # c\n", "{a: %s, b: 1}"])
def test_a_value_is_quoted_where_it_would_be_read_otherwise(frame: str, value: Plain, text: str) -> None:
    assert set_values(frame % "x", {("a",): value}) == frame % text
    old = "%YAML 1.1\n---\n"
    assert set_values(old + frame % "x", {("a",): value}) == old + frame % text


FAULTS = {
    "not YAML": ("a: 'x", "line 1: not YAML: found unexpected end of stream"),
    "a list on the way": ("x: 1\nllm: [1]", "line 2: llm: is a list; llm.model can't be set in it"),
    "a word on the way": ("llm: x", "line 1: llm: is a single value; llm.model can't be set in it"),
    "an alias on the way": ("a: &a {}\nllm: *a", "line 2: llm: is an alias (*a); llm.model can't be set in it"),
    "a list at the top": ("- a", "line 1: must be a mapping of settings, like 'service: web'"),
    "null at the top": ("~", "line 1: must be a mapping of settings, like 'service: web'"),
    "a mapping there": ("llm: {model: {}}", "line 1: llm.model: is a mapping, not a single value; change it by hand"),
    "a list there": ("llm:\n  model:\n  - a", "line 3: llm.model: is a list, not a single value; change it by hand"),
    "an anchor others refer to": ("llm: {model: &a v}\nx: *a", f"llm.model: {BY_HAND}"),
    "a key with a question mark": ("llm:\n  ? model\n", f"llm.model: {BY_HAND}"),
    "a comment between anchor and value": ("llm:\n  model: &a # c\n    x", f"llm.model: {BY_HAND}"),
}


@pytest.mark.parametrize(("text", "told"), FAULTS.values(), ids=FAULTS)
def test_what_can_not_be_set(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        set_values(text, {MODEL: "b"})
    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        ((), "x", "a place has at least one key"),
        (("a",), 10**400, "a: the number is too large"),
        (("a",), "\ud800", "a: the value is not text that UTF-8 can hold"),
        (("b",), None, f"b: {BY_HAND}"),
    ],
)
def test_values_that_can_not_be_written(place: tuple[str, ...], value: Plain, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        set_values("a: 1\n<<: {b: 1}\n", {place: value})
    assert str(caught.value) == told


KEYS = st.sampled_from(["a", "b", "c", "'d'", '"e"'])
NAMES = st.sampled_from(["a", "b", "c", "d", "e", "f g"])
SCALARS = st.sampled_from(
    ["x", "'q # no'", '"d: q"', "12", "~", "", "1.5", "true", "!!str 3", "a b", "http://a/b#c", "'it''s'"]
)
FLOWS = st.sampled_from(
    ["{}", "[]", "{a: 1}", "{ a: x, b: [1, 2], }", "[a, {b: c}]", '{"a":1,"c":{}}', "{a: , b: '}'}"]
)
BLOCKS = st.sampled_from(["|", ">-", "|+ # why", "|2"])
COMMENTS = st.sampled_from(["", "  # why", " # a: b", " # 'x"])
FILLERS = st.sampled_from([[], [""], ["# note"], ["  # deep"], ["# llm:", "#   model: x"], ["", "# x", ""]])


@st.composite
def mappings(draw: st.DrawFn, column: int = 0) -> list[str]:
    """The lines of a block mapping."""
    lines: list[str] = []
    pad, step = " " * column, draw(st.sampled_from([2, 4]))
    for key in draw(st.lists(KEYS, min_size=1, max_size=4, unique=True)):
        lines += draw(FILLERS)
        head, note = f"{pad}{key}:", draw(COMMENTS)
        kind = draw(st.sampled_from(["scalar", "flow", "text", "list", "mapping"]))
        if kind == "mapping" and column < 8:
            lines += [head + note, *draw(mappings(column + step))]
        elif kind == "list":
            lines += [head + note, *(f"{pad}- {draw(SCALARS)}{draw(COMMENTS)}" for _ in range(draw(st.integers(1, 2))))]
        elif kind == "text":
            lines += [f"{head} {draw(BLOCKS)}", *(f"{pad}  {line}" for line in ("one", "# two", "three"))]
        else:
            lines.append(f"{head} {draw(FLOWS if kind == 'flow' else SCALARS)}{note}")
    return lines + draw(FILLERS)


DOCUMENTS = st.tuples(
    st.sampled_from(["", "\ufeff", "# head\n", "---\n", "%YAML 1.1\n---\n"]),
    mappings(),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "end", "..."]),
).map(lambda parts: parts[0].replace("\n", parts[2]) + parts[2].join((*parts[1], parts[3].replace("end", ""))))
VALUES = st.one_of(
    st.text(max_size=8), st.sampled_from(["ai/qwen3:4b", "off", "a: b"]), st.integers(), st.floats(), st.booleans()
)
PLACES = st.lists(NAMES, min_size=1, max_size=3).map(tuple)


def changed(value: Value, place: tuple[str, ...], new: Plain) -> Value:
    found = dict(value) if isinstance(value, dict) else {}
    found[place[0]] = changed(found.get(place[0]), place[1:], new) if place[1:] else new
    return found


NOTES = ("# why", "# a: b", "# 'x", "# note", "# llm:", "#   model: x", "# x", "# head")


@settings(max_examples=400, deadline=None)
@given(DOCUMENTS, PLACES, VALUES)
def test_only_that_value_changes(text: str, place: tuple[str, ...], value: Plain) -> None:
    before = parse(text.removeprefix("\ufeff")).value
    try:
        after = set_values(text, {place: value})
    except ConfigError as error:
        told = str(error)
        assert "can't be set in it" in told or "not a single value" in told or BY_HAND in told
        return
    assert json.dumps(parse(after.removeprefix("\ufeff")).value, sort_keys=True) == json.dumps(
        changed(before, place, value), sort_keys=True
    )
    assert [note for note in NOTES if after.count(note) < text.count(note)] == []
    assert after.startswith("\ufeff") == text.startswith("\ufeff")
    assert ("\r\n" in after) == ("\r\n" in text) or "\n" not in text
    assert set_values(after, {place: value}) == after


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, PLACES)
def test_a_value_that_is_taken_away(text: str, place: tuple[str, ...]) -> None:
    try:
        after = set_values(text, {place: None})
    except ConfigError:
        return
    assert set_values(after, {place: None}) == after


PIECES = st.sampled_from(
    [
        *(
            "a",
            "b",
            ": ",
            ":",
            "- ",
            "? ",
            "\n",
            "\n  ",
            "\r\n",
            "{",
            "}",
            "[",
            "]",
            ",",
            "&x ",
            "*x",
            "<<: ",
            "!!str ",
        ),
        *(
            "# c",
            " #",
            "'",
            '"',
            "|",
            "|+",
            ">-",
            "---",
            "...",
            "%YAML 1.1",
            "~",
            "null",
            "1",
            "\t",
            "\ufeff",
            "é",
            "\x85",
        ),
    ]
)


@settings(max_examples=600, deadline=None)
@given(
    st.lists(PIECES, max_size=25).map("".join), st.lists(st.text(max_size=3), max_size=3).map(tuple), VALUES | st.none()
)
def test_nothing_but_config_error_escapes(text: str, place: tuple[str, ...], value: Plain) -> None:
    for where in (place, ("a",), ("a", "b")):
        try:
            set_values(text, {where: value})
        except ConfigError as error:
            assert error.problems
