"""How often somebody may ask: token buckets, one for each key."""

import math

MOST_KEYS = 1000


class Buckets:
    """`per_minute` on average, as many at once. The clock is given, in seconds."""

    def __init__(self, per_minute: float) -> None:
        self.capacity = per_minute
        self.rate = per_minute / 60
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, key: str, now: float) -> int:
        """0 when it may be done now, else the seconds to wait."""
        level = min(self.capacity, self._level(key, now))
        allowed = level >= 1
        self._levels.pop(key, None)  # the latest last, so that the first is the one that asked longest ago
        self._levels[key] = (level - 1 if allowed else level, now)
        if len(self._levels) > MOST_KEYS:
            del self._levels[next(iter(self._levels))]
        return 0 if allowed else max(1, math.ceil((1 - level) / self.rate))

    def _level(self, key: str, now: float) -> float:
        level, since = self._levels.get(key, (self.capacity, now))
        return level + max(0.0, now - since) * self.rate
