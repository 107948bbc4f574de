"""Whether forecasting earns its keep: beside the plain rules, on the service's own past, at equal cost.

The plain rules with some headroom h keep ceil(h · load) replicas. For many h the replicas they would have kept and the
load they would have lost are added up, and the same for the rules raised by the forecast. The rules of the headroom
that cost as much as the forecast did are what it is compared with. All in replicas' worth of load, fading over days.
"""

import math
from bisect import bisect_left
from dataclasses import dataclass, field

from docktor.core.forecast.course import BUCKET_S
from docktor.core.forecast.outlook import Record, Standing

HEADROOMS = tuple(1.06**power for power in range(25))
HALVES = 3 * 86400 / BUCKET_S
_FADE = 0.5 ** (1 / HALVES)
LEAST_JUDGED = 120
"""Minutes of comparison until it may count."""
BETTER = 0.8
"""It has to lose less than this share of what the plain rules lose, to be switched on."""
_NOTHING = 1e-6
"""Of the load: so little lost is none."""
_ROUNDING = 1e-9


@dataclass(slots=True)
class Trial:
    """`_replicas`, `_lost`: of the plain rules, for each headroom; the more headroom, the more replicas."""

    standing: Standing = Standing.SHADOW
    minutes: int = 0
    _load: float = 0.0
    _own_replicas: float = 0.0
    _own_lost: float = 0.0
    _replicas: list[float] = field(default_factory=lambda: [0.0] * len(HEADROOMS))
    _lost: list[float] = field(default_factory=lambda: [0.0] * len(HEADROOMS))

    def judge(self, load: float, floor: float, bound: float, most: float) -> None:
        """One bucket. `load`: then; `floor`: what the rules want; `bound`: the forecast's; `most`: came of it."""
        self.minutes += 1
        self._load = self._load * _FADE + most
        own = _whole(max(floor, bound))
        self._own_replicas = self._own_replicas * _FADE + own
        self._own_lost = self._own_lost * _FADE + max(most - own, 0.0)
        kept = [_whole(headroom * load) for headroom in HEADROOMS]
        self._replicas = [sum_ * _FADE + one for sum_, one in zip(self._replicas, kept, strict=True)]
        self._lost = [
            sum_ * _FADE + (most - one if one < most else 0.0) for sum_, one in zip(self._lost, kept, strict=True)
        ]
        self._settle()

    def record(self) -> Record:
        if self.minutes < LEAST_JUDGED or self._load <= 0:
            return Record(self.minutes, None, None)
        return Record(self.minutes, self._own_lost / self._load, self._at_equal_cost() / self._load)

    def _settle(self) -> None:
        if self.minutes < LEAST_JUDGED:
            return
        plain, own = self._at_equal_cost(), self._own_lost
        if plain > _NOTHING * self._load and own < BETTER * plain:
            self.standing = Standing.ON
        elif own > plain:
            self.standing = Standing.SHADOW

    def _at_equal_cost(self) -> float:
        """What the rules lose, with the headroom that costs as much as the forecast."""
        cost, replicas, lost = self._own_replicas, self._replicas, self._lost
        index = bisect_left(replicas, cost)
        if index == 0 or index == len(replicas):
            return lost[min(index, len(replicas) - 1)]
        fewer, more = replicas[index - 1], replicas[index]
        share = (cost - fewer) / max(more - fewer, 1e-12)
        return lost[index - 1] + share * (lost[index] - lost[index - 1])


def _whole(replicas: float) -> int:
    return max(math.ceil(replicas - _ROUNDING), 1)
