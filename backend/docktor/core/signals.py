"""From what a source answers to numbers that rules may use. Pure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

LARGEST = 1e15
"""No queue holds more messages, and no counter of one gets there within a lifetime of this daemon."""


def fault_of(value: object) -> str | None:
    """Why `value` can't be a count or a measure, `None` if it can."""
    if value is None:
        return "null"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"no number but {type(value).__name__}"
    if isinstance(value, float) and not math.isfinite(value):
        return "not finite"
    if value < 0:
        return f"negative ({value:g})"
    return f"absurdly large ({float(min(value, 10**300)):g})" if value > LARGEST else None


@dataclass(frozen=True, slots=True)
class Point:
    """Running totals by name, read `at` (seconds of a clock that never jumps)."""

    at: float
    totals: Mapping[str, float]


def rates(points: Iterable[Point], window: float) -> Mapping[str, float]:
    """Each total's growth a second over the last `window` seconds; `points` are oldest first.

    rate = Σ growth / Σ time, over the steps between neighbouring points that end within the window. A step in which
    a total fell (its counter began anew) is left out, with its time. A total that was not read twice, or is missing
    from the latest point, has no rate.
    """
    steps = list(pairwise(points))
    if not steps:
        return {}
    since = steps[-1][1].at - window
    growth: dict[str, float] = {}
    time: dict[str, float] = {}
    for before, after in steps:
        for name, total in after.totals.items() if after.at > since else ():
            if total >= before.totals.get(name, math.inf):
                growth[name] = growth.get(name, 0.0) + total - before.totals[name]
                time[name] = time.get(name, 0.0) + after.at - before.at
    return {name: growth[name] / time[name] for name in steps[-1][1].totals if time.get(name, 0.0) > 0}
