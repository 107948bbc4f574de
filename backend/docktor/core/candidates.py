"""Which numbers of replicas the guard lets through now: all that a model may choose among. Pure.

low .. high: from staying to what the rules want; where they want no change, up to one step more, unless the rules would
shrink that at once. Never fewer than the rules want, and each number has passed the guard by itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from docktor.core.decide import Tick, judge_wish
from docktor.core.decision import Source
from docktor.core.metrics import QUEUES, is_per_replica
from docktor.core.policy import Policy
from docktor.core.rules import recommend
from docktor.core.trend import worth_telling
from docktor.core.world import Observation, Snapshot

IDS = "ABCDE"
_ADVISABLE = (Source.RULES, Source.TARGET, Source.FORECAST)


@dataclass(frozen=True, slots=True)
class Candidate:
    """`by_rules`: what is done without advice. `expected`: metrics at that number, if the load stays as it is."""

    id: str
    replicas: int
    by_rules: bool
    expected: Mapping[str, float]


def candidates(policy: Policy, seen: Snapshot, tick: Tick, *, may_wait: bool = True) -> tuple[Candidate, ...]:
    """At most five, fewest replicas first; none where nothing is open to advice.

    `may_wait`: whether staying is among them although the rules want a change.
    """
    verdict = tick.verdict
    if seen.current == 0 or verdict.source not in _ADVISABLE:
        return ()
    if tick.proposal.blind and verdict.target == verdict.current:
        return ()
    legal = [
        wish
        for wish in _wishes(policy, tick)
        if wish == verdict.target or (may_wait if wish == verdict.current else _passes(policy, seen, tick, wish))
    ]
    return tuple(
        Candidate(letter, wish, wish == verdict.target, MappingProxyType(dict(_expected(policy, seen, wish))))
        for letter, wish in zip(IDS, legal, strict=False)
    )


def _wishes(policy: Policy, tick: Tick) -> list[int]:
    """Both ends, what the rules want, one replica's step, and half-way."""
    current, target = tick.verdict.current, tick.verdict.target
    if target < current:
        low, high, step = target, current, current - 1
    elif tick.proposal.wanted < current:  # they want fewer, and something stops them: no time to grow
        return [current]
    else:
        low, high, step = current, max(target, current + policy.scale_up_by), current + 1
    return sorted({low, step, (low + high) // 2, target, high})


def _passes(policy: Policy, seen: Snapshot, tick: Tick, wish: int) -> bool:
    if judge_wish(policy, seen, tick, wish).target != wish:
        return False
    return wish <= max(seen.current, tick.verdict.target) or _would_stay(policy, seen, wish)


def _would_stay(policy: Policy, seen: Snapshot, wish: int) -> bool:
    """Whether the rules would leave so many replicas alone, if the load stays as it is.

    While replicas are starting that can't be told: they may be about to take the load.
    """
    spoken = [seen.observations[name] for name in policy.metrics if name in seen.observations]
    if any(one.low != one.high for one in spoken):
        return False
    state = seen.state
    more = state.replicas + state.replicas[:1] * (wish - seen.current)
    found = {
        name: _spread(one, seen.current / wish) if is_per_replica(name) else one
        for name, one in seen.observations.items()
    }
    then = seen._replace(state=replace(state, replicas=more), observations=MappingProxyType(found))
    return recommend(policy, then).wanted >= wish


def _spread(one: Observation, share: float) -> Observation:
    return Observation(one.value * share, one.low * share, one.high * share)


def _expected(policy: Policy, seen: Snapshot, replicas: int) -> Iterator[tuple[str, float]]:
    """A figure of one replica goes down as there are more to share the load; so does each one's share of a queue."""
    for metric in worth_telling(policy):
        found = seen.observations.get(metric)
        if found is None or replicas == 0 or metric not in policy.metrics:
            continue
        if is_per_replica(metric):
            yield metric, found.value * seen.current / replicas
        elif metric in QUEUES:
            yield f"{metric} for each", found.value / replicas
