"""KEDA on a queue's backlog, with its defaults: it wakes and puts to sleep, a horizontal pod autoscaler does the rest.

Every 30 s: from none to one as soon as more than `activation` waits, to none once it didn't for 300 s. In between,
every 15 s: wanted = ceil(backlog / lag_threshold), with the autoscaler's tolerance, patience and limits.
"""

import math

from docktor.core.baselines.bounds import Bounds
from docktor.core.baselines.hpa import SYNC_S, Behavior, near
from docktor.core.modelled import Look, Wish

POLL_S = 30.0
COOLDOWN_S = 300.0
LAG_THRESHOLD = 10.0
"""Messages for each replica, where nobody says otherwise."""
_ROUNDING = 1e-9


class Keda:
    """`lag_threshold`: units of backlog for each replica."""

    every = SYNC_S

    def __init__(self, lag_threshold: float, bounds: Bounds, activation: float = 0.0) -> None:
        self._threshold, self._bounds, self._activation = lag_threshold, bounds, activation
        self._behavior = Behavior(Bounds(max(bounds.fewest, 1), bounds.most))
        self._polled = -math.inf
        self._active: float | None = None

    def step(self, seen: Look) -> Wish:
        if seen.at - self._polled >= POLL_S:
            self._polled = seen.at
            if seen.backlog > self._activation or self._active is None:
                self._active = seen.at
            if seen.current == 0 and seen.backlog > self._activation:
                return Wish(1, "activated")
            if self._bounds.fewest == 0 and seen.at - self._active >= COOLDOWN_S:
                return Wish(0, "nothing waits")
        if seen.current == 0:
            return Wish(0, "asleep")
        wanted = self._by_backlog(seen)
        return Wish(self._behavior.settle(seen.at, seen.current, wanted), f"wants {wanted}")

    def _by_backlog(self, seen: Look) -> int:
        if near(seen.backlog / (self._threshold * seen.current)):
            return seen.current
        return math.ceil(seen.backlog / self._threshold - _ROUNDING)
