"""A moment to ask a model about after the fact: what was seen, what the rules wanted, and what would have been right.

Pure. Right in hindsight is the fewest of the candidates with which the metric would not have passed its upper limit
from half a minute (a replica made then would serve by now) to ten minutes later; where none is enough, the most.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from docktor.core.candidates import Candidate, candidates
from docktor.core.decide import decide
from docktor.core.decision import Decision, Past, Source
from docktor.core.metrics import REPLICAS, is_per_replica
from docktor.core.policy import Op, Policy
from docktor.core.question import Question, question
from docktor.core.trend import Glance, worth_telling
from docktor.core.world import Observation, Replica, RunState, ServiceState, Snapshot

FROM_S, AFTER_S = 30.0, 600.0
Points: TypeAlias = Sequence[tuple[datetime, float | None]]
"""A metric's history: values by time, `None` where it was absent."""

_LONG = timedelta(days=30)
_ASKABLE = (Source.RULES, Source.TARGET, Source.FORECAST, Source.ADVISOR)


@dataclass(frozen=True, slots=True)
class Situation:
    """`best`: the replicas that hindsight would choose, `None` when what came after isn't known."""

    name: str
    question: Question
    best: int | None


def situation(
    name: str, policy: Policy, seen: Snapshot, trail: tuple[Glance, ...], needed: float | None
) -> Situation | None:
    """`None` where there was nothing to choose. `needed`: the replicas that would have been enough afterwards.

    Cooldowns and holds of that time are left out: what matters is what a model makes of the numbers.
    """
    tick = decide(policy, seen, Past(watching_since=seen.at - _LONG), seen.at)
    choice = candidates(policy, seen, tick)
    if len(choice) < 2:  # noqa: PLR2004 - a choice is one of two at least
        return None
    return Situation(name, question(policy, seen, tick, choice, trail), _best(choice, needed))


def upper_limit(policy: Policy) -> tuple[str, float] | None:
    """The metric that is to stay below a limit, if it is one that more replicas bring down, and that limit."""
    for one in policy.up_when:
        if one.op in (Op.GT, Op.GE) and is_per_replica(one.metric) and one.value > 0:
            return one.metric, one.value
    target = policy.target
    if target is not None and is_per_replica(target.metric):
        return target.metric, target.value * (1 + target.tolerance)
    return None


def needed_for(loads: Iterable[tuple[float, float]], limit: float) -> float | None:
    """The replicas that would have kept a metric at its limit. `loads`: its value, and the replicas there were.

    needed = max(value · replicas) / limit
    """
    totals = [value * replicas for value, replicas in loads]
    return max(totals) / limit if totals else None


def _best(choice: tuple[Candidate, ...], needed: float | None) -> int | None:
    if needed is None or not math.isfinite(needed):
        return None
    enough = [one.replicas for one in choice if one.replicas >= needed]
    return enough[0] if enough else choice[-1].replicas


def from_decision(policy: Policy, decision: Decision, history: Mapping[str, Points]) -> Situation | None:
    """What a decision was made from, to be asked about again. `history`: the service's metrics around that time.

    `None` for what a model is never asked about: a person's word, a service at zero, nothing to choose.
    """
    if decision.source not in _ASKABLE or decision.current_replicas == 0:
        return None
    at = decision.timestamp
    known = {name: Observation.exact(value) for name, value in decision.observations.items() if value is not None}
    missing = {name: "not measured" for name, value in decision.observations.items() if value is None}
    replicas = replicas_of(decision.current_replicas, at - _LONG)
    seen = Snapshot(ServiceState(policy.service, replicas), at, known, missing)
    limit = upper_limit(policy)
    needed = needed_for(_loads(history, limit[0], at), limit[1]) if limit else None
    return situation(f"#{decision.id}", policy, seen, _trail(policy, history, at), needed)


def _loads(history: Mapping[str, Points], metric: str, at: datetime) -> Iterator[tuple[float, float]]:
    """What came after: the metric, and the replicas there were at each of its points."""
    counts = sorted((when, value) for when, value in history.get(REPLICAS, ()) if value is not None)
    for when, value in history.get(metric, ()):
        if value is None or not FROM_S <= (when - at).total_seconds() <= AFTER_S:
            continue
        before = [count for moment, count in counts if moment <= when]
        if before:
            yield value, before[-1]


def _trail(policy: Policy, history: Mapping[str, Points], at: datetime) -> tuple[Glance, ...]:
    moments: dict[datetime, dict[str, float]] = {}
    for metric in worth_telling(policy):
        for when, value in history.get(metric, ()):
            if value is not None and 0 <= (at - when).total_seconds() <= AFTER_S:
                moments.setdefault(when, {})[metric] = value
    return tuple(Glance(when, values) for when, values in sorted(moments.items()))


def replicas_of(count: int, since: datetime) -> tuple[Replica, ...]:
    """So many that have been running since then."""
    return tuple(Replica(f"r{n}", f"r{n}", n, RunState.RUNNING, started_at=since) for n in range(1, count + 1))
