"""How a service's load moved over the last minutes: its level, its growth, whether it is more than is seen. Pure.

Load is in replicas' worth: 2.5 is what keeps two and a half replicas fully busy.
"""

import math
from datetime import datetime
from typing import NamedTuple

SMOOTH_S = 50.0
SLOPE_S = 60.0
SPREAD_S = 1800.0
PEAK_FADES_S = 7 * 86400.0
FIRST_SPREAD = 0.1
UNUSUAL = 6.0
"""Times its usual distance from the level: what goes farther is a jump."""
LONGEST_STEP_S = 300.0
"""After a longer pause than this it begins anew."""


class Load(NamedTuple):
    """`full`: the replicas give all they can, so that it is at least this."""

    value: float
    full: bool


class Pulse(NamedTuple):
    """`slope`: replicas' worth a second over the last minute or more; `jump`: the same at the last look, if that went
    well beyond `spread`, how far the load usually is from its level; else 0.

    `full_since`: since when, without a break, the load was at least what was seen; slopes are those from before.
    `trail`: the loads of the last minute and a look before, oldest first, with their times in seconds.
    `peak`: the most there was in the `watched` seconds, fading over a week; pauses take nothing from either.
    """

    at: float
    load: float
    level: float
    slope: float = 0.0
    jump: float = 0.0
    full_since: float | None = None
    spread: float = 0.0
    trail: tuple[tuple[float, float], ...] = ()
    peak: float = 0.0
    watched: float = 0.0

    @property
    def full_for(self) -> float:
        return 0.0 if self.full_since is None else self.at - self.full_since


def follow(before: Pulse | None, now: datetime, load: Load, span: float = SLOPE_S) -> Pulse:
    """The pulse with one more look; `span`: the seconds that the slope is over."""
    at, value = now.timestamp(), load.value
    if before is None or not 0 < at - before.at <= LONGEST_STEP_S:
        return _anew(before, at, load)
    step, off = at - before.at, value - before.level
    spread = before.spread + (1 - math.exp(-step / SPREAD_S)) * (abs(off) - before.spread)
    level = before.level + (1 - math.exp(-step / SMOOTH_S)) * (value - before.level)
    trail = (*_recent(before.trail, at - span), (at, value))
    peak, watched = max(before.peak * math.exp(-step / PEAK_FADES_S), value), before.watched + step
    slope, jump, full_since = before.slope, before.jump, before.full_since
    if full_since is None or not load.full:
        since, then = trail[0]
        slope = (value - then) / (at - since) if at > since else 0.0
        jump = max((value - before.load) / step, slope) if off > UNUSUAL * before.spread else 0.0
        full_since = at if load.full else None
    return Pulse(at, value, level, slope, jump, full_since, spread, trail, peak, watched)


def _anew(before: Pulse | None, at: float, load: Load) -> Pulse:
    value, full_since = load.value, at if load.full else None
    peak, watched = (max(before.peak, value), before.watched) if before else (value, 0.0)
    return Pulse(at, value, value, 0.0, 0.0, full_since, FIRST_SPREAD * value, ((at, value),), peak, watched)


def _recent(trail: tuple[tuple[float, float], ...], since: float) -> tuple[tuple[float, float], ...]:
    """From the last look before that time on."""
    first = 0
    while first + 1 < len(trail) and trail[first + 1][0] <= since:
        first += 1
    return trail[first:]
