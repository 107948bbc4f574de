"""The last word on every number. Pure; each rail that changes or stops a number leaves a Limit behind.

obstacles   mode, no replicas to copy, unscalable, paused by a person, held, changed outside   -> stay
bounds      outside min/max: corrected at once, whatever the metrics say
patience    fresh start, stabilization, cooldown, crash loop                                   -> stay, or less
size        max_step, min, max                                                                 -> less
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from docktor.core.decision import Limit, Past, Proposal, Source, State, Verdict
from docktor.core.policy import Mode, Policy
from docktor.core.rules import MOST_REPLICAS, most_replicas
from docktor.core.target import longest_patience
from docktor.core.words import count, seconds
from docktor.core.world import RunState, Snapshot

CRASH_LOOP_RESTARTS = 3
_ENDED = frozenset((RunState.CREATED, RunState.EXITED, RunState.DEAD, RunState.REMOVING))


class _Case(NamedTuple):
    policy: Policy
    seen: Snapshot
    past: Past
    proposal: Proposal
    now: datetime


class _Left(NamedTuple):
    """What the rails leave of a wish so far; the verdict is built of what is left in the end."""

    target: int
    limits: tuple[Limit, ...] = ()

    def cap(self, code: str, text: str, target: int) -> "_Left":
        return _Left(target, (*self.limits, Limit(code, text, self.target, target)))

    def stop(self, limit: Limit) -> "_Left":
        return _Left(limit.after, (*self.limits, limit))


def judge(policy: Policy, seen: Snapshot, past: Past, proposal: Proposal, now: datetime) -> Verdict:
    """The number of replicas to have now. Within min and max, or no change at all; never down on unknown data."""
    current, wanted, source, rules = seen.current, proposal.wanted, proposal.source, proposal.rules
    obstacle = _obstacle(policy, seen, past, now)
    if obstacle is not None:
        state, limit = obstacle
        return Verdict(current, current, wanted, source, state, limit.text, rules, (limit,))
    bounded = min(max(current, policy.fewest), policy.max_replicas)
    if bounded != current:
        reason = _out_of_bounds(policy, current)
        return Verdict(current, bounded, bounded, Source.POLICY, State.SCALING, reason, rules)
    left = _Left(wanted)
    if wanted != current:
        left = _be_patient(_Case(policy, seen, past, proposal, now), left)
    left = _keep_size(policy, seen, proposal, left)
    state, reason = _named(current, proposal, left)
    return Verdict(current, left.target, wanted, source, state, reason, rules, left.limits)


def judge_person(policy: Policy | None, seen: Snapshot, replicas: int) -> Verdict:
    """What a person asked for, against what stays true even then: the obstacles of the engine, and min and max."""
    reason = f"a person asked for {replicas}"
    current = seen.current
    blocked = _engine_obstacle(seen)
    if blocked is not None and replicas != current:
        state, limit = blocked
        return Verdict(current, current, replicas, Source.PERSON, state, limit.text, (), (limit,))
    low, high = (policy.fewest, policy.max_replicas) if policy else (1, max(replicas, 1))
    if not low <= replicas <= high:
        code, bound, word = (
            ("min", low, "below min_replicas") if replicas < low else ("max", high, "above max_replicas")
        )
        limit = Limit(code, f"{replicas} is {word} {bound}", replicas, current)
        return Verdict(current, current, replicas, Source.PERSON, State.LIMITED, limit.text, (), (limit,))
    return Verdict(current, replicas, replicas, Source.PERSON, State.SCALING, reason)


def only_watched(verdict: Verdict) -> Verdict:
    """What would be done, as people are told of it where mode `observe` only looks on."""
    return verdict._replace(state=State.LIMITED, reason=f"{verdict.reason}; not done, as mode observe only watches")


def _stay(code: str, text: str, seen: Snapshot, wanted: int | None = None) -> Limit:
    return Limit(code, text, seen.current if wanted is None else wanted, seen.current)


def _engine_obstacle(seen: Snapshot) -> tuple[State, Limit] | None:
    states = [replica.state for replica in seen.state.replicas]
    if not states and seen.state.parked is None:
        text = "no container of it exists; it was taken down or never started"
        return State.PAUSED, _stay("gone", text, seen)
    if RunState.PAUSED in states:
        paused = seen.state.replicas[states.index(RunState.PAUSED)].name
        return State.PAUSED, _stay("paused", f"{paused} is paused, so somebody wants it left alone", seen)
    if states and _ENDED.issuperset(states):
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


def _out_of_bounds(policy: Policy, current: int) -> str:
    if current > policy.max_replicas:
        return f"{count(current, 'replica')} is above max_replicas {policy.max_replicas}"
    return f"{count(current, 'replica')} is below min_replicas {policy.floor}"


def _be_patient(case: _Case, left: _Left) -> _Left:
    return _before_growing(case, left) if left.target > case.seen.current else _before_shrinking(case, left)


def _before_growing(case: _Case, left: _Left) -> _Left:
    policy, seen, wanted = case.policy, case.seen, left.target
    restarts = seen.observations.get("health.restarts")
    if restarts is not None and restarts.value >= CRASH_LOOP_RESTARTS:
        text = f"restarted {restarts.value:.0f} times within the window; more copies would crash too"
        return left.stop(_stay("crash-loop", text, seen, wanted))
    wait = remaining(case.past.last_up, policy.cooldown.up, case.now)
    if wait > 0:
        text = f"grew recently; next growth in {seconds(wait)}"
        return left.stop(_stay("cooldown-up", text, seen, wanted))
    lowest = min(*_levels_within(case, policy.stabilization.up), _most(case))
    if lowest < min(wanted, policy.max_replicas):
        text = f"waits until it was wanted for {seconds(policy.stabilization.up)}"
        return left.cap("stabilization-up", text, max(seen.current, lowest))
    return left


def _before_shrinking(case: _Case, left: _Left) -> _Left:
    policy, seen, past = case.policy, case.seen, case.past
    fresh = remaining(past.watching_since, policy.metrics_window, case.now)
    if fresh > 0:
        text = f"watching for less than a window; shrinks in {seconds(fresh)} at the earliest"
        return left.stop(_stay("fresh-start", text, seen, left.target))
    if case.proposal.to_zero:
        return left  # it was patient already, for `cooldown_zero`
    wait = remaining(_changed(past), policy.cooldown.down, case.now)
    if wait > 0:
        text = f"scaled recently; may shrink in {seconds(wait)}"
        return left.stop(_stay("cooldown-down", text, seen, left.target))
    window = patience_down(policy, past)
    highest = min(max(_levels_within(case, window)), _most(case))
    if highest > left.target:
        text = f"up to {highest} wanted within the last {seconds(window)}"
        left = left.cap("stabilization-down", text, min(seen.current, highest))
    return left


def _changed(past: Past) -> datetime | None:
    if past.last_up is None or past.last_down is None:
        return past.last_up or past.last_down
    return max(past.last_up, past.last_down)


def patience_down(policy: Policy, past: Past) -> float:
    """Seconds that fewer replicas have to be wanted before they are: as set, or as learned."""
    return min(past.calm, longest_patience(policy)) if policy.learns_patience else policy.stabilization.down


def _levels_within(case: _Case, window: float) -> list[int]:
    """Every level wanted within the window. Until a whole window was watched, what is there counts as wanted."""
    since = case.now - timedelta(seconds=window)
    levels = [case.proposal.level]
    levels += [r.wanted for r in case.past.recommendations if r.at > since]
    if window > 0 and case.past.watching_since > since:
        levels.append(case.seen.current)
    return levels


def _most(case: _Case) -> int:
    """A level beyond that counts as that."""
    return max(case.policy.max_replicas, case.seen.current)


def remaining(since: datetime | None, duration: float, now: datetime) -> float:
    """Seconds left of a span that began at `since`; never more than the span, so a jumped clock can't freeze it."""
    if since is None:
        return 0.0
    elapsed = (now - since).total_seconds()
    return min(max(duration - elapsed, 0.0), duration)


def _keep_size(policy: Policy, seen: Snapshot, proposal: Proposal, left: _Left) -> _Left:
    current, step_up, step_down = seen.current, policy.max_step_up, policy.max_step_down
    if step_up is not None and left.target > current + step_up:
        left = left.cap("step", f"at most {step_up} more at once", current + step_up)
    if step_down is not None and left.target < current - step_down:
        left = left.cap("step", f"at most {step_down} fewer at once", current - step_down)
    if left.target > policy.max_replicas:
        left = left.cap("max", f"at most {policy.max_replicas} (max_replicas)", policy.max_replicas)
    most = most_replicas(seen)
    if most is not None and left.target > max(most, current, policy.min_replicas):
        text = f"only {most} can have work at once ({MOST_REPLICAS})"
        left = left.cap("work-for", text, max(most, current, policy.min_replicas))
    floor = 0 if proposal.to_zero or current == 0 else policy.floor
    if left.target < floor:
        left = left.cap("min", _at_least(policy), floor)
    return left


def _at_least(policy: Policy) -> str:
    if policy.goes_to_zero:
        return f"at least 1 until there has been no work for {seconds(policy.cooldown_zero)}"
    return f"at least {policy.floor} (min_replicas)"


_PATIENCE = ("cooldown-up", "cooldown-down", "stabilization-up", "stabilization-down", "fresh-start")


def _named(current: int, proposal: Proposal, left: _Left) -> tuple[State, str]:
    """The state that it comes to, and why."""
    if left.target != current:
        return State.SCALING, proposal.reason
    if proposal.blind:
        return State.BLIND, proposal.reason
    if not left.limits:
        return State.STEADY, proposal.reason
    last = left.limits[-1]
    state = State.COOLING if last.code in _PATIENCE else State.LIMITED
    if last.code == "min" or proposal.wanted == current:
        state = State.STEADY
    return state, f"{proposal.reason}; {last.text}"
