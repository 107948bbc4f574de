"""The cheapest run that never has too little capacity, by who knows the load to come.

A replica that serves at a check was asked for a start-up earlier and kept since, so at each check there are to be as
many as are needed at any check up to a start-up later, and no more. A replica that is idle for less than a start-up is
kept by that; one that is idle for longer goes, and is asked for again in time.
"""

import math
from collections import deque
from collections.abc import Sequence

from docktor.core.baselines.bounds import Bounds
from docktor.core.loadmodel import ServiceModel
from docktor.core.modelled import Look, Wish, checks
from docktor.core.score import needed
from docktor.core.trace import Trace


class Planned:
    """Has `serving` replicas serve at each check of the trace, begun with `first`: it asks for them in time."""

    def __init__(self, trace: Trace, model: ServiceModel, every: float, serving: Sequence[int]) -> None:
        self.every, self._begin = every, trace.begin
        # a replica that is ready at once still serves only from the next check on
        self._wanted = most_within(serving, max(math.ceil(model.startup / every - 1e-9), 1))

    @property
    def first(self) -> int:
        return self._wanted[0]

    def step(self, seen: Look) -> Wish:
        return Wish(self._wanted[round((seen.at - self._begin) / self.every)], "knows what comes")


class Optimum(Planned):
    """For one run over that trace. It loses nothing that the bounds let be served."""

    def __init__(self, trace: Trace, model: ServiceModel, every: float, bounds: Bounds) -> None:
        wanted = [needed(load, model.capacity) if load else 0 for load in loads_of(trace, every)]
        super().__init__(trace, model, every, [bounds.hold(one) for one in wanted])


def loads_of(trace: Trace, every: float) -> list[float]:
    """The load at each check."""
    return [trace.at(trace.begin + index * every) for index in range(checks(trace, every))]


def most_within(numbers: Sequence[int], ahead: int) -> list[int]:
    """For each place the largest from there up to `ahead` places later."""
    found = list(numbers)
    falling: deque[int] = deque()  # places whose number is larger than any before them in the window
    for place in range(len(numbers) - 1, -1, -1):
        while falling and numbers[falling[-1]] <= numbers[place]:
            falling.pop()
        falling.append(place)
        if falling[0] > place + ahead:
            falling.popleft()
        found[place] = numbers[falling[0]]
    return found
