"""What a run came to: how much load it could not carry, what it cost, how closely it followed. Pure.

A row holds until the next one: its load, and the replicas that serve from then on (`Row.serving`). So a replica that
gets ready between two checks counts from the second.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from docktor.core.decision import Action
from docktor.core.metrics import QUEUES
from docktor.core.modelled import Row
from docktor.core.policy import Policy

HOT = 0.8
"""Of the capacity that serves: more than that is hot."""
_HOUR = 3600.0
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Threshold:
    """How much backlog is too much: `value` units, for each ready replica if `per_replica`."""

    value: float
    per_replica: bool

    def over(self, row: Row) -> bool:
        return row.backlog > self.value * (max(row.ready, 1) if self.per_replica else 1)


def threshold_of(policy: Policy) -> Threshold | None:
    """From the target if that is about the backlog, else the first rule to grow by it; `None` without either."""
    if policy.target is not None and policy.target.metric in QUEUES:
        return Threshold(policy.target.value, per_replica=True)
    values = [condition.value for condition in policy.up_when if condition.metric in QUEUES]
    return Threshold(values[0], per_replica=False) if values else None


@dataclass(frozen=True, slots=True)
class Elasticity:
    """How closely replicas follow what is needed: d replicas needed, s serving, T seconds in all, all in percent.

    under     θ_U = 100/T · Σ max(d - s, 0) / d · Δt        under_time  τ_U = 100/T · Σ [d > s] · Δt
    over      θ_O = 100/T · Σ max(s - d, 0) / d · Δt        over_time   τ_O = 100/T · Σ [s > d] · Δt
    instability   = 100/(T - t₁) · Σ min(|sgn Δs - sgn Δd|, 1) · Δt

    Source: SPEC RG, "Ready for rain?", SPEC-RG-2016-01 (Herbst and others). d: the fewest replicas that carry the
    load, one at least.
    """

    under: float
    over: float
    under_time: float
    over_time: float
    instability: float

    def speedup(self, fixed: "Elasticity") -> float | None:
        """ε over a run with a fixed number of replicas: the geometric mean of θ_U, θ_O, τ_U, τ_O, its by ours.

        More than 1 is a gain; infinite where ours has none of something; `None` where infinite meets zero.
        """
        theirs = (fixed.under, fixed.over, fixed.under_time, fixed.over_time)
        ours = (self.under, self.over, self.under_time, self.over_time)
        product = math.prod(_ratio(before, after) for before, after in zip(theirs, ours, strict=True))
        return None if math.isnan(product) else product**0.25


@dataclass(frozen=True, slots=True)
class Waiting:
    """Of a queue. `over`: percent of time its backlog was too much, `None` without a threshold.

    `mean`, `most`: units; `wait_mean`, `wait_most`: seconds that its oldest waits, backlog / capacity (of one replica
    where none serves).
    """

    over: float | None
    mean: float
    most: float
    wait_mean: float
    wait_most: float


@dataclass(frozen=True, slots=True)
class Score:
    """`overloaded`: percent of time with more load than capacity; `hot`: of time with 80 % of it or more, no overload.

    `lost`: percent of the load, 0 for a queue, which keeps it. `replica_hours`: asked for, those that start included.
    """

    hours: float
    overloaded: float
    lost: float
    hot: float
    replica_hours: float
    changes: int
    elasticity: Elasticity
    waiting: Waiting | None = None

    @property
    def changes_per_day(self) -> float:
        return self.changes * 24 / self.hours

    def cost_over(self, optimum: "Score") -> float:
        """How many times the optimum's replica-hours it took."""
        return _ratio(self.replica_hours, optimum.replica_hours)


@dataclass(frozen=True, slots=True)
class _Span:
    """From one check to the next."""

    seconds: float
    load: float
    capacity: float
    serving: int
    needed: int


def score(
    rows: Sequence[Row], capacity: float, every: float, *, queue: bool = False, threshold: Threshold | None = None
) -> Score:
    """What the rows of a run with a check each `every` seconds came to; `capacity`: units a second of one replica.

    At least one row.
    """
    times = [row.time_s for row in rows]
    lengths = [after - before for before, after in pairwise(times)] + [every]
    spans = [
        _Span(seconds, row.load, row.serving * capacity, row.serving, needed(row.load, capacity))
        for seconds, row in zip(lengths, rows, strict=True)
    ]
    total = math.fsum(lengths)
    return Score(
        hours=total / _HOUR,
        overloaded=100 / total * sum(one.seconds for one in spans if one.load > one.capacity),
        lost=0.0 if queue else _lost(spans),
        hot=100 / total * sum(one.seconds for one in spans if HOT * one.capacity < one.load <= one.capacity),
        replica_hours=sum(seconds * row.desired for seconds, row in zip(lengths, rows, strict=True)) / _HOUR,
        changes=sum(row.action is not Action.HOLD for row in rows),
        elasticity=_elasticity(spans, total),
        waiting=_waiting(rows, spans, threshold, capacity) if queue else None,
    )


def needed(load: float, capacity: float) -> int:
    """The fewest replicas that carry the load; one at least."""
    return max(math.ceil(load / capacity - _ROUNDING), 1)


def _lost(spans: Sequence[_Span]) -> float:
    arrived = math.fsum(one.load * one.seconds for one in spans)
    lost = math.fsum(max(one.load - one.capacity, 0.0) * one.seconds for one in spans)
    return 100 * lost / arrived if arrived > 0 else 0.0


def _elasticity(spans: Sequence[_Span], total: float) -> Elasticity:
    short = [one for one in spans if one.serving < one.needed]
    ample = [one for one in spans if one.serving > one.needed]
    unlike = sum(
        now.seconds
        for before, now in pairwise(spans)
        if _sign(now.serving - before.serving) != _sign(now.needed - before.needed)
    )
    rest = total - spans[0].seconds
    return Elasticity(
        under=100 / total * sum((one.needed - one.serving) / one.needed * one.seconds for one in short),
        over=100 / total * sum((one.serving - one.needed) / one.needed * one.seconds for one in ample),
        under_time=100 / total * sum(one.seconds for one in short),
        over_time=100 / total * sum(one.seconds for one in ample),
        instability=100 / rest * unlike if rest > 0 else 0.0,
    )


def _waiting(rows: Sequence[Row], spans: Sequence[_Span], threshold: Threshold | None, capacity: float) -> Waiting:
    total = math.fsum(one.seconds for one in spans)
    waits = [row.backlog / (one.capacity or capacity) for row, one in zip(rows, spans, strict=True)]
    over = None
    if threshold is not None:
        late = sum(one.seconds for row, one in zip(rows, spans, strict=True) if threshold.over(row))
        over = 100 / total * late
    return Waiting(
        over=over,
        mean=sum(row.backlog * one.seconds for row, one in zip(rows, spans, strict=True)) / total,
        most=max(row.backlog for row in rows),
        wait_mean=sum(wait * one.seconds for wait, one in zip(waits, spans, strict=True)) / total,
        wait_most=max(waits),
    )


def _ratio(above: float, below: float) -> float:
    if below:
        return above / below
    return math.inf if above else 1.0


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
