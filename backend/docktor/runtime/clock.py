"""The one place that reads the clock."""

import time
from datetime import UTC, datetime

JUMP_S = 5.0


class Clock:
    """Wall time for what is recorded, and a watch on it: a wall clock that was set, or a machine that slept."""

    def __init__(self) -> None:
        self._wall = self.now()
        self._steady = time.monotonic()

    def now(self) -> datetime:
        """UTC, aware."""
        return datetime.now(UTC)

    def steady(self) -> float:
        """Seconds from an arbitrary start; never jumps."""
        return time.monotonic()

    def jumped(self) -> float:
        """Seconds by which the wall clock went astray since the last call, or 0 when it kept step."""
        wall, steady = self.now(), self.steady()
        drift = (wall - self._wall).total_seconds() - (steady - self._steady)
        self._wall, self._steady = wall, steady
        return drift if abs(drift) > JUMP_S else 0.0
