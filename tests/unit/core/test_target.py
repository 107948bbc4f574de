"""What a target wants. Numbers are worked out by hand: load in replicas' worth, target 50 % with 10 % tolerance."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.core.decide import after_scaling, decide
from docktor.core.decision import Action, Past, Recommendation, Source
from docktor.core.forecast.outlook import Outlook, Record, Standing
from docktor.core.policy import Policy, Prefer, Target
from docktor.core.pulse import Load, Pulse, follow
from docktor.core.target import by_target, longest_patience
from docktor.core.world import Observation, Snapshot
from tests.unit.core.build import PAST, POLICY, at, seen

CPU = replace(POLICY, up_when=(), down_when=(), target=Target("cpu.avg", 50), max_replicas=100, learns_patience=True)
QUEUE = replace(CPU, target=Target("queue.backlog", 100))


def pulse_of(loads: list[float], step: float = 10.0, *, full: int = 0) -> Pulse:
    """The last `full` of them with the replicas full."""
    pulse = None
    for index, load in enumerate(loads):
        is_full = index >= len(loads) - full
        pulse = follow(pulse, at((index - len(loads) + 1) * step), Load(load, is_full))
    assert pulse is not None
    return pulse


def foreseen(bound: float, standing: Standing = Standing.ON) -> Outlook:
    return Outlook(standing, 120, bound, "day", Record(500, 0.0, 0.01))


def wanted(policy: Policy, look: Snapshot, pulse: Pulse | None = None) -> int:
    opinion = by_target(policy, look, pulse)
    assert opinion is not None
    return opinion.wanted


def test_a_short_peak_is_not_the_level() -> None:
    pulse = pulse_of([2.0] * 30 + [2.4])
    assert pulse.level == pytest.approx(2.07, abs=0.02)
    # the level asks for 2.07 / 0.55 = 3.8, the load now for 2.4 / 0.6325 = 3.8
    assert wanted(CPU, seen(4, 60)._replace(outlook=foreseen(0)), pulse) == 4


def test_once_there_have_to_be_more_they_are_asked_for_all_at_once() -> None:
    pulse = pulse_of([2.0] * 30 + [2.4])  # the load now takes 3.8; as a level it would take 2.4 / 0.55 = 4.4
    assert wanted(CPU, seen(3, 80)._replace(outlook=foreseen(0)), pulse) == 5


@pytest.mark.parametrize(("prefer", "replicas"), [(Prefer.CHEAP, 10), (Prefer.BALANCED, 11), (Prefer.FAST, 13)])
def test_what_is_preferred_moves_the_target(prefer: Prefer, replicas: int) -> None:
    policy = replace(CPU, prefer=prefer)  # 6 / (0.55 · 1.15), 6 / 0.55, 6 / (0.55 · 0.85)
    assert wanted(policy, seen(8, 75), pulse_of([6.0] * 60)) == replicas


def test_growth_is_met_by_the_time_a_replica_takes() -> None:
    pulse = pulse_of([2 + 0.2 * step for step in range(7)])  # 1.2 more in a minute: 0.02 a second
    look = seen(5, 64)._replace(horizon=30)
    # in 40 seconds it will be 3.2 + 0.8 = 4, and 0.55 · 1.15 of a replica are to be used
    assert wanted(CPU, look, pulse) == 7
    # of a long start it is believed half: 3.2 + 0.5 · 2.8, of 0.825 · 1.15
    assert wanted(replace(CPU, target=Target("cpu.avg", 75)), look._replace(horizon=600), pulse) == 5


def test_full_replicas_tell_the_least_there_is() -> None:
    before = pulse_of([1.0, 1.2, 1.4, 1.6, 1.8, 2.0], full=1)
    look = seen(2, 100)._replace(horizon=30, outlook=foreseen(0))  # so that the trend is left out
    # it grew by 0.2 in ten seconds, and will for the forty until there are more: 2 + 0.8; the level asks for less
    opinion = by_target(replace(CPU, target=Target("cpu.avg", 90)), look, before)
    assert opinion is not None
    assert (opinion.wanted, opinion.source) == (3, Source.TARGET)
    assert "at least" in opinion.reason
    # out of nowhere: from half a replica to full at once, four times at the most
    jumped = pulse_of([0.5] * 6 + [2.0], full=1)
    assert wanted(CPU, look, jumped) == 8


def test_while_they_stay_full_it_grows_on() -> None:
    early, late = pulse_of([2.0] * 10, full=2), pulse_of([2.0] * 20, full=12)
    policy = replace(CPU, target=Target("cpu.avg", 95))
    assert wanted(policy, seen(2, 100), early) == 3
    assert wanted(policy, seen(2, 100), late) == 4  # twice, and no more without having seen it grow


def test_a_forecast_raises_and_never_lowers() -> None:
    calm = pulse_of([2.0] * 30)
    look = seen(4, 50)
    assert wanted(CPU, look._replace(outlook=foreseen(7.2)), calm) == 8
    assert wanted(CPU, look._replace(outlook=foreseen(0.1)), calm) == wanted(CPU, look, calm) == 4
    opinion = by_target(CPU, look._replace(outlook=foreseen(7.2)), calm)
    assert opinion is not None
    assert (opinion.source, opinion.reason) == (Source.FORECAST, "forecast: work for up to 7.2 replicas within 40 s")


def test_in_the_shadow_it_changes_nothing() -> None:
    look = seen(4, 50)._replace(outlook=foreseen(50, Standing.SHADOW))
    assert wanted(CPU, look, pulse_of([2.0] * 30)) == 4


@given(st.floats(0, 40), st.floats(0, 40), st.floats(0, 100), st.integers(1, 30))
def test_a_higher_bound_never_wants_fewer(low: float, high: float, cpu: float, replicas: int) -> None:
    low, high = sorted((low, high))
    look = seen(replicas, cpu)
    pulse = pulse_of([replicas * cpu / 100] * 5)
    less, more = (wanted(CPU, look._replace(outlook=foreseen(one)), pulse) for one in (low, high))
    assert less <= more


def test_one_more_of_many_can_wait_unless_they_are_nearly_full() -> None:
    assert wanted(CPU, seen(40, 59), pulse_of([23.6] * 60)) == 40  # 43 would be within the tolerance
    assert wanted(CPU, seen(40, 60.6), pulse_of([24.24] * 60)) == 45
    assert wanted(replace(CPU, target=Target("cpu.avg", 85)), seen(40, 95), pulse_of([38.0] * 60)) == 41


@pytest.mark.parametrize(("cpu", "replicas"), [(47, 5), (41, 5), (40, 4), (30, 3)])
def test_there_are_fewer_only_if_those_keep_the_target_itself(cpu: float, replicas: int) -> None:
    calm = PAST._replace(pulse=pulse_of([5 * cpu / 100] * 60), calm=60)
    verdict = decide(CPU, seen(5, cpu, now=at(10)), calm, at(10)).verdict
    assert verdict.target == replicas
    if cpu == 41:  # four replicas would have 51.25 %: within the tolerance, so that they would stay, were they there
        assert verdict.reason == "cpu.avg 41: with one replica fewer it would be above its target 50"
        assert wanted(CPU, seen(4, 51.25), calm.pulse) == 4


@pytest.mark.parametrize(("load", "replicas"), [(19.4, 40), (19.0, 38), (15.0, 30)])
def test_hardly_fewer_of_many_is_not_worth_a_change(load: float, replicas: int) -> None:
    assert wanted(CPU, seen(40, load * 2.5), pulse_of([load] * 60)) == replicas


def test_a_load_that_fell_is_gone_at_once() -> None:
    assert wanted(CPU, seen(10, 20), pulse_of([5.0] * 60 + [2.0])) == 4


def test_one_replica_with_little_to_do_is_enough() -> None:
    opinion = by_target(CPU, seen(1, 5), pulse_of([0.05] * 60))
    assert opinion is not None
    assert (opinion.wanted, opinion.reason) == (1, "cpu.avg 5: one replica is enough")


def test_who_grows_again_soon_after_shrinking_learns_patience() -> None:
    past = after_scaling(PAST._replace(calm=120), Action.SCALE_DOWN, 3, at(0))
    assert past.calm == pytest.approx(108)
    assert after_scaling(past, Action.SCALE_UP, 4, at(300)).calm == pytest.approx(216)
    assert after_scaling(past, Action.SCALE_UP, 4, at(3600)).calm == pytest.approx(108)


def test_learned_patience_stays_within_its_bounds() -> None:
    past: Past = PAST
    for turn in range(60):
        past = after_scaling(past, Action.SCALE_DOWN, 3, at(turn * 10_000))
    assert past.calm == 60
    for turn in range(60):
        past = after_scaling(past, Action.SCALE_DOWN, 3, at(turn * 20))
        past = after_scaling(past, Action.SCALE_UP, 4, at(turn * 20 + 10))
    assert past.calm == 300


@pytest.mark.parametrize(("target", "patience"), [(None, 300), (50, 300), (65, 300), (82.5, 150), (99, 30)])
def test_the_fuller_replicas_are_to_be_the_shorter_is_the_patience(target: float | None, patience: float) -> None:
    policy = replace(CPU, target=None if target is None else Target("cpu.avg", target))
    assert longest_patience(policy) == pytest.approx(patience)


def test_shrinking_goes_by_the_longest_patience_there_may_be() -> None:
    policy = replace(CPU, target=Target("cpu.avg", 90))  # 86 seconds
    look = seen(10, 40, now=at(400))
    for ago, replicas in ((80, 10), (90, 5)):
        past = PAST._replace(calm=300, recommendations=(Recommendation(at(400 - ago), 10),))
        assert decide(policy, look, past, at(400)).verdict.target == replicas


def test_who_was_watched_for_long_is_not_thought_to_jump_far_beyond_the_most_there_was() -> None:
    look = seen(2, 100)._replace(horizon=300, outlook=foreseen(0))
    for peak, replicas in ((0.0, 4), (3.0, 4), (4.0, 5)):  # once and a half what is seen, or the peak and a tenth
        known = pulse_of([0.5] * 6 + [2.0], full=1)._replace(peak=max(peak, 2.0), watched=4 * 3600)
        assert wanted(CPU, look, known) == replicas
        assert wanted(CPU, look, known._replace(watched=3600)) == 8


def test_the_most_there_was_fades_over_a_week_and_outlasts_pauses() -> None:
    pulse = pulse_of([5.0] + [1.0] * 3600)
    assert pulse.watched == 36_000
    assert pulse.peak == pytest.approx(5 * math.exp(-36_000 / (7 * 86_400)))
    later = follow(pulse, at(7200), Load(1.0, full=False))
    assert (later.peak, later.watched, later.slope) == (pulse.peak, 36_000, 0)


def queue(replicas: int, waiting: float, rate_in: float, speed: float | None = 10.0) -> Snapshot:
    found = {"queue.backlog": waiting, "queue.rate_in": rate_in}
    look = seen(replicas, 50, more={name: Observation.exact(value) for name, value in found.items()})
    return look._replace(speed=speed, horizon=30)


def test_a_backlog_is_met_by_what_comes_in() -> None:
    assert wanted(QUEUE, queue(2, 0, 43), pulse_of([4.3] * 60)) == 5  # 4.3 / 0.9


def test_what_waits_too_long_is_worked_off_within_a_minute() -> None:
    # 1000 wait, 200 may: 800 more than that, at ten a second each, in 60 seconds, beside the 4.3 for what comes in
    assert wanted(QUEUE, queue(4, 1000, 43), pulse_of([4.3] * 60)) == 6
    assert wanted(QUEUE, queue(4, 10_000, 43), pulse_of([4.3] * 60)) == 21


def test_as_long_as_no_replica_was_seen_at_work_the_backlog_is_shared() -> None:
    assert wanted(QUEUE, queue(2, 450, 43, speed=None)) == 5
