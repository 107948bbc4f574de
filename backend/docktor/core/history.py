"""What was recorded of one service, moment by moment, with its gaps. Pure."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from docktor.core.metrics import READY, REPLICAS
from docktor.core.situation import Points
from docktor.core.startup import Growth, settled

GAP = 3
"""A pause so many times longer than the usual one is a gap in the record, not a late tick."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What was known at one time; a metric that was unknown then is not in `values`.

    `served`: replicas that shared the load up to then, the ready ones or, where it were more, those of the moment
    before: what is measured is of the time before it. `lasts`: seconds for which it may be taken to hold. `unseen`:
    seconds after those of which nothing is recorded. `fresh`: the first one, or the first after a gap.
    """

    at: datetime
    values: Mapping[str, float]
    served: int
    lasts: float
    unseen: float
    fresh: bool

    @property
    def replicas(self) -> int:
        return round(self.values[REPLICAS])

    @property
    def ready(self) -> int:
        return round(self.values.get(READY, 0))


@dataclass(frozen=True, slots=True)
class History:
    """Oldest first. `step`: the usual seconds from one moment to the next.

    `start_ups`: seconds from asking for a replica until it was ready, of each growth. Each became ready between two
    moments, and is taken to have been half-way.
    """

    moments: tuple[Moment, ...]
    step: float
    start_ups: tuple[float, ...]

    @property
    def start_up(self) -> float | None:
        """The median; `None` if none was seen."""
        return statistics.median(self.start_ups) if self.start_ups else None

    @property
    def seconds(self) -> float:
        """From the first moment to the end of the last one, gaps included."""
        if not self.moments:
            return 0.0
        first, last = self.moments[0], self.moments[-1]
        return (last.at - first.at).total_seconds() + last.lasts

    @property
    def metrics(self) -> frozenset[str]:
        """Every metric that was known at least once."""
        return frozenset(name for moment in self.moments for name in moment.values)

    @property
    def has_gaps(self) -> bool:
        return any(moment.unseen > 0 for moment in self.moments)


def by_time(series: Mapping[str, Points]) -> dict[datetime, dict[str, float]]:
    """What was known at each time at which anything was, in order of time."""
    found: dict[datetime, dict[str, float]] = {}
    for metric, points in series.items():
        for when, value in points:
            if value is not None:
                found.setdefault(when, {})[metric] = value
    return dict(sorted(found.items()))


def history_of(series: Mapping[str, Points]) -> History:
    """From each metric's points, oldest first, as the store has them. Only times with a number of replicas count."""
    at = {when: values for when, values in by_time(series).items() if REPLICAS in values}
    times = list(at)
    steps = [(after - before).total_seconds() for before, after in pairwise(times)]
    usual = statistics.median(steps) if steps else 0.0
    gaps = [_is_gap(steps, index, usual) for index in range(len(steps))]
    moments = tuple(_moments(times, at, steps, gaps, usual))
    return History(moments, usual, tuple(_start_ups(moments)))


def _is_gap(steps: Sequence[float], index: int, usual: float) -> bool:
    """Where the interval was set to a longer one, the steps beside it are as long: that is no gap."""
    beside = min((steps[one] for one in (index - 1, index + 1) if 0 <= one < len(steps)), default=0.0)
    return steps[index] > GAP * max(usual, beside)


def _moments(
    times: Sequence[datetime],
    at: Mapping[datetime, Mapping[str, float]],
    steps: Sequence[float],
    gaps: Sequence[bool],
    usual: float,
) -> Iterator[Moment]:
    before = 0
    for index, when in enumerate(times):
        step = steps[index] if index < len(steps) else usual
        lasts = usual if index < len(steps) and gaps[index] else step
        fresh = index == 0 or gaps[index - 1]
        ready = round(at[when].get(READY, 0))
        yield Moment(when, at[when], ready if fresh else max(ready, before), lasts, step - lasts, fresh)
        before = ready


def _start_ups(moments: Sequence[Moment]) -> Iterator[float]:
    """For each growth that was seen from its beginning: seconds until that many were ready.

    What is on record of a scale is the look right after it, hardly ever the one right before: it was asked for then.
    """
    waiting: tuple[Growth, ...] = ()
    for before, moment in pairwise(moments):
        if moment.fresh:
            waiting = ()
            continue
        if moment.replicas > before.replicas:
            waiting = (*waiting, (moment.replicas, moment.at))
        waiting, done = settled(waiting, moment.at, moment.replicas, moment.ready, before.lasts / 2)
        yield from done
