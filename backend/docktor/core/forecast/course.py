"""Where the load is and where it goes: a level, a trend that fades, and what is usual at this time of each period."""

import math
from array import array
from collections.abc import Iterator

BUCKET_S = 60
PERIODS = {"hour": 60, "day": 1440, "week": 10080}
"""In buckets."""
LEARN = 0.3
"""How much of the difference a season's place takes over each time round."""
SMOOTH, TREND, FADE = 0.35, 0.15, 0.9
SLOW = 0.06
"""Where noise is most of it, what comes next is near the mean of a quarter of an hour."""


class Season:
    """What is usual at each place of one period. Places not seen yet are not known."""

    __slots__ = ("_usual", "length", "now")

    def __init__(self, length: int) -> None:
        self.length = length
        self._usual = array("d", [math.nan]) * length
        self.now = math.nan
        """The usual at this time, smoothed as the level is."""

    def learn(self, bucket: int, load: float) -> None:
        place = bucket % self.length
        known = self._usual[place]
        new = load if math.isnan(known) else known + LEARN * (load - known)
        self._usual[place] = new
        self.now = new if math.isnan(self.now) else self.now + SMOOTH * (new - self.now)

    def most(self, bucket: int, ahead: int) -> float | None:
        """The most that is usual in the `ahead` buckets after this one; `None` unless all of them are known."""
        begin = (bucket + 1) % self.length
        end = begin + min(ahead, self.length)
        window = self._usual[begin:end]
        if end > self.length:
            window = window + self._usual[: end - self.length]
        most = max(window)
        # a comparison with an unknown is never true, so that max alone doesn't tell
        return None if math.isnan(math.fsum(window)) else most


class Course:
    """The load of one service, bucket by bucket."""

    def __init__(self) -> None:
        self.level = self.slow = math.nan
        self.trend = 0.0
        self.recent: list[float] = []
        self.seasons = {name: Season(length) for name, length in PERIODS.items()}

    def learn(self, bucket: int, load: float, ahead: int) -> None:
        for season in self.seasons.values():
            season.learn(bucket, load)
        if math.isnan(self.level):
            self.level = self.slow = load
        expected = self.level + self.trend
        new = max(expected + SMOOTH * (load - expected), 0.0)
        self.trend = FADE * (self.trend + TREND * (new - self.level - self.trend))
        self.level = new
        self.slow += SLOW * (load - self.slow)
        self.recent.append(load)
        del self.recent[:-ahead]

    def start_afresh(self) -> None:
        """After a gap: what is usual stays, where it stood last says nothing any more."""
        self.level, self.slow, self.trend = math.nan, math.nan, 0.0
        self.recent.clear()

    def expected(self, bucket: int, ahead: int) -> Iterator[tuple[str, float]]:
        """What each expert takes the most of the next `ahead` buckets to be."""
        yield "level", self.level
        yield "slow", self.slow
        yield "recent", max(self.recent)
        yield "trend", max(self.level, self.level + self.trend * ahead)
        for name, season in self.seasons.items():
            usual = season.most(bucket, ahead)
            if usual is not None:
                yield name, usual
                yield f"{name}+level", max(self.level + usual - season.now, 0.0)
