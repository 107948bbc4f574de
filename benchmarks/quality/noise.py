"""What the noise in a load costs at least who does not know it beforehand, however well all else is known."""

import math
from collections.abc import Sequence

from docktor.core.baselines.bounds import Bounds
from docktor.core.baselines.optimum import Planned, loads_of
from docktor.core.loadmodel import ServiceModel
from docktor.core.trace import Trace

SPAN_S = 600.0


class MeanKnown(Planned):
    """Knows the load's mean over the ten minutes around each moment, to come or past, and nothing of the rest.

    There are mean + `margin` · √mean replicas of it: noise of independent requests grows with the root of their number.
    """

    def __init__(self, trace: Trace, model: ServiceModel, every: float, bounds: Bounds, margin: float) -> None:
        loads = [load / model.capacity for load in loads_of(trace, every)]
        means = around(loads, round(SPAN_S / every / 2))
        wanted = [math.ceil(mean + margin * math.sqrt(mean) - 1e-9) for mean in means]
        super().__init__(trace, model, every, [bounds.hold(one) for one in wanted])


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
