"""What a model answered, read strictly: one JSON object with a reason and one of the ids, or no advice. Pure."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass

from docktor.core.blot import one_line
from docktor.core.prompt import LONGEST_REASON

MAX_CHARS = 64 * 1024
_FIELDS = {"reason", "choice"}
_END_OF_THOUGHT = "</think>"
_FENCED = re.compile(r"\A```(?:json|JSON)?[ \t]*\r?\n(?P<body>.*)\n?```\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """`choice` is one of the ids asked for; `reason` the model's words, on one line and fit for a terminal."""

    choice: str
    reason: str


def read_answer(text: str, ids: Collection[str]) -> Answer:
    """Takes a bare object, one in a code fence, and either after a `<think>` block (which some models only end).

    Raises ValueError saying why it is no advice.
    """
    if len(text) > MAX_CHARS:
        raise ValueError("the answer is longer than 64 kB")
    bare = text.strip()
    if not bare.startswith(("{", "`")) and _END_OF_THOUGHT in bare:
        bare = bare.partition(_END_OF_THOUGHT)[2].strip()
    if fenced := _FENCED.match(bare):
        bare = fenced["body"].strip()
    if not bare:
        raise ValueError("the answer is empty")
    try:
        # Numbers are refused later; as a float one of thousands of digits is one, too.
        found = json.loads(bare, object_pairs_hook=_once, parse_int=float, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("the answer is nested too deeply") from None
    except json.JSONDecodeError:
        raise ValueError("the answer is not one JSON object") from None
    return _checked(found, ids)


def _checked(found: object, ids: Collection[str]) -> Answer:
    if not isinstance(found, dict):
        raise ValueError("the answer is not one JSON object")
    if set(found) != _FIELDS:
        raise ValueError("the answer has not just a reason and a choice")
    choice, reason = found["choice"], found["reason"]
    if not isinstance(choice, str) or not isinstance(reason, str):
        raise ValueError("the answer's reason or choice is not text")
    if choice not in ids:
        raise ValueError(f"the answer's choice {short(choice, 20)!r} is none of the candidates")
    return Answer(choice, short(reason, LONGEST_REASON))


def short(text: str, most: int) -> str:
    """Untrusted text as it may be shown, cut."""
    line = one_line(text[: most * 4])
    return line if len(line) <= most else line[: most - 1] + "…"


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("the answer has a key twice")
    return found


def _no_number(text: str) -> object:
    raise ValueError(f"the answer has {text} in it")
