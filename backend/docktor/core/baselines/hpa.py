"""Kubernetes' horizontal pod autoscaler on average CPU, with the defaults of its controller (`autoscaling/v2`).

Every 15 s: wanted = ceil(replicas · cpu / target), unless cpu / target is within 0.1 of 1. Up: at most to the larger
of twice as many and four more; down: to the most that was wanted within 300 s.
"""

import math

from docktor.core.baselines.bounds import Bounds
from docktor.core.modelled import Look, Wish

SYNC_S = 15.0
TOLERANCE = 0.1
STABLE_S = 300.0
MOST_TIMES, MOST_MORE = 2, 4
FULL = 100.0
"""Percent that a replica without metrics is taken to use when shrinking is judged."""
_ROUNDING = 1e-9


class Behavior:
    """From what the metric asks for to what is done: patience before shrinking, limits of growth, bounds."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._wanted: list[tuple[float, int]] = []

    def settle(self, at: float, current: int, wanted: int) -> int:
        """`current` counts as wanted at the first call: so does the controller begin."""
        since = at - STABLE_S
        before = [one for one in self._wanted if one[0] > since] if self._wanted else [(at, current)]
        self._wanted = [*before, (at, wanted)]
        if wanted < current:
            wanted = min(current, max(number for _, number in self._wanted))
        return self._bounds.hold(min(wanted, max(current * MOST_TIMES, current + MOST_MORE)))


class Hpa:
    """`target`: percent of CPU."""

    every = SYNC_S

    def __init__(self, target: float, bounds: Bounds) -> None:
        self._target = target
        self._behavior = Behavior(Bounds(max(bounds.fewest, 1), bounds.most))

    def step(self, seen: Look) -> Wish:
        if not seen.ready:
            return Wish(seen.current, "no metrics")
        wanted = self._by_metric(seen)
        return Wish(self._behavior.settle(seen.at, seen.current, wanted), f"wants {wanted}")

    def _by_metric(self, seen: Look) -> int:
        """Replicas that start count as idle when growing is judged, as full when shrinking is."""
        ratio = seen.cpu / self._target
        if not seen.starting:
            return seen.current if near(ratio) else math.ceil(ratio * seen.current - _ROUNDING)
        assumed = 0.0 if ratio > 1 else FULL
        again = (seen.cpu * seen.ready + assumed * seen.starting) / seen.current / self._target
        if near(again) or (again > 1) != (ratio > 1):
            return seen.current
        return math.ceil(again * seen.current - _ROUNDING)


def near(ratio: float) -> bool:
    return abs(ratio - 1) <= TOLERANCE + _ROUNDING
