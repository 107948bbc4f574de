"""Down to no replica at all and back, by the work that waits in the queue. Pure.

Only services with `min_replicas` 0, whose rules speak of nothing but the queue, come here.
"""

from datetime import datetime

from docktor.core.decision import Proposal, Source
from docktor.core.policy import Policy
from docktor.core.rules import above_target, judge_condition
from docktor.core.words import number, seconds
from docktor.core.world import Observation, Snapshot

_WORK = ("queue.lag", "queue.backlog")
"""What is in work counts as well, where the queue knows it: nobody is stopped in the middle."""


def idle_since(policy: Policy, seen: Snapshot, since: datetime | None, now: datetime) -> datetime | None:
    """Since when, without a break, there was known to be no work; `since` is the same of the tick before."""
    return (since or now) if has_work(policy, seen) is False else None


def has_work(policy: Policy, seen: Snapshot) -> bool | None:
    """Whether more messages than `activation` are not finished (strictly more); `None` when that can't be told."""
    _, found = _work(seen)
    if found is None:
        return None
    held = {value > policy.activation for value in (found.low, found.value, found.high)}
    return held.pop() if len(held) == 1 else None


def presses(policy: Policy, seen: Snapshot) -> bool:
    """Whether what the sources tell calls for more replicas: work at zero, a rule, or the target."""
    if seen.current == 0 and policy.goes_to_zero and has_work(policy, seen):
        return True
    return any(judge_condition(one, seen, "up").held for one in policy.up_when) or above_target(policy, seen)


def with_zero(policy: Policy, seen: Snapshot, wanted: Proposal, idle: datetime | None, now: datetime) -> Proposal:
    """What the rules want, unless there is no work: then no replica after `cooldown_zero` seconds of that.

    `idle`: since when there has been no work. At zero only work, or the fallback for a source that is away, asks for
    a replica: what rules want of a service without replicas says nothing. Activation beats scaling, as in KEDA.
    """
    work = has_work(policy, seen)
    if seen.current == 0:
        return _at_zero(policy, seen, wanted, work)
    if idle is None or wanted.blind:
        return wanted
    left = policy.cooldown_zero - (now - idle).total_seconds()
    if left > 0:
        return wanted._replace(reason=f"{wanted.reason}; no work, to zero in {seconds(left)}")
    text = f"no work for {seconds((now - idle).total_seconds())}: {_said(policy, seen)}"
    return wanted._replace(wanted=0, level=0, source=Source.RULES, reason=text, to_zero=True)


def _at_zero(policy: Policy, seen: Snapshot, wanted: Proposal, work: bool | None) -> Proposal:
    if work:
        first = max(wanted.wanted, 1)
        text = f"work came: {_said(policy, seen)}"
        return wanted._replace(wanted=first, level=max(wanted.level, first), source=Source.RULES, reason=text)
    if wanted.source is Source.POLICY and wanted.wanted > 0:
        return wanted
    if work is None:
        why = seen.missing.get(_WORK[1], "not measured")
        return wanted._replace(wanted=0, level=0, reason=f"at zero, and whether there is work is unknown: {why}")
    return wanted._replace(wanted=0, level=0, reason=f"at zero, no work: {_said(policy, seen)}")


def _work(seen: Snapshot) -> tuple[str, Observation | None]:
    for name in _WORK:
        if (found := seen.observations.get(name)) is not None:
            return name, found
    return _WORK[1], None


def _said(policy: Policy, seen: Snapshot) -> str:
    name, found = _work(seen)
    relation = ">" if has_work(policy, seen) else "is not above"
    return f"{name} {number(found.value if found else None)} {relation} activation {number(policy.activation)}"
