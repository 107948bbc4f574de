"""The rails: each stops or changes a number, and says so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from docktor.core.decide import after_failure, decide
from docktor.core.decision import Hold, Past, Recommendation, Source, State, Verdict
from docktor.core.guard import judge, judge_person, remaining
from docktor.core.policy import Mode, Pair, Policy, Target
from docktor.core.rules import recommend
from docktor.core.world import Health, Observation, RunState, Snapshot
from tests.unit.core.build import NOW, PAST, POLICY, at, replica, seen, service


def verdict(policy: Policy, snapshot: Snapshot, past: Past = PAST) -> Verdict:
    return judge(policy, snapshot, past, recommend(policy, snapshot), snapshot.at)


def codes(result: Verdict) -> list[str]:
    return [limit.code for limit in result.limits]


def test_a_number_within_all_limits_passes() -> None:
    result = verdict(POLICY, seen(3, 90))
    assert (result.target, result.state, result.limits) == (5, State.SCALING, ())


def test_max_caps_and_then_stops() -> None:
    capped = verdict(POLICY, seen(9, 90))
    assert (capped.target, codes(capped)) == (10, ["max"])
    stopped = verdict(POLICY, seen(10, 90))
    assert (stopped.target, stopped.state) == (10, State.LIMITED)
    assert stopped.reason == "cpu.avg 90 > 75; at most 10 (max_replicas)"


def test_min_is_never_undercut() -> None:
    policy = replace(POLICY, min_replicas=2, scale_down_by=5)
    assert verdict(policy, seen(4, 5)).target == 2
    assert verdict(policy, seen(2, 5)).state is State.STEADY


@pytest.mark.parametrize(("replicas", "target"), [(1, 3), (12, 8)])
def test_outside_min_and_max_is_corrected_without_asking_metrics(replicas: int, target: int) -> None:
    policy = replace(POLICY, min_replicas=3, max_replicas=8)
    result = verdict(policy, seen(replicas, None), Past(watching_since=NOW))
    assert (result.target, result.source) == (target, Source.POLICY)


def test_steps_bound_the_target_law() -> None:
    policy = replace(POLICY, up_when=(), down_when=(), target=Target("cpu.avg", 10), max_step_up=3, max_step_down=2)
    assert verdict(policy, seen(2, 90)).target == 5
    assert verdict(policy, seen(9, 1)).target == 7


def test_cooldown_after_growing_and_before_shrinking() -> None:
    policy = replace(POLICY, cooldown=Pair(30, 60))
    grew = PAST._replace(last_up=at(-10))
    assert codes(verdict(policy, seen(3, 90), grew)) == ["cooldown-up"]
    assert verdict(policy, seen(3, 90), PAST._replace(last_up=at(-30))).target == 5
    assert codes(verdict(policy, seen(3, 5), grew)) == ["cooldown-down"]
    assert verdict(policy, seen(3, 5), PAST._replace(last_up=at(-60))).target == 2
    # shrinking never delays growing
    assert verdict(policy, seen(3, 90), PAST._replace(last_down=at(-1))).target == 5


def test_scale_down_takes_the_highest_recommendation_of_the_window() -> None:
    policy = replace(POLICY, stabilization=Pair(0, 300), up_when=(), down_when=(), target=Target("cpu.avg", 50))
    past = PAST._replace(recommendations=(Recommendation(at(-299), 6), Recommendation(at(-100), 2)))
    result = verdict(policy, seen(8, 12.5), past)
    assert (result.target, codes(result)) == (6, ["stabilization-down"])
    later = past._replace(recommendations=(Recommendation(at(-301), 6), Recommendation(at(-100), 3)))
    assert verdict(policy, seen(8, 12.5), later).target == 3


def test_scale_up_can_be_stabilized_too() -> None:
    policy = replace(POLICY, stabilization=Pair(60, 0))
    past = PAST._replace(recommendations=(Recommendation(at(-30), 3),))
    assert codes(verdict(policy, seen(3, 90), past)) == ["stabilization-up"]
    assert verdict(policy, seen(3, 90), past._replace(recommendations=(Recommendation(at(-30), 5),))).target == 5


def test_a_fresh_start_may_grow_but_not_shrink() -> None:
    fresh = Past(watching_since=at(-5))
    assert verdict(POLICY, seen(3, 90), fresh).target == 5
    assert codes(verdict(POLICY, seen(3, 5), fresh)) == ["fresh-start"]
    slow = replace(POLICY, stabilization=Pair(0, 300))
    assert codes(verdict(slow, seen(3, 5), Past(watching_since=at(-299)))) == ["stabilization-down"]


def test_a_paused_replica_means_leave_it_alone() -> None:
    state = service(2, replica(3, state=RunState.PAUSED))
    result = verdict(POLICY, seen(3, 90, state=state))
    assert (result.target, result.state, codes(result)) == (3, State.PAUSED, ["paused"])
    assert "shop-web-3 is paused" in result.reason


def test_unscalable_gone_and_off() -> None:
    fixed = verdict(POLICY, seen(1, 90, state=service(1, unscalable="port 80 is fixed")))
    assert (fixed.target, fixed.state, fixed.reason) == (1, State.UNSCALABLE, "port 80 is fixed")
    gone = verdict(replace(POLICY, min_replicas=2), seen(0, None))
    assert (gone.target, codes(gone)) == (0, ["gone"])
    off = verdict(replace(POLICY, mode=Mode.OFF), seen(3, 90))
    assert (off.target, off.state) == (3, State.PAUSED)


def test_a_hold_ends_by_itself() -> None:
    held = PAST._replace(hold=Hold(at(60), "testing"))
    result = verdict(POLICY, seen(3, 90), held)
    assert (result.state, result.reason) == (State.HELD, "held for another 60 s: testing")
    assert verdict(POLICY, seen(3, 90, now=at(60)), held).target == 5


def test_a_crash_loop_is_not_fed() -> None:
    crashing = {"health.restarts": Observation.exact(3)}
    result = verdict(POLICY, seen(3, 90, more=crashing))
    assert (result.target, result.state, codes(result)) == (3, State.LIMITED, ["crash-loop"])


def test_after_a_failure_it_waits_longer_each_time() -> None:
    once = after_failure(PAST, POLICY, 3, NOW)
    twice = after_failure(once, POLICY, 3, NOW)
    assert (once.retry_at, twice.retry_at) == (at(10), at(20))
    assert codes(verdict(POLICY, seen(3, 90), once)) == ["failed"]
    assert verdict(POLICY, seen(3, 90, now=at(10)), once).target == 5


def test_a_jumped_clock_can_not_freeze_a_cooldown() -> None:
    assert remaining(NOW + timedelta(days=400), 60, NOW) == 60
    assert remaining(NOW - timedelta(days=400), 60, NOW) == 0


def test_somebody_elses_change_is_respected_for_one_cooldown() -> None:
    past = PAST._replace(expected=3)
    first = decide(POLICY, seen(6, 90), past, NOW)
    assert first.outside is not None
    assert (first.outside.before, first.outside.after) == (3, 6)
    assert (first.verdict.state, first.verdict.target) == (State.HELD, 6)
    again = decide(POLICY, seen(6, 90, now=at(59)), first.past, at(59))
    assert (again.outside, again.verdict.target) == (None, 6)
    assert decide(POLICY, seen(6, 90, now=at(60)), again.past, at(60)).verdict.target == 8


def test_a_project_taken_down_and_up_starts_afresh() -> None:
    down = decide(POLICY, seen(0, None), PAST._replace(expected=3), NOW)
    assert (down.outside, down.verdict.target) == (None, 0)
    up = decide(POLICY, seen(3, 5, now=at(100)), down.past, at(100))
    assert up.outside is None
    assert codes(up.verdict) == ["fresh-start"]


def test_a_person_passes_the_guard_as_well() -> None:
    assert judge_person(POLICY, seen(3, None), 7).target == 7
    too_many = judge_person(POLICY, seen(3, None), 11)
    assert (too_many.target, too_many.limits[0].text) == (3, "11 is above max_replicas 10")
    paused = seen(3, None, state=service(2, replica(3, state=RunState.PAUSED)))
    assert codes(judge_person(POLICY, paused, 4)) == ["paused"]


def test_shrinking_step_by_step_waits_the_window_once_then_one_cooldown_a_step() -> None:
    policy = replace(POLICY, stabilization=Pair(0, 120), cooldown=Pair(0, 30), check_interval=10)
    past, replicas, seconds = PAST._replace(recommendations=(Recommendation(NOW, 5),)), 5, []
    for tick in range(10, 400, 10):
        result = decide(policy, seen(replicas, 5, now=at(tick)), past, at(tick))
        past = result.past
        if result.verdict.target < replicas:
            replicas = result.verdict.target
            past = past._replace(expected=replicas, last_down=at(tick))
            seconds.append(tick)
    assert replicas == 1
    assert seconds == [120, 150, 180, 210]


def test_unhealthy_replicas_are_told() -> None:
    assert replica(1, health=Health.UNHEALTHY).health == "unhealthy"
