"""How long a replica takes from being asked for to being ready, as it was seen to. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from docktor.core.world import USUAL_START_UP_S

REMEMBERED = 9
LONGEST_S = 900.0
SHARE = 0.75

Growth = tuple[int, datetime]
"""A number of replicas, and since when it was asked for."""


class StartUps(NamedTuple):
    """`waiting`: growths that are not ready yet. `took`: seconds, latest last."""

    at: datetime | None = None
    replicas: int = 0
    waiting: tuple[Growth, ...] = ()
    took: tuple[float, ...] = ()

    @property
    def usual(self) -> float:
        """What three of four lately didn't exceed; the usual time until one was seen."""
        took = self.took
        return sorted(took)[int(SHARE * len(took))] if took else USUAL_START_UP_S

    def look(self, now: datetime, replicas: int, ready: int) -> "StartUps":
        """With one more look. A growth was asked for at the look before; it got ready half-way between two looks."""
        if self.at is None or now < self.at:
            return StartUps(now, replicas, (), self.took)
        if not self.waiting and replicas <= self.replicas:
            return StartUps(now, replicas, (), self.took)
        grown = ((replicas, self.at),) if replicas > self.replicas else ()
        half = (now - self.at).total_seconds() / 2
        waiting, done = settled((*self.waiting, *grown), now, replicas, ready, half)
        return StartUps(now, replicas, waiting, (*self.took, *done)[-REMEMBERED:])


def settled(
    waiting: Iterable[Growth], now: datetime, replicas: int, ready: int, half: float
) -> tuple[tuple[Growth, ...], tuple[float, ...]]:
    """The growths that go on waiting, and how long those took that are over: that many replicas are ready by now.

    Each became ready in the `2 * half` seconds before, and is taken to have been half-way. What was taken back, or
    took too long, tells nothing.
    """
    found = [(count, (now - since).total_seconds(), since) for count, since in waiting]
    known = [one for one in found if one[0] <= replicas and one[1] < LONGEST_S]
    left = tuple((count, since) for count, _, since in known if count > ready)
    return left, tuple(max(waited - half, 0.0) for count, waited, _ in known if count <= ready)
