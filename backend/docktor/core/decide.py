"""One tick of deciding, whole: recommend, then guard; and what to remember for the next one. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from docktor.core.decision import Action, Past, Proposal, Recommendation, Verdict
from docktor.core.guard import judge, patience_down
from docktor.core.load import load_of
from docktor.core.policy import Policy
from docktor.core.pulse import SLOPE_S, follow
from docktor.core.rules import recommend
from docktor.core.target import LONGEST_PATIENCE_S
from docktor.core.world import Snapshot
from docktor.core.zero import idle_since, with_zero

LONGEST_RETRY = 300.0
LEAST_CALM, MOST_CALM = 60.0, LONGEST_PATIENCE_S
CALMS = 0.9
"""Each time it shrinks the learned patience is a little less."""
REGRET = 600.0
"""Growing so soon after shrinking takes that back. Seconds."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Somebody else changed the number of replicas."""

    before: int
    after: int
    until: datetime


class Tick(NamedTuple):
    """What one tick came to. `past` goes into the next one; `judged_by` is the past that the guard went by."""

    verdict: Verdict
    past: Past
    proposal: Proposal
    judged_by: Past
    outside: Outside | None = None


def decide(policy: Policy, seen: Snapshot, past: Past, now: datetime) -> Tick:
    """Same policy, snapshot and past: same tick."""
    noticed, outside = notice_outside(policy, seen, past, now)
    load = load_of(policy.target, seen, seen.speed) if policy.target else None
    pulse = follow(noticed.pulse, seen.at, load, max(seen.horizon, SLOPE_S)) if load else noticed.pulse
    proposal = recommend(policy, seen, pulse if load else None)
    idle = idle_since(policy, seen, noticed.idle_since, now)
    if policy.goes_to_zero:
        proposal = with_zero(policy, seen, proposal, idle, now)
    verdict = judge(policy, seen, noticed, proposal, now)
    keep_from = now - timedelta(seconds=max(policy.stabilization.up, patience_down(policy, noticed)))
    after = noticed._replace(
        iteration=noticed.iteration + 1,
        expected=seen.current,
        hold=noticed.hold if noticed.hold is not None and now < noticed.hold.until else None,
        recommendations=(*_later(noticed.recommendations, keep_from), Recommendation(now, proposal.level)),
        idle_since=idle,
        pulse=pulse,
    )
    return Tick(verdict, after, proposal, noticed, outside)


def _later(recommendations: tuple[Recommendation, ...], than: datetime) -> tuple[Recommendation, ...]:
    """They are in order of time: at each check a few of the first have become too old."""
    first = 0
    while first < len(recommendations) and recommendations[first].at <= than:
        first += 1
    return recommendations[first:]


def judge_wish(policy: Policy, seen: Snapshot, tick: Tick, wish: int) -> Verdict:
    """The guard's word on a number that somebody else than the rules proposes at this tick."""
    level = max(tick.proposal.level, wish) if wish > seen.current else tick.proposal.level
    proposal = tick.proposal._replace(wanted=wish, level=level, to_zero=tick.proposal.to_zero and wish == 0)
    return judge(policy, seen, tick.judged_by, proposal, seen.at)


def notice_outside(policy: Policy, seen: Snapshot, past: Past, now: datetime) -> tuple[Past, Outside | None]:
    """A number of replicas other than the one we left is somebody's wish: respected for one cooldown.

    A service that vanished or came back whole (`down`, `up`) starts afresh instead.
    """
    if past.expected is None or past.expected == seen.current:
        return past, None
    if past.expected == 0 or seen.current == 0:
        fresh = past._replace(watching_since=now, recommendations=(), outside_until=None, idle_since=None)
        return fresh._replace(expected=seen.current), None
    until = now + timedelta(seconds=max(policy.cooldown.up, policy.cooldown.down))
    outside = Outside(past.expected, seen.current, until)
    return past._replace(outside_until=until, expected=seen.current), outside


def after_scaling(past: Past, action: Action, replicas: int, now: datetime) -> Past:
    """What to remember once the engine has `replicas`. An unchanged number starts no cooldown."""
    past = past._replace(expected=replicas, failures=0, retry_at=None)
    if action is Action.SCALE_UP:
        return past._replace(last_up=now, calm=_after_growing(past, now))
    if action is Action.SCALE_DOWN:
        return past._replace(last_down=now, calm=max(past.calm * CALMS, LEAST_CALM))
    return past


def _after_growing(past: Past, now: datetime) -> float:
    """Who grows again soon after having shrunk was too quick to shrink, and will wait for longer."""
    regretted = past.last_down is not None and (now - past.last_down).total_seconds() < REGRET
    return min(past.calm * 2, MOST_CALM) if regretted else past.calm


def after_failure(past: Past, policy: Policy, replicas: int, now: datetime) -> Past:
    """A scale that failed is tried again after one interval, then two, four, … at most five minutes."""
    wait = min(policy.check_interval * 2**past.failures, LONGEST_RETRY)
    return past._replace(expected=replicas, failures=past.failures + 1, retry_at=now + timedelta(seconds=wait))
