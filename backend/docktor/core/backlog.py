"""What a queue's backlog asks for, where it is known how much one replica works off. Pure.

A queue is patient: what can't be worked off at once waits, and is not lost. So replicas follow what comes in, nearly
full, and what waits beyond what each may have is worked off within the time it takes to get more of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import median
from types import MappingProxyType

from docktor.core.metrics import QUEUES, RATE_OUT
from docktor.core.policy import Prefer, Target

REMEMBERED = 15
BUSY: Mapping[Prefer, float] = MappingProxyType({Prefer.CHEAP: 0.97, Prefer.BALANCED: 0.9, Prefer.FAST: 0.8})
"""How full replicas are to be by what comes in."""
SHORTEST_DRAIN_S = 60.0
MAY_WAIT = 0.5
"""Of what each replica may have waiting, so much is left to wait."""


@dataclass(frozen=True, slots=True)
class Speeds:
    """Messages a second of one busy replica, as seen lately. `ready`: replicas at the last look."""

    seen: tuple[float, ...] = ()
    ready: float = 0.0

    @property
    def usual(self) -> float | None:
        return median(self.seen) if self.seen else None

    def look(self, values: Mapping[str, float], ready: float, elapsed: float) -> "Speeds":
        """With one more look, `elapsed` seconds after the one before.

        A look at which there are others than at the one before tells nothing: who of them worked is not known.
        """
        rate = values.get(RATE_OUT, 0.0)
        waiting = max((values.get(name, 0.0) for name in QUEUES), default=0.0)
        if ready != self.ready:
            return replace(self, ready=ready)
        speed = busy_speed(rate, waiting, ready, elapsed)
        return self if speed is None else replace(self, seen=(*self.seen, speed)[-REMEMBERED:])


def busy_speed(rate: float, waiting: float, working: float, elapsed: float) -> float | None:
    """Messages a second of each replica, if more waits than `elapsed` seconds of work: then all were busy."""
    if rate <= 0 or working < 1 or waiting <= rate * elapsed:
        return None
    return rate / working


def is_queue(target: Target) -> bool:
    return target.metric in QUEUES


def too_much(target: Target, waiting: float, replicas: int) -> float:
    """Messages that wait beyond what may, of so many for that number of replicas; below 0: none."""
    return waiting - MAY_WAIT * target.value * max(replicas, 1)
