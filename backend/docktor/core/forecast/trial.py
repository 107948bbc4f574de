"""Whether forecasting earns its keep: beside the plain rules, on the service's own past, at equal cost.

The plain rules with some headroom h keep ceil(h · load) replicas. For many h the replicas they would have kept and the
load they would have lost are added up, and the same for the rules raised by the forecast. The rules of the headroom
that cost as much as the forecast did are what it is compared with. All in replicas' worth of load, fading over days.
"""

import math
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


@dataclass(slots=True)
class _Sums:
    replicas: float = 0.0
    lost: float = 0.0

    def add(self, replicas: int, most: float) -> None:
        self.replicas = self.replicas * _FADE + replicas
        self.lost = self.lost * _FADE + max(most - replicas, 0.0)


@dataclass(slots=True)
class Trial:
    standing: Standing = Standing.SHADOW
    minutes: int = 0
    _load: float = 0.0
    _forecast: _Sums = field(default_factory=_Sums)
    _plain: tuple[_Sums, ...] = field(default_factory=lambda: tuple(_Sums() for _ in HEADROOMS))

    def judge(self, load: float, floor: float, bound: float, most: float) -> None:
        """One bucket. `load`: then; `floor`: what the rules want; `bound`: the forecast's; `most`: came of it."""
        self.minutes += 1
        self._load = self._load * _FADE + most
        self._forecast.add(_whole(max(floor, bound)), most)
        for headroom, sums in zip(HEADROOMS, self._plain, strict=True):
            sums.add(_whole(headroom * load), most)
        self._settle()

    def record(self) -> Record:
        if self.minutes < LEAST_JUDGED or self._load <= 0:
            return Record(self.minutes, None, None)
        return Record(self.minutes, self._forecast.lost / self._load, self._at_equal_cost() / self._load)

    def _settle(self) -> None:
        if self.minutes < LEAST_JUDGED:
            return
        plain, own = self._at_equal_cost(), self._forecast.lost
        if plain > _NOTHING * self._load and own < BETTER * plain:
            self.standing = Standing.ON
        elif own > plain:
            self.standing = Standing.SHADOW

    def _at_equal_cost(self) -> float:
        """What the rules lose, with the headroom that costs as much as the forecast."""
        cost, before = self._forecast.replicas, self._plain[0]
        if cost <= before.replicas:
            return before.lost
        for sums in self._plain[1:]:
            if sums.replicas >= cost:
                share = (cost - before.replicas) / max(sums.replicas - before.replicas, 1e-12)
                return before.lost + share * (sums.lost - before.lost)
            before = sums
        return before.lost


def _whole(replicas: float) -> int:
    return max(math.ceil(replicas - 1e-9), 1)
