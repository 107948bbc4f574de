"""What the noise in a load costs at least who does not know it beforehand, however well all else is known."""

import math
from collections.abc import Sequence

from docktor.core.baselines.bounds import Bounds
from docktor.core.baselines.optimum import most_within
from docktor.core.loadmodel import ServiceModel
from docktor.core.modelled import Look, Wish, checks
from docktor.core.trace import Trace

SPAN_S = 600.0


class MeanKnown:
    """Knows the load's mean over the ten minutes around each moment, to come or past, and nothing of the rest.

    There are mean + `margin` · √mean replicas of it: noise of independent requests grows with the root of their number.
    """

    def __init__(self, trace: Trace, model: ServiceModel, every: float, bounds: Bounds, margin: float) -> None:
        self.every, self._begin = every, trace.begin
        loads = [trace.at(trace.begin + index * every) / model.capacity for index in range(checks(trace, every))]
        means = around(loads, round(SPAN_S / every / 2))
        wanted = [bounds.hold(math.ceil(mean + margin * math.sqrt(mean) - 1e-9)) for mean in means]
        self._wanted = most_within(wanted, max(math.ceil(model.startup / every - 1e-9), 1))

    @property
    def first(self) -> int:
        return self._wanted[0]

    def step(self, seen: Look) -> Wish:
        return Wish(self._wanted[round((seen.at - self._begin) / self.every)], "knows the mean that comes")


def around(values: Sequence[float], reach: int) -> list[float]:
    """The mean of each and the `reach` before and after it, as far as there are."""
    sums = [0.0]
    for value in values:
        sums.append(sums[-1] + value)
    found = []
    for place in range(len(values)):
        low, high = max(place - reach, 0), min(place + reach + 1, len(values))
        found.append(max((sums[high] - sums[low]) / (high - low), 0.0))
    return found
