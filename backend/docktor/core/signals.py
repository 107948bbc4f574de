"""From what a source answers to numbers that rules may use. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


def rates(points: Sequence[Point], window: float) -> Mapping[str, float]:
    """Each total's growth a second over the last `window` seconds; `points` are oldest first.

    rate = Σ growth / Σ time, over the steps between neighbouring points. A step in which a total fell (its counter
    began anew) is left out, with its time. A total that was not read twice has no rate.
    """
    if not points:
        return {}
    since = points[-1].at - window
    inside = [index for index, point in enumerate(points) if point.at >= since]
    steps = list(zip(points[max(inside[0] - 1, 0) :], points[max(inside[0] - 1, 0) + 1 :], strict=False))
    found: dict[str, float] = {}
    for name in points[-1].totals:
        grown = [
            (after.totals[name] - before.totals[name], after.at - before.at)
            for before, after in steps
            if name in before.totals and name in after.totals and after.totals[name] >= before.totals[name]
        ]
        time = math.fsum(seconds for _, seconds in grown)
        if time > 0:
            found[name] = math.fsum(growth for growth, _ in grown) / time
    return found
