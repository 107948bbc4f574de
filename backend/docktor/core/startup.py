"""How long a replica takes from being asked for to being ready, as it was seen to. Pure."""

from dataclasses import dataclass
from datetime import datetime

from docktor.core.world import USUAL_START_UP_S

REMEMBERED = 9
LONGEST_S = 900.0
SHARE = 0.75


@dataclass(frozen=True, slots=True)
class StartUps:
    """`waiting`: growths not ready yet, each as the number of replicas and since when. `took`: seconds, latest last."""

    at: datetime | None = None
    replicas: int = 0
    waiting: tuple[tuple[int, datetime], ...] = ()
    took: tuple[float, ...] = ()

    @property
    def usual(self) -> float:
        """What three of four lately didn't exceed; the usual time until one was seen."""
        if not self.took:
            return USUAL_START_UP_S
        return sorted(self.took)[min(int(SHARE * len(self.took)), len(self.took) - 1)]

    def look(self, now: datetime, replicas: int, ready: int) -> "StartUps":
        """With one more look. A growth was asked for at the look before; it got ready half-way between two looks."""
        if self.at is None or now < self.at:
            return StartUps(now, replicas, (), self.took)
        if not self.waiting and replicas <= self.replicas:
            return StartUps(now, replicas, (), self.took)
        waiting = [
            (count, since)
            for count, since in self.waiting
            if count <= replicas and (now - since).total_seconds() <= LONGEST_S
        ]
        if replicas > self.replicas:
            waiting.append((replicas, self.at))
        half = (now - self.at).total_seconds() / 2
        done = [max((now - since).total_seconds() - half, 0.0) for count, since in waiting if count <= ready]
        left = tuple((count, since) for count, since in waiting if count > ready)
        return StartUps(now, replicas, left, (*self.took, *done)[-REMEMBERED:])
