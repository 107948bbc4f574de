"""What must hold for every policy, every world and every past."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from docktor.core.decide import decide
from docktor.core.decision import Past, Proposal, Source
from docktor.core.guard import judge
from docktor.core.policy import Policy
from docktor.core.world import Observation, Replica, RunState, ServiceState, Snapshot
from tests.unit.core.build import NOW, WEB
from tests.unit.core.worlds import METRICS, QUEUE, pasts, policies, small, snapshots


@given(policies(), snapshots(), pasts())
def test_never_outside_the_limits_unless_nothing_is_done(policy: Policy, seen: Snapshot, past: Past) -> None:
    target = decide(policy, seen, past, NOW).verdict.target
    assert target == seen.current or policy.fewest <= target <= policy.max_replicas


@given(policies(), snapshots(), pasts())
def test_to_zero_only_by_a_queue_that_is_known_to_hold_no_work(policy: Policy, seen: Snapshot, past: Past) -> None:
    target = decide(policy, seen, past, NOW).verdict.target
    if target == 0 and seen.current > 0:
        assert policy.min_replicas == 0 and policy.metrics <= set(QUEUE)
        known = seen.observations.get("queue.lag") or seen.observations["queue.backlog"]
        assert known.high <= policy.activation
        assert past.idle_since is not None or policy.cooldown_zero == 0


@given(policies(), snapshots(), pasts())
def test_from_zero_only_by_work_or_by_the_fallback(policy: Policy, seen: Snapshot, past: Past) -> None:
    target = decide(policy, seen, past, NOW).verdict.target
    if seen.current == 0 and target > 0 and policy.goes_to_zero:
        known = seen.observations.get("queue.lag") or seen.observations.get("queue.backlog")
        work = known is not None and known.low > policy.activation
        assert seen.state.parked is not None
        assert work or (policy.fallback_replicas is not None and seen.missing)


@given(policies(), snapshots(), pasts())
def test_a_service_that_was_taken_down_stays_down(policy: Policy, seen: Snapshot, past: Past) -> None:
    gone = seen._replace(state=ServiceState(WEB, ()))
    assert decide(policy, gone, past, NOW).verdict.target == 0


@given(policies(), snapshots(), pasts())
def test_no_more_replicas_than_can_have_work(policy: Policy, seen: Snapshot, past: Past) -> None:
    verdict = decide(policy, seen, past, NOW).verdict
    most = seen.observations.get("queue.most_replicas")
    if most is not None and verdict.target > seen.current:
        assert verdict.target <= max(most.value, 1, policy.min_replicas)


@given(policies(), snapshots(), pasts())
def test_never_down_on_unknown_data(policy: Policy, seen: Snapshot, past: Past) -> None:
    blind = seen._replace(observations={}, missing=dict.fromkeys(METRICS, "lost"))
    target = decide(policy, blind, past, NOW).verdict.target
    assert target >= min(seen.current, policy.max_replicas)


@given(policies(), snapshots(), pasts(), st.sampled_from(METRICS))
def test_losing_a_metric_never_shrinks(policy: Policy, seen: Snapshot, past: Past, lost: str) -> None:
    fewer = {name: value for name, value in seen.observations.items() if name != lost}
    watched = {c.metric for c in policy.up_when + policy.down_when} | (
        {policy.target.metric} if policy.target else set()
    )
    target = decide(policy, seen._replace(observations=fewer), past, NOW).verdict.target
    if lost in watched:
        assert target >= min(seen.current, policy.max_replicas)


@given(policies(), snapshots(), pasts())
def test_same_input_same_decision(policy: Policy, seen: Snapshot, past: Past) -> None:
    assert decide(policy, seen, past, NOW) == decide(policy, seen, past, NOW)


@given(policies(), snapshots(), pasts(), st.integers(0, 30))
def test_the_guard_is_idempotent(policy: Policy, seen: Snapshot, past: Past, wanted: int) -> None:
    asked = Proposal(seen.current, wanted, wanted, Source.RULES, "asked")
    once = judge(policy, seen, past, asked, NOW)
    again = judge(policy, seen, past, asked._replace(wanted=once.target, level=once.target), NOW)
    assert again.target == once.target


@given(policies(), snapshots(), pasts())
def test_every_change_and_every_stop_has_a_reason(policy: Policy, seen: Snapshot, past: Past) -> None:
    verdict = decide(policy, seen, past, NOW).verdict
    assert verdict.reason
    if verdict.target != verdict.wanted:
        assert verdict.limits
    assert verdict.rules is not None


@given(policies(), pasts(), st.lists(st.tuples(small, st.none() | st.floats(0, 100)), min_size=1, max_size=30))
def test_a_run_of_ticks_stays_within_limits(policy: Policy, past: Past, ticks: list[tuple[int, float | None]]) -> None:
    """Follows the verdicts as an engine would, with a person interfering now and then."""
    count, now = policy.min_replicas, NOW
    for nudge, cpu in ticks:
        now += timedelta(seconds=10)
        count = nudge if nudge > 10 else count
        state = ServiceState(WEB, tuple(Replica(f"i{n}", f"n{n}", n, RunState.RUNNING) for n in range(count)))
        found = {} if cpu is None else {"cpu.avg": Observation.exact(cpu)}
        tick = decide(policy, Snapshot(state, now, found, {}), past, now)
        assert tick.verdict.target == count or policy.fewest <= tick.verdict.target <= policy.max_replicas
        count, past = tick.verdict.target, tick.past._replace(expected=tick.verdict.target)
