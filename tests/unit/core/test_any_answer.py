"""Whatever a model says, it is an answer or a ValueError that says why not; and soon."""

import json
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.core.answer import MAX_CHARS, Answer, read_answer, short
from docktor.core.prompt import LONGEST_REASON

IDS = ("A", "B", "C")
GOOD = '{"reason": "CPU is high.", "choice": "B"}'
SLOW_S = 1.0


def read(text: str) -> Answer | str:
    """The answer, or why it is none. Anything but a ValueError is a failure."""
    try:
        return read_answer(text, IDS)
    except ValueError as error:
        return str(error)


def check(text: str) -> None:
    found = read(text)
    if isinstance(found, Answer):
        assert found.choice in IDS and found.reason.isprintable() and len(found.reason) <= LONGEST_REASON
    else:
        assert found.startswith("the answer") and found.isprintable() and len(found) < 100


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["reason", "choice"]) | st.text(), inner),
    max_leaves=12,
)
pieces = st.sampled_from(["<think>", "</think>", "```", "```json", "\n", "{", "}", '"', ":", ",", "[", "\\u", GOOD])


@given(st.text(st.characters()))
def test_any_text_is_an_answer_or_none(text: str) -> None:
    check(text)


@given(st.lists(pieces | st.text(max_size=3)).map("".join))
def test_any_heap_of_pieces_is_an_answer_or_none(text: str) -> None:
    check(text)


@given(st.binary())
def test_any_bytes_are_an_answer_or_none(found: bytes) -> None:
    check(found.decode("latin-1"))
    check(found.decode("utf-8", errors="surrogateescape"))


@given(json_values)
def test_any_json_is_an_answer_or_none(value: object) -> None:
    check(json.dumps(value))


@given(st.text(st.characters()), st.sampled_from(IDS))
def test_every_good_answer_is_read(reason: str, choice: str) -> None:
    assert read(json.dumps({"reason": reason, "choice": choice})) == Answer(choice, short(reason, LONGEST_REASON))


@pytest.mark.parametrize(
    "text",
    [
        "[" * MAX_CHARS,
        '{"a":' * (MAX_CHARS // 5),
        "[" * 32_000 + "]" * 32_000,
        '{"reason":' * 6000,
        "9" * MAX_CHARS,
        '{"reason": "x", "choice": ' + "9" * 60_000 + "}",
        '{"reason": "x", "choice": 0.' + "9" * 60_000 + "}",
        '{"reason": "x", "choice": 1e' + "9" * 60_000 + "}",
        "<think>" * 9000,
        "<think>" * 4000 + "</think>" * 4000,
        "</think>" * 8000,
        "<think></think>" * 4000,
        " " * MAX_CHARS,
        "\n" * (MAX_CHARS - 1) + "x",
        "\t<think>" * 8000,
        "`" * MAX_CHARS,
        "```\n" * 16_000,
        "```json\n" + "\n" * 60_000 + "``",
        "```json" + " " * 65_000,
        "```json\n" + "```" * 21_000 + "x",
        '"' + "\\" * 65_000,
        '{"reason": "' + "\\u0000" * 10_000 + '", "choice": "A"}',
        '{"reason": "' + " " * 65_000,
        '{"' + "a" * 65_000 + '": 1}',
        "{" + ",".join(f'"{n}":{n}' for n in range(5000)) + "}",
        "{" * MAX_CHARS,
        "\ud800" * MAX_CHARS,
    ],
    ids=lambda text: f"{text[:12]!r}",
)
def test_nothing_takes_long(text: str) -> None:
    started = process_time()
    check(text)
    assert process_time() - started < SLOW_S
