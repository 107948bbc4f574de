"""To zero and back by the work in the queue, and what holds while a source is away."""

from dataclasses import replace
from datetime import timedelta

import pytest

from docktor.core.decide import Tick, decide
from docktor.core.decision import Past, Source, State
from docktor.core.policy import Condition, Op, Pair, Policy, Target
from docktor.core.world import Observation, Replica, RunState, ServiceState, Snapshot
from docktor.core.zero import presses
from tests.unit.core.build import NOW, PAST, POLICY, WEB, at, replica, service

WORKER = replace(
    POLICY,
    min_replicas=0,
    max_replicas=6,
    activation=5,
    cooldown=Pair(0, 60),
    cooldown_zero=90,
    stabilization=Pair(0, 200),
    up_when=(Condition("queue.backlog", Op.GT, 50),),
    down_when=(Condition("queue.backlog", Op.LE, 10),),
)
PARKED = ServiceState(WEB, (), parked=Replica("id1", "shop-web-1", 1, RunState.EXITED))


def seen(state: ServiceState, now_s: float = 0, **queue: float | None) -> Snapshot:
    found = {f"queue.{name}": Observation.exact(value) for name, value in queue.items() if value is not None}
    lost = [f"queue.{name}" for name, value in queue.items() if value is None]
    return Snapshot(state, at(now_s), found, dict.fromkeys(lost, "down"), dict.fromkeys(lost, at(now_s - 40)))


def tick(policy: Policy, snapshot: Snapshot, past: Past = PAST) -> Tick:
    return decide(policy, snapshot, past, snapshot.at)


def idle(seconds: float) -> Past:
    return PAST._replace(idle_since=NOW - timedelta(seconds=seconds))


def test_to_zero_after_its_own_cooldown_whatever_stabilization_and_steps_say() -> None:
    verdict = tick(WORKER, seen(service(4), backlog=2, lag=5), idle(90)).verdict
    assert (verdict.target, verdict.state, verdict.source) == (0, State.SCALING, Source.RULES)
    assert verdict.reason == "no work for 90 s: queue.lag 5 is not above activation 5"


def test_before_that_one_replica_stays() -> None:
    policy = replace(WORKER, stabilization=Pair(0, 0))
    verdict = tick(policy, seen(service(1), backlog=0, lag=0), idle(89)).verdict
    assert (verdict.target, verdict.state) == (1, State.STEADY)
    assert "no work, to zero in 1 s" in verdict.reason
    assert tick(policy, seen(service(3), backlog=0, lag=0), idle(20)).verdict.target == 2


def test_the_cooldown_begins_when_work_ends_and_is_broken_by_work() -> None:
    past = tick(WORKER, seen(service(1), 0, backlog=0, lag=0)).past
    assert past.idle_since == at(0)
    assert tick(WORKER, seen(service(1), 50, backlog=0, lag=0), past).past.idle_since == at(0)
    assert tick(WORKER, seen(service(1), 50, backlog=0, lag=6), past).past.idle_since is None
    assert tick(WORKER, seen(service(1), 50, backlog=None, lag=None), past).past.idle_since is None


def test_work_in_progress_keeps_the_last_replica() -> None:
    assert tick(WORKER, seen(service(1), backlog=0, lag=6), idle(500)).verdict.target == 1


@pytest.mark.parametrize(("lag", "target"), [(5, 0), (5.5, 1), (6, 1)])
def test_back_strictly_above_the_activation(lag: float, target: int) -> None:
    assert tick(WORKER, seen(PARKED, backlog=lag, lag=lag)).verdict.target == target


def test_activation_beats_scaling() -> None:
    """As KEDA has it: scale at 10, wake at 50, 40 waiting: still at zero."""
    policy = replace(WORKER, activation=50, up_when=(Condition("queue.backlog", Op.GT, 10),))
    verdict = tick(policy, seen(PARKED, backlog=40, lag=40)).verdict
    assert (verdict.target, verdict.state) == (0, State.STEADY)
    assert "at zero, no work: queue.lag 40 is not above activation 50" in verdict.reason


def test_back_at_once_to_what_rules_or_target_ask_for() -> None:
    assert tick(WORKER, seen(PARKED, backlog=60, lag=60)).verdict.target == 2
    policy = replace(WORKER, up_when=(), down_when=(), target=Target("queue.lag", 100))
    assert tick(policy, seen(PARKED, backlog=350, lag=350)).verdict.target == 4
    assert tick(policy, seen(PARKED, backlog=9000, lag=9000)).verdict.target == 6


@pytest.mark.parametrize(("lag", "pressing"), [(90, False), (130, True), (None, False)])
def test_a_queue_above_its_target_presses_like_a_rule(lag: float | None, pressing: bool) -> None:
    policy = replace(WORKER, up_when=(), down_when=(), target=Target("queue.lag", 50))
    assert presses(policy, seen(service(2), lag=lag)) is pressing


def test_unknown_neither_wakes_nor_sends_to_zero() -> None:
    verdict = tick(WORKER, seen(PARKED, backlog=None, lag=None)).verdict
    assert (verdict.target, verdict.state) == (0, State.BLIND)
    assert "down" in verdict.reason
    policy = replace(WORKER, down_when=(Condition("queue.rate_in", Op.LT, 1),))
    assert tick(policy, seen(service(1), backlog=0, lag=0, rate_in=None), idle(500)).verdict.target == 1


def test_the_fallback_wakes_too() -> None:
    policy = replace(WORKER, fallback_replicas=3)
    assert tick(policy, seen(PARKED, backlog=None, lag=None)).verdict.target == 3


def test_only_queue_metrics_go_to_zero() -> None:
    policy = replace(WORKER, down_when=(Condition("cpu.avg", Op.LT, 10),))
    assert not policy.goes_to_zero
    snapshot = seen(service(1), backlog=0, lag=0)
    known = snapshot._replace(observations={**snapshot.observations, "cpu.avg": Observation.exact(0)})
    assert tick(policy, known, idle(500)).verdict.target == 1


def test_a_fresh_start_does_not_go_to_zero() -> None:
    verdict = tick(WORKER, seen(service(1), backlog=0, lag=0), idle(500)._replace(watching_since=NOW)).verdict
    assert verdict.target == 1
    assert [limit.code for limit in verdict.limits] == ["fresh-start"]


def test_a_service_brought_back_by_hand_starts_its_cooldown_anew() -> None:
    found = tick(WORKER, seen(service(1), backlog=0, lag=0), idle(500)._replace(expected=0))
    assert found.verdict.target == 1
    assert found.past.idle_since == NOW


@pytest.mark.parametrize(("current", "expected"), [(1, 3), (3, 3), (5, 5)])
def test_a_lost_source_raises_to_the_fallback_and_never_lowers(current: int, expected: int) -> None:
    policy = replace(WORKER, fallback_replicas=3, check_interval=10)
    verdict = tick(policy, seen(service(current), backlog=None)).verdict
    assert verdict.target == expected
    if expected > current:
        assert (verdict.source, verdict.reason) == (
            Source.POLICY,
            "queue.backlog unknown for 40 s: fallback_replicas 3",
        )


def test_the_fallback_waits_for_three_checks() -> None:
    policy = replace(WORKER, fallback_replicas=3, check_interval=20)
    assert tick(policy, seen(service(1), backlog=None)).verdict.target == 1


def test_a_topic_caps_growth_and_sheds_what_can_have_no_work() -> None:
    capped = tick(WORKER, seen(service(3), backlog=100, lag=100, most_replicas=4)).verdict
    assert capped.target == 4
    assert [limit.code for limit in capped.limits] == ["work-for"]
    policy = replace(WORKER, stabilization=Pair(0, 0))
    shed = tick(policy, seen(service(6), backlog=100, lag=100, most_replicas=4)).verdict
    assert shed.target == 5
    assert "only 4 can have work at once" in shed.reason
    least = replace(policy, min_replicas=6, up_when=(Condition("queue.backlog", Op.GT, 500),))
    assert tick(least, seen(service(6), backlog=100, most_replicas=4)).verdict.target == 6


def test_an_ended_replica_beside_others_is_no_zero() -> None:
    state = service(1, replica(2, state=RunState.EXITED))
    assert tick(WORKER, seen(state, backlog=0, lag=0), idle(500)).verdict.target == 0
