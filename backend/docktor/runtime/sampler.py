"""Reads the containers' counters in the background, so that no tick ever waits for a number."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from docktor.core.observe import Reading
from docktor.core.world import ServiceId
from docktor.engine.base import Engine
from docktor.errors import TemporaryError
from docktor.runtime.clock import Clock

log = logging.getLogger(__name__)

SAMPLES_PER_WINDOW = 4
SHORTEST_S, LONGEST_S = 1.0, 15.0
WINDOWS_KEPT = 2.5


@dataclass(slots=True)
class _Watched:
    window: float
    due: float = 0.0

    @property
    def interval(self) -> float:
        return min(max(self.window / SAMPLES_PER_WINDOW, SHORTEST_S), LONGEST_S)


class Sampler:
    """Keeps about two windows of readings for each watched service."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._watched: dict[ServiceId, _Watched] = {}
        self._readings: dict[str, deque[Reading]] = {}
        self._changed = asyncio.Event()

    def watch(self, service: ServiceId, window: float) -> None:
        """Sample this service often enough for `window` seconds. Calling it again changes the window."""
        watched = self._watched.setdefault(service, _Watched(window))
        watched.window = window
        watched.due = min(watched.due, self._clock.steady() + watched.interval)
        self._changed.set()

    def unwatch(self, service: ServiceId) -> None:
        self._watched.pop(service, None)

    def readings(self, replicas: Iterable[str]) -> Mapping[str, tuple[Reading, ...]]:
        """By replica id, oldest first; replicas never sampled are missing."""
        return {one: tuple(self._readings[one]) for one in replicas if one in self._readings}

    def forget_all(self) -> None:
        """After a gap (engine restart, clock jump) old readings tell nothing."""
        self._readings.clear()

    async def run(self) -> None:
        """For ever. An engine that is away only means no new readings."""
        while True:
            self._changed.clear()
            now = self._clock.steady()
            await self.sample_due(now)
            wait = min((w.due for w in self._watched.values()), default=now + LONGEST_S) - self._clock.steady()
            try:
                await asyncio.wait_for(self._changed.wait(), max(wait, 0.05))
            except TimeoutError:
                continue

    async def sample_due(self, now: float) -> None:
        """Read those whose time has come. `now`: seconds of the steady clock."""
        due = [service for service, watched in self._watched.items() if watched.due <= now]
        if due:
            await self._sample(due, now)

    async def _sample(self, due: list[ServiceId], now: float) -> None:
        for service in due:
            self._watched[service].due = now + self._watched[service].interval
        try:
            samples = await self._engine.sample(due)
        except TemporaryError as error:
            log.debug("no samples: %s", error)
            return
        taken_at = self._clock.now()
        for sample in samples:
            self._readings.setdefault(sample.replica_id, deque()).append(Reading(taken_at, sample))
        self._drop_old(taken_at)

    def _drop_old(self, now: datetime) -> None:
        longest = max((watched.window for watched in self._watched.values()), default=0.0)
        oldest = WINDOWS_KEPT * max(longest, SHORTEST_S * SAMPLES_PER_WINDOW)
        for replica, kept in list(self._readings.items()):
            while kept and (now - kept[0].taken_at).total_seconds() > oldest:
                kept.popleft()
            if not kept:
                del self._readings[replica]
