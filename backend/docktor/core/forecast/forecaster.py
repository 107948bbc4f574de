"""One service's forecast: learns its load minute by minute, and says how high it may go while a replica starts."""

import math
from collections import deque
from datetime import datetime

from docktor.core.forecast.course import BUCKET_S
from docktor.core.forecast.ensemble import Ensemble, Said
from docktor.core.forecast.outlook import Outlook
from docktor.core.forecast.trial import Trial

SHORT_GAP = 5
"""Minutes without a number over which the level is believed to have stayed."""
COLLAPSED = 0.1
"""Less than this share of the level at once is an outage, not the load."""
LONGEST_OUTAGE = 60
"""Minutes after which it is the load after all."""
LONGEST_AHEAD = 16
MUCH_SHORTER = 0.6


class Forecaster:
    """Give it every number there is, in order of time. Deterministic."""

    def __init__(self, horizon: float, rare: float) -> None:
        """`horizon`: seconds. `rare`: the share of times that the load may come to be above the bound."""
        self._horizon, self._ahead = horizon, buckets(horizon)
        self._rare = rare
        self._ensemble = Ensemble(rare, self._ahead)
        self._trial = Trial()
        self._bucket: int | None = None
        self._most = math.nan
        self._floor = 0.0
        self._outage = 0
        self._waiting: deque[tuple[Said, float]] = deque()
        self._tell(None)

    def see(self, at: datetime, load: float, floor: float) -> None:
        """`load`: in replicas' worth; `floor`: replicas that the rules want for it, not rounded."""
        bucket = int(at.timestamp() // BUCKET_S)
        if self._bucket is not None and bucket > self._bucket:
            self._close(self._bucket, self._most, self._floor)
        if self._bucket is None or bucket > self._bucket:
            self._after_gap(bucket)
            self._bucket, self._most = bucket, load
        elif bucket == self._bucket:
            self._most = max(self._most, load)
        self._floor = floor

    def look_ahead(self, horizon: float) -> None:
        """Another horizon, if it is longer or much shorter: what is usual stays, errors are learned anew."""
        if horizon == self._horizon:
            return
        self._horizon = horizon
        ahead = buckets(horizon)
        if MUCH_SHORTER * self._ahead <= ahead <= self._ahead:
            return
        self._ahead = ahead
        self._ensemble = Ensemble(self._rare, ahead, self._ensemble.course)
        self._trial = Trial(self._trial.standing)
        self._waiting.clear()
        self._tell(None)

    @property
    def outlook(self) -> Outlook:
        """As of the last finished minute."""
        return self._outlook

    def _tell(self, said: Said | None) -> None:
        bound, expert = (said.bound, said.expert) if said else (None, None)
        standing, record = self._trial.standing, self._trial.record()
        self._outlook = Outlook(standing, self._ahead * BUCKET_S, bound, expert, record)

    def _after_gap(self, bucket: int) -> None:
        if self._bucket is None or bucket == self._bucket + 1:
            return
        self._waiting.clear()
        self._tell(None)
        if bucket - self._bucket > SHORT_GAP:
            self._ensemble.course.start_afresh()

    def _close(self, bucket: int, load: float, floor: float) -> None:
        level = self._ensemble.course.level
        if load < COLLAPSED * level and self._outage < LONGEST_OUTAGE:
            self._outage += 1
            self._waiting.clear()
            self._tell(self._ensemble.say(bucket, load))
            return
        if self._outage >= LONGEST_OUTAGE:
            self._ensemble.course.start_afresh()
        self._outage = 0
        self._learn(bucket, load, floor)

    def _learn(self, bucket: int, load: float, floor: float) -> None:
        if len(self._waiting) == self._ahead:
            said, floor_then = self._waiting.popleft()
            most = max([load, *[later.load for later, _ in self._waiting]])
            self._ensemble.judge(said, most)
            if said.bound is not None:
                self._trial.judge(said.load, floor_then, said.bound, most)
        self._ensemble.learn(bucket, load)
        said = self._ensemble.say(bucket, load)
        self._waiting.append((said, floor))
        self._tell(said)


def buckets(horizon: float) -> int:
    """How many buckets after a finished one have to be known: the horizon counts from any moment of the next."""
    return min(max(math.ceil((horizon + BUCKET_S) / BUCKET_S), 2), LONGEST_AHEAD)
