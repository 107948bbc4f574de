"""One decision as one line of the journal."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from docktor.core.decision import Action, Decision, Phase
from docktor.core.record import from_dict, to_dict

_PHASES = {phase.value: phase for phase in Phase}
_ACTIONS = {action.value: action for action in Action}
_TEXTS = ("timestamp", "project", "service", "action", "phase")
_BLOCK = 65536


@dataclass(frozen=True, slots=True)
class Entry:
    """The last line of one decision, without its newline. `decode` may still find a fault deeper in it."""

    id: int
    line: bytes


@dataclass(frozen=True, slots=True)
class Peek:
    """What a journal must know of a line, at a fifth of the price of reading all of it."""

    id: int
    timestamp: str
    project: str
    service: str
    action: Action
    phase: Phase
    data: dict[str, object]


def encode(decision: Decision) -> bytes:
    """The line, without its newline: plain ASCII, so that no text in it can break it."""
    return json.dumps(to_dict(decision), separators=(",", ":"), allow_nan=False).encode("ascii")


def decode(line: bytes) -> Decision:
    """Raises ValueError when it is not a decision."""
    return from_dict(_parse(line))


def peek(line: bytes) -> Peek | None:
    """`None` when the line is not a decision."""
    try:
        data = _parse(line)
    except ValueError:
        return None
    if not isinstance(data, dict):
        return None
    number = data.get("id")
    texts = [text for key in _TEXTS if isinstance(text := data.get(key), str)]
    if not isinstance(number, int) or not 0 < number < 2**63 or len(texts) < len(_TEXTS):
        return None
    timestamp, project, service, action, phase = texts
    if action not in _ACTIONS or phase not in _PHASES:
        return None
    return Peek(number, timestamp, project, service, _ACTIONS[action], _PHASES[phase], data)


def scan(file: BinaryIO) -> Iterator[tuple[int, Peek | None]]:
    """Place and content of each whole line that is not blank; an unreadable one is `None`."""
    place = 0
    for raw in file:
        if raw.endswith(b"\n") and not raw.isspace():
            yield place, peek(raw)
        place += len(raw)


def end_of_last_line(fd: int, size: int) -> int:
    """Where the last whole line of a file of `size` bytes ends."""
    end = size
    while end > 0:
        start = max(0, end - _BLOCK)
        newline = os.pread(fd, end - start, start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0


def _parse(line: bytes) -> object:
    try:
        return json.loads(line.decode("utf-8"), parse_constant=_unknown)
    except RecursionError:
        raise ValueError("nested too deep to be a decision") from None


def _unknown(_constant: str) -> None:
    """NaN and infinity, which JSON has not but Python reads, are no numbers."""
