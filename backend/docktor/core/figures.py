"""What a replay came to, added up moment by moment. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from docktor.core.decision import Limit
from docktor.core.history import Moment
from docktor.core.metrics import is_per_replica
from docktor.core.policy import Condition, Op, Policy
from docktor.core.rules import holds

FLAP_WITHIN = timedelta(minutes=5)
MOST_CHANGES = 1000
MOST_STEPS = 2000
MOST_POINTS = 720
_HOUR, _MINUTE = 3600.0, 60.0

Value = tuple[datetime, float | None]


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What too much is: `over` holds. `each`: what it speaks of is a total, of which each replica may have so much."""

    over: Condition
    each: bool = False

    def passed(self, value: float, replicas: int) -> bool:
        return holds(self.over, value / max(replicas, 1) if self.each else value)


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    before: int
    after: int
    reason: str
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What would have been decided.

    `replicas`: each new number and since when, the last one again at the end. `metric`, `threshold`: what
    `minutes_above` goes by; `points`: that metric as it would have been, `None` where unknown. `replica_hours`: gaps
    count. `flaps`: changes against the one before, within five minutes of it. `limited`: how often the greatest number
    kept it from growing. `blind_minutes`: a metric of the rules was unknown, or nothing is recorded.
    `changes`, `replicas` and `points` are thinned out to 1000, 2000 and 720.
    """

    changes: tuple[Change, ...]
    replicas: tuple[tuple[datetime, int], ...]
    metric: str | None
    threshold: float | None
    points: tuple[Value, ...]
    changes_count: int
    minutes_above: float
    replica_hours: float
    flaps: int
    limited: int
    blind_minutes: float


def yardstick(policy: Policy) -> Yardstick | None:
    """The first of its rules that grow, else its target with the tolerance."""
    if policy.up_when:
        return Yardstick(policy.up_when[0])
    if (target := policy.target) is not None:
        over = Condition(target.metric, Op.GT, target.value * (1 + target.tolerance))
        return Yardstick(over, each=not is_per_replica(target.metric))
    return None


@dataclass(slots=True)
class Tally:
    """Add every moment, and every change after the moment it belongs to."""

    yardstick: Yardstick | None
    _changes: list[Change] = field(default_factory=list)
    _steps: list[tuple[datetime, int]] = field(default_factory=list)
    _points: list[Value] = field(default_factory=list)
    _end: datetime | None = None
    _above_s: float = 0.0
    _replica_s: float = 0.0
    _blind_s: float = 0.0
    _limited: int = 0
    _at_limit: bool = False

    def add(self, moment: Moment, replicas: int, serving: int, value: float | None, *, blind: bool) -> None:
        """`replicas` from this moment on; `serving` and the yardstick's `value` as they were up to it."""
        if not self._steps or self._steps[-1][1] != replicas:
            self._steps.append((moment.at, replicas))
        self._points.append((moment.at, value))
        if value is not None and self.yardstick is not None and self.yardstick.passed(value, serving):
            self._above_s += moment.lasts
        if moment.unseen > 0:
            self._points.append((moment.at + timedelta(seconds=moment.lasts), None))
        self._replica_s += replicas * (moment.lasts + moment.unseen)
        self._blind_s += (moment.lasts if blind else 0.0) + moment.unseen
        self._end = moment.at + timedelta(seconds=moment.lasts)

    def change(self, change: Change) -> None:
        self._changes.append(change)

    def judged(self, limits: Sequence[Limit]) -> None:
        """The limits of one tick."""
        at_limit = any(limit.code == "max" for limit in limits)
        self._limited += at_limit and not self._at_limit
        self._at_limit = at_limit

    def result(self) -> Replayed:
        over = self.yardstick.over if self.yardstick else None
        end = [(self._end, self._steps[-1][1])] if self._end and self._steps else []
        return Replayed(
            changes=tuple(self._changes[:MOST_CHANGES]),
            replicas=(*_every(self._steps, MOST_STEPS), *end),
            metric=over.metric if over else None,
            threshold=over.value if over else None,
            points=_means(self._points, MOST_POINTS) if over else (),
            changes_count=len(self._changes),
            minutes_above=_rounded(self._above_s / _MINUTE),
            replica_hours=_rounded(self._replica_s / _HOUR),
            flaps=sum(_is_flap(before, after) for before, after in pairwise(self._changes)),
            limited=self._limited,
            blind_minutes=_rounded(self._blind_s / _MINUTE),
        )


def _is_flap(before: Change, after: Change) -> bool:
    opposite = (before.after > before.before) != (after.after > after.before)
    return opposite and after.at - before.at <= FLAP_WITHIN


def _rounded(value: float) -> float:
    return round(value, 3)


def _every(steps: Sequence[tuple[datetime, int]], most: int) -> Sequence[tuple[datetime, int]]:
    return steps[:: -(-len(steps) // most)] if steps else steps


def _means(points: Sequence[Value], most: int) -> tuple[Value, ...]:
    """The mean of equal stretches of time; unknown where nothing in one is known."""
    if len(points) <= most:
        return tuple(points)
    begin, end = points[0][0], points[-1][0]
    width = (end - begin).total_seconds() / most
    stretches: dict[int, list[float]] = {}
    for at, value in points:
        known = stretches.setdefault(min(int((at - begin).total_seconds() / width), most - 1), [])
        if value is not None:
            known.append(value)
    return tuple(
        (begin + timedelta(seconds=index * width), sum(known) / len(known) if known else None)
        for index, known in sorted(stretches.items())
    )
