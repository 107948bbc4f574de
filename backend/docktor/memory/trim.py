"""Which lines of a journal are past their time, and the rest of it. Reads no more of a long one than it has to."""

import re
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from docktor.core.record import read_time
from docktor.memory.lines import peek, scan

# Lines come as time goes, but for clocks that were set: when a thousand in a row are younger than the limit by a day,
# all that follow are taken to be younger, too.
_SURE = timedelta(days=1)
_IN_A_ROW = 1000
_ID = re.compile(rb'\{"id":(\d{1,19}),')


def older_than(path: Path, before: datetime, kept: Collection[int]) -> frozenset[int]:
    """Ids of decisions from before that moment, without those in `kept`. Raises OSError."""
    old: set[int] = set()
    young = set(kept)
    in_a_row = 0
    with path.open("rb") as file:
        for _, seen in scan(file):
            if seen is None:
                continue
            at = _time(seen.timestamp)
            in_a_row = in_a_row + 1 if at is not None and at >= before + _SURE else 0
            if in_a_row == _IN_A_ROW:
                break
            (old if at is not None and at < before else young).add(seen.id)
    return frozenset(old - young)


def kept_lines(path: Path, dropped: frozenset[int]) -> Iterator[bytes]:
    """Every line but those of the dropped decisions; unreadable ones stay. Raises OSError."""
    with path.open("rb") as file:
        for raw in file:
            begin = _ID.match(raw)  # how our own lines begin: reading all of each would take ten times as long
            if begin is not None and int(begin[1]) not in dropped:
                yield raw
                continue
            seen = peek(raw)
            if seen is None or seen.id not in dropped:
                yield raw


def _time(timestamp: str) -> datetime | None:
    try:
        return read_time(timestamp)
    except ValueError:
        return None
