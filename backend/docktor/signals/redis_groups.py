"""From what Redis tells of a stream and a group to numbers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from docktor.errors import SignalUnavailableError
from docktor.signals.base import Numbers, Total
from docktor.signals.numbers import number

PAGE_BYTES = 1024 * 1024
PAGE_ENTRIES = 1000

Id = tuple[int, int]
"""Milliseconds and a number within them; entries lie in this order."""


@dataclass(frozen=True, slots=True)
class Stream:
    """`first`: the oldest entry there is. `last`: the newest there ever was. `added`: how many ever came (Redis 7)."""

    length: float
    first: Id | None
    last: Id
    added: float | None
    entry_bytes: int

    @classmethod
    def of(cls, answer: object) -> Self:
        """From `XINFO STREAM`."""
        told = _pairs(answer)
        first, newest = told.get("first-entry"), told.get("last-entry")
        return cls(
            number(told.get("length"), "length"),
            _id(first[0]) if first else None,
            _id(told.get("last-generated-id")),
            _known(told, "entries-added"),
            max(_bytes(first), _bytes(newest)),
        )


@dataclass(frozen=True, slots=True)
class Group:
    """`delivered`: the last entry that was handed out. `read` and `lag` are None where Redis doesn't know them."""

    delivered: Id
    pending: float
    consumers: float
    read: float | None
    lag: float | None

    @classmethod
    def find(cls, answer: object, name: str) -> Self | None:
        """From `XINFO GROUPS`."""
        if not isinstance(answer, list):
            raise _senseless()
        for told in map(_pairs, answer):
            if told.get("name") == name.encode():
                return cls(
                    _id(told.get("last-delivered-id")),
                    number(told.get("pending"), "pending"),
                    number(told.get("consumers"), "consumers"),
                    _known(told, "entries-read"),
                    _known(told, "lag"),
                )
        return None


def undelivered(stream: Stream, group: Group) -> float | None:
    """How many entries the group has not been given yet; None if that can't be told for sure.

    Redis's own `lag` alone is not enough: before version 8 it stays too high, for good, once entries were trimmed or
    deleted that the group never got. Where nothing was ever taken away it is right, and it is never too low.
    """
    if stream.first is None or group.delivered >= stream.last or group.lag == 0:
        return 0
    if group.delivered < stream.first:
        return stream.length
    return group.lag if stream.added == stream.length else None


def farthest(stream: Stream, group: Group, limit: int) -> int:
    """How many entries are worth counting: with a `lag` one page, which settles the small numbers."""
    return limit if group.lag is None else min(limit, page(stream))


def estimate(stream: Stream, group: Group, counted: float) -> float:
    """The best guess where counting ended early; without a `lag` that is "at least as many"."""
    return counted if group.lag is None else max(counted, min(group.lag, stream.length))


def numbers(stream: Stream, group: Group, waiting: float) -> Numbers:
    found: dict[str, float] = {
        "backlog": waiting,
        "in_flight": group.pending,
        "lag": waiting + group.pending,
        "consumers": group.consumers,
        "length": stream.length,
    }
    if stream.added is not None:
        found["rate_in"] = Total(stream.added)
    if group.read is not None:
        found["rate_out"] = Total(max(group.read - group.pending, 0))
    return found


def numbers_of_all(stream: Stream) -> Numbers:
    """Without a group: what lies in the stream. Fits consumers that delete an entry when they are done with it."""
    found: dict[str, float] = {"backlog": stream.length, "lag": stream.length}
    if stream.added is not None:
        found |= {"rate_in": Total(stream.added), "rate_out": Total(max(stream.added - stream.length, 0))}
    return found


def page(stream: Stream) -> int:
    """How many entries to ask for at once: they come with all that is in them."""
    return max(1, min(PAGE_ENTRIES, PAGE_BYTES // max(stream.entry_bytes, 1)))


def after(entry: Id) -> str:
    """The lowest id above `entry`, as text; Redis 6.0 knows no other way to leave out an entry."""
    return f"{entry[0]}-{entry[1] + 1}" if entry[1] < 2**64 - 1 else f"{entry[0] + 1}-0"


def after_the_last(entries: object) -> tuple[int, str]:
    """How many entries an answer to `XRANGE` has, and where the next page begins."""
    if not isinstance(entries, list):
        raise _senseless()
    return len(entries), after(_id(entries[-1][0])) if entries else ""


def _pairs(answer: object) -> Mapping[str, Any]:
    if not isinstance(answer, list) or not all(isinstance(name, bytes) for name in answer[::2]):
        raise _senseless()
    return {name.decode(errors="replace"): value for name, value in zip(answer[::2], answer[1::2], strict=False)}


def _id(value: object) -> Id:
    try:
        milliseconds, _, count = bytes(value).partition(b"-") if isinstance(value, bytes) else (b"", b"", b"")
        return int(milliseconds), int(count)
    except ValueError as error:
        raise _senseless() from error


def _known(told: Mapping[str, Any], name: str) -> float | None:
    return None if told.get(name) is None else number(told[name], name)


def _bytes(entry: Any) -> int:
    return sum(map(len, entry[1])) + len(entry[0]) if entry else 0


def _senseless() -> SignalUnavailableError:
    return SignalUnavailableError("its answer makes no sense", "wrong")
