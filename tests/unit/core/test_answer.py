"""What counts as an answer of a model, and what is no advice."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.core.answer import MAX_CHARS, Answer, read_answer, short
from docktor.core.prompt import LONGEST_REASON

IDS = ("A", "B", "C")
GOOD = '{"reason": "CPU is high.", "choice": "B"}'
READ = Answer("B", "CPU is high.")


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        '{"choice": "B", "reason": "CPU is high."}',
        '{"reason":"CPU is high.","choice":"B"}',
        '{\n  "reason": "CPU is high.",\n  "choice": "B"\n}',
        f"  \n\t{GOOD}\r\n  ",
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}\n```",
        f"```json\r\n{GOOD}\r\n```",
        f"```json  \n{GOOD}\n```\n",
        f"```json\n{GOOD}```",
        f"```\n\n  {GOOD}\n\n```",
        f"<think>load is rising</think>{GOOD}",
        f"<think></think>\n\n{GOOD}",
        f"So load is rising.\n</think>\n{GOOD}",
        f"```JSON\n{GOOD}\n```",
        f'\n<think>\nI could say {{"choice": "A"}}.\nNo.\n</think>\n\n{GOOD}',
        f"<think>```json\n{{}}\n```</think>\n```json\n{GOOD}\n```",
        f"<think>a <think> b</think>{GOOD}",
        '{"reason": "CPU is\\nhigh.", "choice": "B"}',
        '{"reason": " CPU  is\\t high. ", "choice": "B"}',
        '{"reason": "CPU\\u0000is\\u001bhigh.", "choice": "B"}',
        '{"reason": "CPU is\\u202ehigh.\\u2028", "choice": "\\u0042"}',
        '{"reason": "\\ud800CPU is high.\\udfff", "choice": "B"}',
    ],
)
def test_an_answer(text: str) -> None:
    assert read_answer(text, IDS) == READ


@pytest.mark.parametrize("text", ["", " ", "\n\t\r\n", "<think></think>", "<think>hm</think>\n", "```json\n\n```"])
def test_an_empty_answer_is_no_advice(text: str) -> None:
    with pytest.raises(ValueError, match="the answer is empty"):
        read_answer(text, IDS)


@pytest.mark.parametrize(
    "text",
    [
        "B",
        '"B"',
        "null",
        "true",
        "7",
        "-1.5e3",
        "[]",
        '["B"]',
        f"[{GOOD}]",
        "Candidate B, since CPU is high.",
        f"Sure! {GOOD}",
        f"{GOOD} I hope that helps.",
        f"{GOOD}{GOOD}",
        f"{GOOD}\n{GOOD}",
        f"Here it is:\n```json\n{GOOD}\n```",
        f"```json\n{GOOD}\n```\nas asked",
        f"```yaml\n{GOOD}\n```",
        f"```json {GOOD} ```",
        f"~~~\n{GOOD}\n~~~",
        f"```json\n{GOOD}",
        f"```json\n{GOOD}\n```\n```json\n{GOOD}\n```",
        "```",
        "``````",
        f"<think>never ending {GOOD}",
        f"<THINK>hm</THINK>{GOOD}",
        f"<think>a</think><think>b</think>{GOOD}",
        f"{GOOD}<think>after</think>",
        "{",
        "}",
        "{}}",
        '{"reason": "CPU is high.", "choice": "B"',
        '{"reason": "CPU is high.", "choice": "B",}',
        "{'reason': 'CPU is high.', 'choice': 'B'}",
        '{reason: "CPU is high.", choice: "B"}',
        '{"reason": "CPU is "high".", "choice": "B"}',
        '{"reason": "CPU is\nhigh.", "choice": "B"}',
        '{"reason": "bad \\x escape", "choice": "B"}',
        '{"reason": "CPU is high.", "choice": B}',
        '{"reason": "CPU is high." "choice": "B"}',
        '{"reason": "CPU is high.", "choice": "B"} // ok',
        f"\ufeff{GOOD}",
        f"\x00{GOOD}",
        "reason: CPU is high.\nchoice: B",
        "<reason>CPU is high.</reason><choice>B</choice>",
        '{"reason": "CPU is high.", "choice": 01}',
        "1" * 4000,
        "1" * 10_000,
        '{"reason": "CPU is high.", "choice": tru}',
    ],
)
def test_whatever_is_not_one_object_is_no_advice(text: str) -> None:
    with pytest.raises(ValueError, match=r"^the answer is not one JSON object$"):
        read_answer(text, IDS)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"choice": "B"}',
        '{"reason": "CPU is high."}',
        '{"reason": "CPU is high.", "choice": "B", "replicas": 100}',
        '{"reason": "CPU is high.", "choice": "B", "": ""}',
        '{"Reason": "CPU is high.", "Choice": "B"}',
        '{"reason ": "CPU is high.", "choice": "B"}',
        '{"answer": {"reason": "CPU is high.", "choice": "B"}}',
        '{"tool": "scale", "arguments": {"choice": "B"}}',
    ],
)
def test_other_fields_or_fewer_are_no_advice(text: str) -> None:
    with pytest.raises(ValueError, match="not just a reason and a choice"):
        read_answer(text, IDS)


@pytest.mark.parametrize("choice", ["1", "1.5", "null", "true", '["B"]', '{"id": "B"}', "1" * 5000, "1e999"])
def test_a_choice_that_is_no_text_is_no_advice(choice: str) -> None:
    with pytest.raises(ValueError, match="the answer's reason or choice is not text"):
        read_answer(f'{{"reason": "CPU is high.", "choice": {choice}}}', IDS)
    with pytest.raises(ValueError, match="the answer's reason or choice is not text"):
        read_answer(f'{{"reason": {choice}, "choice": "B"}}', IDS)


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("D", "'D'"),
        ("b", "'b'"),
        ("B ", "'B'"),
        ("", "''"),
        ("AB", "'AB'"),
        ("A, B", "'A, B'"),
        ("5", "'5'"),
        ("\u0412", "'\u0412'"),
        ("\ufeffB", "'B'"),
        ("\x1b[31mB", "'[31mB'"),
        ("scale to a thousand replicas", "'scale to a thousand…'"),
    ],
)
def test_a_choice_that_was_not_offered_is_no_advice(choice: str, told: str) -> None:
    with pytest.raises(ValueError) as raised:
        read_answer(json.dumps({"reason": "more", "choice": choice}), IDS)
    assert str(raised.value) == f"the answer's choice {told} is none of the candidates"


@pytest.mark.parametrize(
    "text",
    [
        '{"reason": "CPU is high.", "choice": "A", "choice": "B"}',
        '{"reason": "a", "reason": "b", "choice": "B"}',
        '{"reason": "a", "choice": "B", "\\u0063hoice": "A"}',
        '{"reason": {"a": 1, "a": 1}, "choice": "B"}',
    ],
)
def test_a_key_twice_is_no_advice(text: str) -> None:
    with pytest.raises(ValueError, match="the answer has a key twice"):
        read_answer(text, IDS)


@pytest.mark.parametrize("odd", ["NaN", "Infinity", "-Infinity"])
def test_what_json_does_not_have_is_no_advice(odd: str) -> None:
    with pytest.raises(ValueError, match=f"the answer has {odd} in it"):
        read_answer(f'{{"reason": {odd}, "choice": "B"}}', IDS)


def test_what_is_longer_than_an_answer_can_be_is_not_even_read() -> None:
    fits = GOOD + " " * (MAX_CHARS - len(GOOD))
    assert read_answer(fits, IDS) == READ
    with pytest.raises(ValueError, match="longer than 64 kB"):
        read_answer(f"{fits} ", IDS)


def test_only_the_ids_of_this_question_count() -> None:
    for ids in ((), ("A",), frozenset({"C", "D"})):
        with pytest.raises(ValueError, match="none of the candidates"):
            read_answer(GOOD, ids)


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("", ""),
        ("\n\t ", ""),
        ("x" * LONGEST_REASON, "x" * LONGEST_REASON),
        ("x" * (LONGEST_REASON + 1), "x" * (LONGEST_REASON - 1) + "…"),
        ("\x1b]0;owned\x07grow", "]0;owned grow"),
        ("Grüße, 負荷 🙂", "Grüße, 負荷 🙂"),
        ("a\r\nb\x85c\u2029d\u200be", "a b c d e"),
    ],
)
def test_the_reason_is_one_line_fit_for_a_terminal(reason: str, shown: str) -> None:
    assert read_answer(json.dumps({"reason": reason, "choice": "A"}), IDS).reason == shown


@given(st.text(st.characters()), st.integers(1, 50))
def test_what_is_shown_is_short_and_printable(text: str, most: int) -> None:
    line = short(text, most)
    assert len(line) <= most and line.isprintable() and line == line.strip()
