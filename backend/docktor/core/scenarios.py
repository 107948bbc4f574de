"""Situations that everybody who runs services has seen, to try models on. Pure: the same ones every time."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from docktor.core.policy import Condition, Op, Pair, Policy
from docktor.core.situation import AFTER_S, FROM_S, Situation, needed_for, replicas_of, situation
from docktor.core.trend import STEP, Glance, remember, worth_telling
from docktor.core.world import Observation, ServiceId, ServiceState, Snapshot

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
_BEFORE_S = 600
_STEP_S = int(STEP.total_seconds())
_LONG_AGO = NOW - timedelta(days=7)
_LIMIT, _LOW, _FULL = 75.0, 20.0, 100.0

Load = Callable[[float], float]
"""Load by seconds from now, in percent of one replica."""

POLICY = Policy(
    service=ServiceId("scenarios", "web"),
    min_replicas=1,
    max_replicas=12,
    cooldown=Pair(0, 0),
    stabilization=Pair(0, 0),
    up_when=(Condition("cpu.avg", Op.GT, _LIMIT),),
    down_when=(Condition("cpu.avg", Op.LT, _LOW),),
)


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    replicas: int
    load: Load


def _line(now: float, per_minute: float, *, least: float = 5.0, most: float = math.inf) -> Load:
    return lambda t: min(max(now + per_minute * t / 60, least), most)


def _bump(base: float, height: float, centre_s: float, width_s: float) -> Load:
    return lambda t: base + height * math.exp(-(((t - centre_s) / width_s) ** 2))


def _step(before: float, after: float, at_s: float) -> Load:
    return lambda t: after if t >= at_s else before


def _wave(middle: float, swing: float, period_s: float, shift_s: float = 0.0) -> Load:
    return lambda t: middle + swing * math.sin(2 * math.pi * (t + shift_s) / period_s)


def _ripple(load: Load, swing: float) -> Load:
    """The same with a jitter that looks like noise and is always the same."""
    return lambda t: max(load(t) + swing * math.sin(t * 1.7) * math.cos(t * 0.61), 1.0)


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("a steady rise", 2, _line(165, 20, most=400)),
    Scenario("a steep rise", 3, _line(240, 60, most=900)),
    Scenario("a slow rise", 4, _line(310, 5)),
    Scenario("a rise that has just ended", 3, lambda t: 240 + min(t, 0) * 0.3),
    Scenario("a spike that is nearly over", 2, _bump(70, 110, -45, 60)),
    Scenario("a spike that is not over", 2, _bump(70, 260, 150, 150)),
    Scenario("a spike of seconds", 3, _bump(90, 200, -8, 15)),
    Scenario("a step up that stays", 2, _step(60, 180, -60)),
    Scenario("a step up far beyond", 2, _step(90, 600, -20)),
    Scenario("a step up and down again", 2, lambda t: 170 if -60 <= t < 30 else 60),  # noqa: PLR2004 - seconds
    Scenario("noise at the limit", 4, _ripple(lambda _: 300, 18)),
    Scenario("noise below a rise", 3, _ripple(_line(232, 15, most=420), 20)),
    Scenario("a quiet night", 4, _line(30, 0)),
    Scenario("an evening that goes quiet", 6, _line(105, -12)),
    Scenario("a lull between two waves", 5, _wave(240, 170, 900, -225)),
    Scenario("a short dip", 4, _bump(250, -190, -5, 40)),
    Scenario("a dip that lasts", 4, _step(220, 60, -300)),
    Scenario("just gone low", 5, _step(300, 80, -30)),
    Scenario("low for a long time", 3, lambda t: 40 if t < AFTER_S / 2 else 45),
    Scenario("low before a rise", 4, _line(70, 25, least=40)),
    Scenario("noise at the lower limit", 3, _ripple(lambda _: 55, 9)),
    Scenario("a fall that goes on", 8, _line(150, -25)),
    Scenario("one replica, busy", 1, _line(88, 3)),
    Scenario("nearly at the most", 11, _line(860, 15, most=1100)),
)


USUAL = "a steep rise"
"""Its right answer nobody doubts, so it shows whether a model can answer at all."""


def usual() -> Situation:
    """The one that a model is tried on when only one is wanted."""
    return next(one for one in built_in() if one.name == USUAL)


def built_in() -> Iterator[Situation]:
    """Every scenario in which there is something to choose."""
    for one in SCENARIOS:
        if (found := _situation(one)) is not None:
            yield found


def _situation(one: Scenario) -> Situation | None:
    trail: tuple[Glance, ...] = ()
    metrics = worth_telling(POLICY)
    for t in range(-_BEFORE_S, 1, _STEP_S):
        trail = remember(trail, _seen(one, t), metrics)
    after = [(one.load(t), 1.0) for t in range(int(FROM_S), int(AFTER_S) + 1, _STEP_S)]
    return situation(one.name, POLICY, _seen(one, 0), trail, needed_for(after, _LIMIT))


def _seen(one: Scenario, t: float) -> Snapshot:
    cpu = min(one.load(t) / one.replicas, _FULL)
    found = {
        "cpu.avg": Observation.exact(cpu),
        "memory.avg": Observation.exact(30.0),
        "replicas.ready": Observation.exact(float(one.replicas)),
    }
    state = ServiceState(POLICY.service, replicas_of(one.replicas, _LONG_AGO))
    return Snapshot(state, NOW + timedelta(seconds=t), found, {})
