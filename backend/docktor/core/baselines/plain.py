"""The plainest ways to keep a service: the Go original's steps, and a number that never changes."""

import math

from docktor.core.baselines.bounds import Bounds
from docktor.core.loadmodel import ServiceModel
from docktor.core.modelled import Look, Wish
from docktor.core.score import needed
from docktor.core.trace import Trace

HIGH, LOW = 75.0, 20.0
UP_BY, DOWN_BY = 2, 1


class Ancestor:
    """Docktor's ancestor in Go: two more above 75 % of CPU, one fewer below 20 %, at each check."""

    def __init__(self, every: float, bounds: Bounds) -> None:
        self.every = every
        self._bounds = bounds

    def step(self, seen: Look) -> Wish:
        if seen.cpu > HIGH:
            return Wish(self._bounds.hold(seen.current + UP_BY), "cpu is high")
        if seen.ready and seen.cpu < LOW:
            return Wish(self._bounds.hold(seen.current - DOWN_BY), "cpu is low")
        return Wish(seen.current, "")


class Static:
    """Always the same number."""

    def __init__(self, replicas: int, every: float) -> None:
        self.replicas, self.every = replicas, every

    def step(self, _seen: Look) -> Wish:
        return Wish(self.replicas, "static")


def at_peak(trace: Trace, model: ServiceModel, bounds: Bounds) -> int:
    """The fewest replicas that carry the trace's largest load."""
    return bounds.hold(needed(max(trace.loads), model.capacity))


def at_mean(trace: Trace, model: ServiceModel, bounds: Bounds) -> int:
    """The fewest that carry its mean load."""
    total = math.fsum(seconds * load for seconds, load in trace.pieces(trace.begin, trace.end))
    return bounds.hold(needed(total / (trace.end - trace.begin), model.capacity))
