"""The last word on every number. Pure; each rail that changes or stops a number leaves a Limit behind.

obstacles   mode, no replicas to copy, unscalable, paused by a person, held, changed outside   -> stay
bounds      outside min/max: corrected at once, whatever the metrics say
patience    fresh start, stabilization, cooldown, crash loop                                   -> stay, or less
size        max_step, min, max                                                                 -> less
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from docktor.core.decision import Limit, Past, Proposal, Source, State, Verdict
from docktor.core.policy import Mode, Policy
from docktor.core.rules import MOST_REPLICAS, most_replicas
from docktor.core.target import hardly_fewer
from docktor.core.words import count, seconds
from docktor.core.world import RunState, Snapshot

CRASH_LOOP_RESTARTS = 3
_ENDED = (RunState.CREATED, RunState.EXITED, RunState.DEAD, RunState.REMOVING)


@dataclass(frozen=True, slots=True)
class _Case:
    policy: Policy
    seen: Snapshot
    past: Past
    proposal: Proposal
    now: datetime


def judge(policy: Policy, seen: Snapshot, past: Past, proposal: Proposal, now: datetime) -> Verdict:
    """The number of replicas to have now. Within min and max, or no change at all; never down on unknown data."""
    start = Verdict(
        current=seen.current,
        target=proposal.wanted,
        wanted=proposal.wanted,
        source=proposal.source,
        state=State.STEADY,
        reason=proposal.reason,
        rules=proposal.rules,
    )
    obstacle = _obstacle(policy, seen, past, now)
    if obstacle is not None:
        state, limit = obstacle
        return replace(_stop(start, limit), state=state, reason=limit.text)
    corrected = _within_bounds(policy, seen, start)
    if corrected is not None:
        return corrected
    verdict = _be_patient(_Case(policy, seen, past, proposal, now), start)
    verdict = _keep_size(policy, seen, proposal, verdict)
    return _name_state(verdict, proposal)


def judge_person(policy: Policy | None, seen: Snapshot, replicas: int) -> Verdict:
    """What a person asked for, against what stays true even then: the obstacles of the engine, and min and max."""
    reason = f"a person asked for {replicas}"
    verdict = Verdict(seen.current, replicas, replicas, Source.PERSON, State.SCALING, reason)
    blocked = _engine_obstacle(seen)
    if blocked is not None and replicas != seen.current:
        state, limit = blocked
        return replace(_stop(verdict, limit), state=state, reason=limit.text)
    low, high = (policy.fewest, policy.max_replicas) if policy else (1, max(replicas, 1))
    if not low <= replicas <= high:
        code, bound, word = (
            ("min", low, "below min_replicas") if replicas < low else ("max", high, "above max_replicas")
        )
        limit = Limit(code, f"{replicas} is {word} {bound}", replicas, seen.current)
        return replace(_stop(verdict, limit), state=State.LIMITED, reason=limit.text)
    return verdict


def only_watched(verdict: Verdict) -> Verdict:
    """What would be done, as people are told of it where mode `observe` only looks on."""
    return replace(verdict, state=State.LIMITED, reason=f"{verdict.reason}; not done, as mode observe only watches")


def _stop(verdict: Verdict, limit: Limit) -> Verdict:
    return replace(verdict, target=verdict.current, limits=(*verdict.limits, limit))


def _stay(code: str, text: str, seen: Snapshot, wanted: int | None = None) -> Limit:
    return Limit(code, text, seen.current if wanted is None else wanted, seen.current)


def _engine_obstacle(seen: Snapshot) -> tuple[State, Limit] | None:
    if seen.current == 0 and seen.state.parked is None:
        text = "no container of it exists; it was taken down or never started"
        return State.PAUSED, _stay("gone", text, seen)
    paused = [replica.name for replica in seen.state.replicas if replica.state is RunState.PAUSED]
    if paused:
        return State.PAUSED, _stay("paused", f"{paused[0]} is paused, so somebody wants it left alone", seen)
    if seen.current and all(replica.state in _ENDED for replica in seen.state.replicas):
        text = f"none of its replicas runs; `docker compose up -d {seen.state.service.name}` starts it"
        return State.PAUSED, _stay("stopped", text, seen)
    if seen.state.unscalable:
        return State.UNSCALABLE, _stay("unscalable", seen.state.unscalable, seen)
    return None


def _obstacle(policy: Policy, seen: Snapshot, past: Past, now: datetime) -> tuple[State, Limit] | None:
    if policy.mode is Mode.OFF:
        return State.PAUSED, _stay("mode-off", "switched off (mode off)", seen)
    blocked = _engine_obstacle(seen)
    if blocked is not None:
        return blocked
    if past.hold is not None and now < past.hold.until:
        left = seconds((past.hold.until - now).total_seconds())
        said = f": {past.hold.reason}" if past.hold.reason else ""
        return State.HELD, _stay("held", f"held for another {left}{said}", seen)
    if past.outside_until is not None and now < past.outside_until:
        left = seconds((past.outside_until - now).total_seconds())
        return State.HELD, _stay("outside", f"set to {seen.current} by hand; left alone for another {left}", seen)
    if past.retry_at is not None and now < past.retry_at:
        left = seconds((past.retry_at - now).total_seconds())
        return State.LIMITED, _stay("failed", f"the last scale failed; next try in {left}", seen)
    return None


def _within_bounds(policy: Policy, seen: Snapshot, verdict: Verdict) -> Verdict | None:
    bounded = min(max(seen.current, policy.fewest), policy.max_replicas)
    if bounded == seen.current:
        return None
    if bounded > seen.current:
        reason = f"{count(seen.current, 'replica')} is below min_replicas {policy.floor}"
    else:
        reason = f"{count(seen.current, 'replica')} is above max_replicas {policy.max_replicas}"
    return replace(verdict, target=bounded, wanted=bounded, source=Source.POLICY, state=State.SCALING, reason=reason)


def _be_patient(case: _Case, verdict: Verdict) -> Verdict:
    if verdict.target > verdict.current:
        return _before_growing(case, verdict)
    if verdict.target < verdict.current:
        return _before_shrinking(case, verdict)
    return verdict


def _before_growing(case: _Case, verdict: Verdict) -> Verdict:
    policy, seen = case.policy, case.seen
    restarts = seen.observations.get("health.restarts")
    if restarts is not None and restarts.value >= CRASH_LOOP_RESTARTS:
        text = f"restarted {restarts.value:.0f} times within the window; more copies would crash too"
        return _stop(verdict, _stay("crash-loop", text, seen, verdict.target))
    left = remaining(case.past.last_up, policy.cooldown.up, case.now)
    if left > 0:
        text = f"grew recently; next growth in {seconds(left)}"
        return _stop(verdict, _stay("cooldown-up", text, seen, verdict.target))
    lowest = min(_levels_within(case, policy.stabilization.up))
    if lowest < min(verdict.target, policy.max_replicas):
        text = f"waits until it was wanted for {seconds(policy.stabilization.up)}"
        return _cap(verdict, "stabilization-up", text, max(seen.current, lowest))
    return verdict


def _before_shrinking(case: _Case, verdict: Verdict) -> Verdict:
    policy, seen, past = case.policy, case.seen, case.past
    fresh = remaining(past.watching_since, policy.metrics_window, case.now)
    if fresh > 0:
        text = f"watching for less than a window; shrinks in {seconds(fresh)} at the earliest"
        return _stop(verdict, _stay("fresh-start", text, seen, verdict.target))
    if case.proposal.to_zero:
        return verdict  # it was patient already, for `cooldown_zero`
    changed = max((at for at in (past.last_up, past.last_down) if at is not None), default=None)
    left = remaining(changed, policy.cooldown.down, case.now)
    if left > 0:
        text = f"scaled recently; may shrink in {seconds(left)}"
        return _stop(verdict, _stay("cooldown-down", text, seen, verdict.target))
    window = patience_down(policy, past)
    highest = max(_levels_within(case, window))
    if highest > verdict.target:
        text = f"up to {highest} wanted within the last {seconds(window)}"
        verdict = _cap(verdict, "stabilization-down", text, min(seen.current, highest))
    if verdict.source in (Source.TARGET, Source.FORECAST) and hardly_fewer(policy, seen.current, verdict.target):
        text = f"{verdict.target} instead of {seen.current} is hardly fewer"
        return _stop(verdict, _stay("hardly-fewer", text, seen, verdict.target))
    return verdict


def patience_down(policy: Policy, past: Past) -> float:
    """Seconds that fewer replicas have to be wanted before they are: as set, or as learned."""
    return past.calm if policy.learns_patience else policy.stabilization.down


def _levels_within(case: _Case, window: float) -> list[int]:
    """Every level wanted within the window. Until a whole window was watched, what is there counts as wanted."""
    since = case.now - timedelta(seconds=window)
    levels = [case.proposal.level, *(r.wanted for r in case.past.recommendations if r.at > since)]
    if window > 0 and case.past.watching_since > since:
        levels.append(case.seen.current)
    most = max(case.policy.max_replicas, case.seen.current)
    return [min(level, most) for level in levels]


def remaining(since: datetime | None, duration: float, now: datetime) -> float:
    """Seconds left of a span that began at `since`; never more than the span, so a jumped clock can't freeze it."""
    if since is None:
        return 0.0
    elapsed = (now - since).total_seconds()
    return min(max(duration - elapsed, 0.0), duration)


def _keep_size(policy: Policy, seen: Snapshot, proposal: Proposal, verdict: Verdict) -> Verdict:
    step_up, step_down = policy.max_step_up, policy.max_step_down
    if step_up is not None and verdict.target > verdict.current + step_up:
        verdict = _cap(verdict, "step", f"at most {step_up} more at once", verdict.current + step_up)
    if step_down is not None and verdict.target < verdict.current - step_down:
        verdict = _cap(verdict, "step", f"at most {step_down} fewer at once", verdict.current - step_down)
    if verdict.target > policy.max_replicas:
        verdict = _cap(verdict, "max", f"at most {policy.max_replicas} (max_replicas)", policy.max_replicas)
    most = most_replicas(seen)
    if most is not None and verdict.target > max(most, verdict.current, policy.min_replicas):
        text = f"only {most} can have work at once ({MOST_REPLICAS})"
        verdict = _cap(verdict, "work-for", text, max(most, verdict.current, policy.min_replicas))
    floor = 0 if proposal.to_zero or seen.current == 0 else policy.floor
    if verdict.target < floor:
        verdict = _cap(verdict, "min", _at_least(policy), floor)
    return verdict


def _at_least(policy: Policy) -> str:
    if policy.goes_to_zero:
        return f"at least 1 until there has been no work for {seconds(policy.cooldown_zero)}"
    return f"at least {policy.floor} (min_replicas)"


def _cap(verdict: Verdict, code: str, text: str, target: int) -> Verdict:
    return replace(verdict, target=target, limits=(*verdict.limits, Limit(code, text, verdict.target, target)))


_PATIENCE = ("cooldown-up", "cooldown-down", "stabilization-up", "stabilization-down", "hardly-fewer", "fresh-start")


def _name_state(verdict: Verdict, proposal: Proposal) -> Verdict:
    if verdict.target != verdict.current:
        return replace(verdict, state=State.SCALING)
    if proposal.blind:
        return replace(verdict, state=State.BLIND)
    if not verdict.limits:
        return verdict
    last = verdict.limits[-1]
    state = State.COOLING if last.code in _PATIENCE else State.LIMITED
    if last.code == "min" or proposal.wanted == verdict.current:
        state = State.STEADY
    return replace(verdict, state=state, reason=f"{proposal.reason}; {last.text}")
