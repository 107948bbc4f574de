"""A load over time, as a CSV file has it: `time_s,load`, held until the next row. Pure."""

import csv
import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from docktor.errors import PermanentError

HEADER = ("time_s", "load")


@dataclass(frozen=True, slots=True)
class Trace:
    """`times`: seconds, rising. `loads`: units a second, each held until the next time, the last one for `step`."""

    times: tuple[float, ...]
    loads: tuple[float, ...]

    @property
    def step(self) -> float:
        """The usual seconds from one row to the next."""
        steps = [after - before for before, after in pairwise(self.times)]
        return median(steps) if steps else 60.0

    @property
    def begin(self) -> float:
        return self.times[0]

    @property
    def end(self) -> float:
        return self.times[-1] + self.step

    def at(self, time: float) -> float:
        return self.loads[max(bisect_right(self.times, time) - 1, 0)]

    def pieces(self, begin: float, end: float) -> Iterator[tuple[float, float]]:
        """(seconds, load) of each stretch of constant load in that time."""
        index = max(bisect_right(self.times, begin) - 1, 0)
        while begin < end:
            until = min(self.times[index + 1], end) if index + 1 < len(self.times) else end
            if until > begin:
                yield until - begin, self.loads[index]
            begin, index = until, index + 1


def read_trace(lines: Iterable[str], name: str) -> Trace:
    """From the lines of a CSV file. Raises PermanentError with the first fault and its line."""
    times: list[float] = []
    loads: list[float] = []
    for number, row in enumerate(csv.reader(lines), start=1):
        if not row or (number == 1 and tuple(cell.strip() for cell in row) == HEADER):
            continue
        time, load = _row(row, f"{name}, line {number}")
        if times and time <= times[-1]:
            raise PermanentError(f"{name}, line {number}: time {time:g} is not later than {times[-1]:g} before it")
        times.append(time)
        loads.append(load)
    if not times:
        raise PermanentError(f"{name} has no rows; a trace is a CSV file with the columns time_s,load")
    return Trace(tuple(times), tuple(loads))


def _row(row: list[str], where: str) -> tuple[float, float]:
    if len(row) != len(HEADER):
        raise PermanentError(f"{where}: {len(row)} columns, where time_s,load are expected")
    found = []
    for cell, column in zip(row, HEADER, strict=True):
        try:
            value = float(cell)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise PermanentError(f"{where}: {column} is {cell!r}, no number")
        found.append(value)
    time, load = found
    if load < 0:
        raise PermanentError(f"{where}: a load of {load:g} is less than nothing")
    return time, load
