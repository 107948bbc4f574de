"""Decisions of one service that were made in situations like that of another one. Pure.

    distance = mean of   d / (d + spread)       for each metric that both know, d = |a - b|
                         1                      for each metric that only one of them knows
                         |a - b| / max(a, b)    for the replicas there were
    similarity = 1 - distance

Where a = b the term is 0. `spread` is how far the middle half of a metric's values lies apart, over all decisions that
are compared: a difference as large as that is 0.5 far, and a few wild values don't make the others look alike. Where it
is 0, values are equal or not. What neither knows is left out; unknown is never zero.
"""

import heapq
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from docktor.core.decision import Decision, Phase

SETTLED = (Phase.DONE, Phase.FAILED, Phase.BLOCKED, Phase.PROPOSED)
DIGITS = 4

Numbers: TypeAlias = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Similar:
    """`similarity`: from 0, nothing alike, to 1, the same. What came of it is in the decision."""

    similarity: float
    decision: Decision


def most_similar(decision: Decision, others: Iterable[Decision], limit: int) -> tuple[Similar, ...]:
    """At most `limit` of those that are about the same service, the most similar first; of equals, the newest."""
    compared = [(one, _known(one)) for one in others if _comparable(decision, one)]
    mine = _known(decision)
    spreads = _spreads([mine, *(theirs for _, theirs in compared)])
    ranked = [
        (_distance(mine, theirs, spreads, _apart(decision.current_replicas, one.current_replicas)), -one.id, one)
        for one, theirs in compared
    ]
    nearest = heapq.nsmallest(limit, ranked, key=lambda entry: entry[:2])
    return tuple(Similar(round(1 - distance, DIGITS), one) for distance, _, one in nearest)


def _comparable(decision: Decision, other: Decision) -> bool:
    same = (other.project, other.service) == (decision.project, decision.service)
    return same and other.id != decision.id and other.phase in SETTLED


def _known(decision: Decision) -> Numbers:
    return {name: value for name, value in decision.observations.items() if value is not None and math.isfinite(value)}


def _spreads(everybody: Iterable[Numbers]) -> Numbers:
    values: dict[str, list[float]] = {}
    for numbers in everybody:
        for name, value in numbers.items():
            values.setdefault(name, []).append(value)
    return {name: _spread(sorted(found)) for name, found in values.items()}


def _spread(ordered: list[float]) -> float:
    """From the first quartile to the third, of few values from the least to the most."""
    last = len(ordered) - 1
    return ordered[math.ceil(last * 3 / 4)] - ordered[last // 4]


def _distance(mine: Numbers, theirs: Numbers, spreads: Numbers, replicas: float) -> float:
    both = mine.keys() & theirs.keys()
    terms = [_far(abs(mine[name] - theirs[name]), spreads[name]) for name in both]
    terms += [1.0] * len(mine.keys() ^ theirs.keys())
    return math.fsum([*terms, replicas]) / (len(terms) + 1)


def _far(difference: float, spread: float) -> float:
    if difference == 0:
        return 0.0
    return 1.0 if math.isinf(difference) else difference / (difference + spread)


def _apart(one: int, other: int) -> float:
    return abs(one - other) / max(one, other, 1)
