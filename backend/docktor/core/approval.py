"""A proposal that waits for a person, and what may become of it. Pure.

waiting ──► approved     a person said yes, and a fresh look found nothing against it
        ──► rejected     a person said no
        ──► expired      nobody said anything in time
        ──► superseded   something else is wanted by now, or nothing
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from docktor.core.decide import Tick, judge_wish
from docktor.core.decision import Approval, Decision, Phase, Verdict
from docktor.core.policy import Policy
from docktor.core.words import count
from docktor.core.world import Snapshot


class ApprovalState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Pending:
    """The proposal as it was recorded, and until when it may be answered."""

    decision: Decision
    expires: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """A plan that a person rejected is not proposed again until then, while nothing else is wanted."""

    decision: Decision
    until: datetime


def covers(decision: Decision, verdict: Verdict) -> bool:
    """Whether a plan still answers to what is wanted: the same way from the same number, and no fewer replicas.

    A number that wavers with its metric doesn't make a new proposal at every look.
    """
    same = (decision.action, decision.current_replicas) == (verdict.action, verdict.current)
    return same and verdict.target <= decision.target_replicas


def pending(policy: Policy, decision: Decision) -> Pending:
    return Pending(decision, decision.timestamp + timedelta(seconds=policy.approval_expires))


def refused(policy: Policy, decision: Decision, now: datetime) -> Refused:
    return Refused(decision, now + timedelta(seconds=policy.approval_expires))


def settled(decision: Decision, state: ApprovalState, by: str | None, now: datetime, reason: str = "") -> Decision:
    """The proposal with its end. What is not approved is not done."""
    phase = Phase.INTENDED if state is ApprovalState.APPROVED else Phase.BLOCKED
    told = f"{decision.reason}; {reason}" if reason else decision.reason
    return replace(decision, approval=Approval(state.value, by, now), phase=phase, reason=told)


def end_of(waiting: Pending, verdict: Verdict | None, now: datetime) -> ApprovalState | None:
    """What has become of it by itself: expired, superseded, or nothing yet. `verdict`: `None` when nobody reviews."""
    if now >= waiting.expires:
        return ApprovalState.EXPIRED
    return None if verdict is not None and covers(waiting.decision, verdict) else ApprovalState.SUPERSEDED


def stale(policy: Policy, seen: Snapshot, tick: Tick, decision: Decision) -> str | None:
    """Why a proposal may not be carried out as it was made, by a fresh look; `None` if it may.

    It is bound to the replicas it was made for, and to a number that the guard lets through now.
    """
    if why := moved(seen, decision):
        return why
    if tick.verdict.action is not decision.action:
        return f"that is not wanted any more: {tick.verdict.reason}"
    target = decision.target_replicas
    judged = judge_wish(policy, seen, tick, target)
    if judged.target != target:
        return judged.limits[-1].text if judged.limits else judged.reason
    return None


def moved(seen: Snapshot, decision: Decision) -> str | None:
    """Whether there are other replicas by now than it was made for."""
    if seen.current == decision.current_replicas:
        return None
    return f"it was made for {count(decision.current_replicas, 'replica')}, and there are {seen.current} by now"
