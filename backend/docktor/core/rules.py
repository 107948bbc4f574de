"""What the signals want, before any limit. Pure: a policy and a snapshot in, a proposal out.

Several opinions are joined by the safest-wins rule: the largest number of replicas any of them asks for.
"""

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType

from docktor.core.decision import Proposal, RuleResult, Source
from docktor.core.opinion import Opinion
from docktor.core.policy import Condition, Op, Policy
from docktor.core.pulse import Pulse
from docktor.core.target import by_target
from docktor.core.words import number, seconds
from docktor.core.world import Snapshot

MOST_REPLICAS = "queue.most_replicas"
"""What a queue says of how many consumers can have work at once (a topic's partitions)."""

FALLBACK_AFTER = 3
"""Check intervals without a number from a source until `fallback_replicas` counts."""

_COMPARE: Mapping[Op, Callable[[float, float], bool]] = MappingProxyType(
    {
        Op.GT: operator.gt,
        Op.GE: operator.ge,
        Op.LT: operator.lt,
        Op.LE: operator.le,
        Op.EQ: operator.eq,
        Op.NE: operator.ne,
    }
)


def recommend(policy: Policy, seen: Snapshot, pulse: Pulse | None = None) -> Proposal:
    """The largest of what rules, target and fallback ask for; holding when none has an opinion.

    `pulse`: how the target's load moved up to now, this moment in it; without one nothing is known of before.
    """
    up = tuple([judge_condition(one, seen, "up") for one in policy.up_when])
    down = tuple([judge_condition(one, seen, "down") for one in policy.down_when])
    rules = up + down + _target_result(policy, seen)
    unknown = [r.metric for r in rules if r.value is None]
    blind = tuple(sorted(set(unknown))) if unknown else ()
    asked = (_by_rules(policy, seen, up, down), by_target(policy, seen, pulse), _by_fallback(policy, seen, blind))
    opinions = [opinion for opinion in asked if opinion is not None]
    if not opinions:
        reason = "no signal to go by: " + ", ".join(f"{m} ({seen.missing.get(m, 'not measured')})" for m in blind)
        return Proposal(seen.current, seen.current, seen.current, Source.RULES, reason, rules, blind)
    best = max(opinions, key=operator.attrgetter("wanted", "level"))
    level = max([o.level for o in opinions])
    if (fewer := _with_work(policy, seen, best)) is not best:
        best, level = fewer, fewer.level
    if blind and best.wanted < seen.current:
        reason = f"would shrink ({best.reason}), but {', '.join(blind)} is unknown"
        return Proposal(seen.current, seen.current, seen.current, best.source, reason, rules, blind)
    return Proposal(seen.current, best.wanted, level, best.source, best.reason, rules, blind)


def above_target(policy: Policy, seen: Snapshot) -> bool:
    """Whether the target alone calls for more replicas."""
    opinion = by_target(policy, seen, None)
    return opinion is not None and opinion.wanted > seen.current


def holds(condition: Condition, value: float) -> bool:
    """For a value that is known exactly."""
    return _COMPARE[condition.op](value, condition.value)


def judge_condition(condition: Condition, seen: Snapshot, direction: str) -> RuleResult:
    """Holds only if it does whatever the replicas that are not known may be doing."""
    found = seen.observations.get(condition.metric)
    if found is None:
        why = seen.missing.get(condition.metric, "not measured")
        return _result(condition, direction, None, None, why)
    compare = _COMPARE[condition.op]
    held = compare(found.value, condition.value)
    if compare(found.low, condition.value) is held and compare(found.high, condition.value) is held:
        return _result(condition, direction, found.value, held, None)
    why = f"may be anywhere from {number(found.low)} to {number(found.high)} until all replicas are known"
    return _result(condition, direction, found.value, None, why)


def _result(
    condition: Condition, direction: str, value: float | None, held: bool | None, why: str | None
) -> RuleResult:
    return RuleResult(
        rule=str(condition),
        metric=condition.metric,
        op=condition.op.value,
        threshold=condition.value,
        value=value,
        held=held,
        direction=direction,
        why=why,
    )


def _by_rules(
    policy: Policy, seen: Snapshot, up: tuple[RuleResult, ...], down: tuple[RuleResult, ...]
) -> Opinion | None:
    if not down and not up:
        return None
    current = seen.current
    fired = [rule for rule in up if rule.held]
    if fired:
        wanted = current + policy.scale_up_by
        return Opinion(wanted, wanted, Source.RULES, _said(fired))
    if down and all(rule.held for rule in down):
        level = min(current, policy.floor)
        floor = f"; already at {current}, the fewest" if level == current else ""
        return Opinion(level, max(level, current - policy.scale_down_by), Source.RULES, _said(down) + floor)
    known = [rule for rule in up + down if rule.value is not None]
    if not known:
        return None
    if not down and policy.target is not None:
        return None  # rules that only ever grow leave shrinking to the target
    unsure = [rule for rule in known if rule.held is None]
    reason = f"{unsure[0].metric} {unsure[0].why}" if unsure else "no rule fires: " + _seen_values(known)
    return Opinion(current, current, Source.RULES, reason)


def _said(rules: list[RuleResult] | tuple[RuleResult, ...]) -> str:
    return " and ".join(f"{r.metric} {number(r.value)} {r.op} {number(r.threshold)}" for r in rules)


def _seen_values(rules: list[RuleResult]) -> str:
    values = {rule.metric: rule.value for rule in rules}
    return ", ".join(f"{metric} {number(value)}" for metric, value in values.items())


def _by_fallback(policy: Policy, seen: Snapshot, blind: tuple[str, ...]) -> Opinion | None:
    """A source that has been away for some checks may raise, never lower."""
    if not blind or policy.fallback_replicas is None or seen.current >= policy.fallback_replicas:
        return None
    for metric in blind:
        since = seen.unknown_since.get(metric)
        gone = (seen.at - since).total_seconds() if since else 0.0
        if gone >= FALLBACK_AFTER * policy.check_interval:
            wanted = policy.fallback_replicas
            reason = f"{metric} unknown for {seconds(gone)}: fallback_replicas {wanted}"
            return Opinion(wanted, wanted, Source.POLICY, reason)
    return None


def most_replicas(seen: Snapshot) -> int | None:
    """How many replicas can have work at once, where a queue knows that."""
    found = seen.observations.get(MOST_REPLICAS)
    return max(int(found.value), 1) if found else None


def _with_work(policy: Policy, seen: Snapshot, opinion: Opinion) -> Opinion:
    """Fewer, step by step, where there are more replicas than can have work."""
    most = most_replicas(seen)
    if most is None or opinion.wanted < seen.current or seen.current <= max(most, policy.floor):
        return opinion
    wanted = max(most, policy.floor, seen.current - policy.scale_down_by)
    reason = f"{seen.current} replicas, and only {most} can have work at once ({MOST_REPLICAS})"
    return Opinion(max(most, policy.floor), wanted, Source.RULES, reason)


def _target_result(policy: Policy, seen: Snapshot) -> tuple[RuleResult, ...]:
    target = policy.target
    if target is None:
        return ()
    metric, goal = target.metric, target.value
    rule, found = f"{metric} near {number(goal)}", seen.observations.get(metric)
    if found is None:
        why = seen.missing.get(metric, "not measured")
        return (RuleResult(rule, metric, "~", goal, None, None, "target", why),)
    held = abs(found.value / goal - 1) <= target.tolerance
    return (RuleResult(rule, metric, "~", goal, found.value, held, "target"),)
