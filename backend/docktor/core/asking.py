"""When a model is asked, which of its answers still count, and how long it may put things off. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from docktor.core.advisor import AdvisorMode, AdvisorPolicy, Ask
from docktor.core.candidates import Candidate, candidates
from docktor.core.decide import Tick
from docktor.core.decision import Action, Limit, Source, State, Verdict
from docktor.core.policy import Mode, Policy
from docktor.core.trend import Glance, remember, worth_telling
from docktor.core.world import Snapshot

REPEAT_S = 60.0
"""The same question is not asked again for so long, unless the rules want to grow."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was answered. `replicas`: what the model chose, `None` for no advice."""

    at: datetime
    current: int
    wanted: int
    replicas: int | None


@dataclass(frozen=True, slots=True)
class PutOff:
    """Since when, without a break, advice keeps the rules from growing or shrinking the service from `current`."""

    action: Action
    current: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What advising remembers of one service between ticks."""

    trail: tuple[Glance, ...] = ()
    asked: Asked | None = None
    put_off: PutOff | None = None


def watched(standing: Standing, policy: Policy, seen: Snapshot, tick: Tick) -> Standing:
    """After a look: the numbers go into the trail; what was done, or is no longer wanted, is not put off any more."""
    put_off = standing.put_off
    if put_off is not None and (put_off.action, put_off.current) != (tick.verdict.action, seen.current):
        put_off = None
    return replace(standing, trail=remember(standing.trail, seen, worth_telling(policy)), put_off=put_off)


def offered(
    settings: AdvisorPolicy, policy: Policy, seen: Snapshot, tick: Tick, standing: Standing
) -> tuple[Candidate, ...]:
    """What a model may choose among now; empty where there is nothing to choose, or it is not to be asked."""
    action = tick.verdict.action
    if settings.mode is AdvisorMode.OFF or policy.mode is Mode.OFF:
        return ()
    if settings.ask is not Ask.ALWAYS and action is Action.HOLD:
        return ()
    if settings.ask is Ask.DOWN and action is not Action.SCALE_DOWN:
        return ()
    found = candidates(policy, seen, tick, may_wait=may_wait(settings, standing, tick.verdict, seen.at))
    return found if len(found) > 1 else ()


def may_wait(settings: AdvisorPolicy, standing: Standing, verdict: Verdict, now: datetime) -> bool:
    """Whether advice may still keep the rules from what they want; for `patience` seconds at most.

    A clock that was set back ends it: nobody waits until that hour comes round again.
    """
    put_off = standing.put_off
    longest = settings.patience.up if verdict.action is Action.SCALE_UP else settings.patience.down
    if put_off is None or put_off.action is not verdict.action:
        return longest > 0
    return 0 <= (now - put_off.since).total_seconds() < longest


def still_counts(
    policy: Policy, tick: Tick, choice: tuple[Candidate, ...], standing: Standing, now: datetime
) -> Asked | None:
    """An answer given before to this very question. A proposal or an observation is not asked about twice."""
    asked, verdict = standing.asked, tick.verdict
    if asked is None or (asked.current, asked.wanted) != (verdict.current, verdict.target):
        return None
    if asked.replicas is not None and asked.replicas not in {one.replicas for one in choice}:
        return None
    if policy.mode_for(verdict.action) is not Mode.AUTO:
        return asked
    young = 0 <= (now - asked.at).total_seconds() < REPEAT_S
    return asked if young and verdict.action is not Action.SCALE_UP else None


def heed(verdict: Verdict, choice: tuple[Candidate, ...], replicas: int | None, who: str) -> Verdict:
    """The verdict with the number that was chosen, if it is one of those offered; else the verdict as it was."""
    if replicas is None or replicas == verdict.target or replicas not in {one.replicas for one in choice}:
        return verdict
    limit = Limit("advisor", f"{who} chose {replicas} instead of {verdict.target}", verdict.target, replicas)
    return verdict._replace(
        target=replicas,
        source=Source.ADVISOR,
        state=State.COOLING if replicas == verdict.current else State.SCALING,
        reason=f"{verdict.reason}; {limit.text}",
        limits=(*verdict.limits, limit),
    )


def answered(
    standing: Standing, rules: Verdict, final: Verdict, replicas: int | None, now: datetime, *, anew: bool
) -> Standing:
    """After an answer came (`anew`) or was used again: what the rules wanted, and what is done about it."""
    asked = Asked(now, rules.current, rules.target, replicas) if anew else standing.asked
    put_off = None
    if rules.action is not Action.HOLD and final.action is Action.HOLD:
        put_off = standing.put_off or PutOff(rules.action, rules.current, now)
    return replace(standing, asked=asked, put_off=put_off)
