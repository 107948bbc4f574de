"""YAML as plain values with lines."""

import math
from functools import partial
from pathlib import Path

import pytest

from docktor.compose.document import MAX_BYTES, parse, printable, read_text, spell
from docktor.compose.expand import expand
from docktor.errors import ConfigError


def test_values_have_their_types() -> None:
    text = (
        "a: 1\nb: 0x1F\nc: 1_000\nd: 2.5\ne: 1e3\nf: true\ng: off\nh: ~\ni: '5'\nj: 2020-01-01\nk: [1, x]\n"
        "l: {m: n}\no: .inf\np: -.inf\nq: 010\nr: !!str 5\ns: !!int x\n"
    )
    numbers = {"a": 1, "b": 31, "c": 1000, "d": 2.5, "e": 1000.0, "o": math.inf, "p": -math.inf, "q": 10}
    words = {"g": "off", "i": "5", "j": "2020-01-01", "r": "5", "s": "x"}
    others = {"f": True, "h": None, "k": [1, "x"], "l": {"m": "n"}}
    assert parse(text).value == {**numbers, **words, **others}
    value = parse("a: .nan").value
    assert isinstance(value, dict)
    assert isinstance(value["a"], float)
    assert math.isnan(value["a"])


def test_lines_lead_to_the_place_or_the_nearest_above_it() -> None:
    doc = parse("a:\n  b:\n    - c: 1\n    - 2\n")
    assert doc.lines[("a", "b", 0, "c")] == 3
    assert doc.lines[("a", "b", 1)] == 4
    assert str(doc.problem(("a", "b", 1), "is odd")) == "line 4: a.b[1]: is odd"
    assert str(doc.problem(("a", "b", 0, "gone"), "is missing")) == "line 3: a.b[0].gone: is missing"


def test_merge_keys_add_what_is_not_said() -> None:
    doc = parse("x: &x {a: 1, b: {c: 2}}\ny: &y {a: 3, d: 4}\nz:\n  <<: [*x, *y]\n  b: 5\n")
    assert isinstance(doc.value, dict)
    assert doc.value["z"] == {"b": 5, "a": 1, "d": 4}
    assert doc.lines[("z", "b")] == 5
    assert doc.problems == ()
    assert [str(problem) for problem in parse("a:\n  <<: 5\n").problems] == [
        "line 2: a: '<<' takes a mapping or a list of mappings"
    ]


def test_references_are_filled_after_parsing() -> None:
    doc = parse("a: ${N}\nb: '${N}'\nc: ${T:-x}\nd: ${GONE}\n", partial(expand, env={"N": "5"}))
    assert doc.value == {"a": 5, "b": "5", "c": "x", "d": "${GONE}"}
    assert doc.from_env == {("a",), ("b",)}
    assert doc.unfilled == {("d",)}
    assert doc.written[("c",)] == "${T:-x}"
    assert [problem.path for problem in doc.problems] == ["d"]


def test_a_merged_reference_is_noted_where_it_is_used() -> None:
    doc = parse("x: &x {a: '${N}'}\ny: {<<: *x}\nz: {<<: *x, a: 1}\n", partial(expand, env={"N": "5"}))
    assert doc.written == {("x", "a"): "${N}", ("y", "a"): "${N}"}


def test_foreign_tags_can_be_let_pass() -> None:
    doc = parse("a: !reset []\nb: !override {c: !x 1}\n", foreign_tags=True)
    assert doc.value == {"a": [], "b": {"c": "1"}}
    assert doc.problems == ()


def test_a_chain_of_aliases_can_not_exhaust_the_stack() -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 3000))
    with pytest.raises(ConfigError) as caught:
        parse(chain)
    assert str(caught.value) == "aliases ('*name') unfold to more than this file may hold"


def test_a_file_of_just_the_largest_size_is_read(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"#" * MAX_BYTES)
    assert len(read_text(path)) == MAX_BYTES
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(ConfigError, match="larger than 1 MiB"):
        read_text(path)


def test_names_from_outside_are_made_fit_to_print() -> None:
    assert printable("a\x1b[31m\nb\u202e") == "a\\x1b[31m\\x0ab\\x202e"
    assert printable("x" * 100, 10) == "x" * 9 + "…"
    assert spell(("services", 1, "rules", "a\nb")) == "services[1].rules.a\\x0ab"
