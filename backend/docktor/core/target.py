"""Keeping a metric near its target, with all that is known: level, trend, what is hidden, what is foreseen. Pure.

The number wanted is the largest of these, each in replicas, load in replicas' worth:

level      level / (target · (1 + tolerance))    the fewest replicas that keep the metric within its tolerance
now        load  / (a little above that)         so that a load above its level isn't waited for; if that takes more
                                              replicas, there are to be as many as if it were the level
served     load  / 0.97                          whatever the target is: no replica is to be full
trend      (load + slope · horizon) / the same   while no forecast counts: where it will be when a replica is ready
full       load + jump · (horizon + time full)   the load is at least what is seen: it grew so when it was last seen;
                                              hardly beyond the most there ever was, once it has been watched for long
forecast   the forecast's bound                  while that has proved its worth; it only ever raises

The horizon is the time a replica takes to be ready and one interval. More by less than the tolerance is not worth a
change, unless replicas are nearly full; nor is less by half of it. There are to be fewer only if those keep the metric
at its target itself.
"""

import math
from collections.abc import Iterator
from enum import Enum
from operator import attrgetter
from typing import NamedTuple

from docktor.core.backlog import BUSY, SHORTEST_DRAIN_S, too_much
from docktor.core.decision import Source
from docktor.core.load import flows, full_of, shared
from docktor.core.opinion import Opinion
from docktor.core.policy import Policy, Prefer, Target
from docktor.core.pulse import Load, Pulse, follow
from docktor.core.words import count, number, seconds
from docktor.core.world import Observation, Snapshot

SERVED = 0.97
ABOVE_LEVEL = 1.15
MOST_USED = 0.95
SUDDEN_S = 60.0
"""For how long a load goes on as it jumped; after that, as it grew before."""
GROWTH = 1.15
"""While full, at least so many times more, and twice as many in the time a replica takes."""
MOST_BY_GROWTH, MOST_BY_JUMP = 2.0, 3.0
"""Of the replicas that serve: all that is asked for at most as time goes by; what is added at most after a jump."""
WELL_WATCHED_S = 3 * 3600.0
BEYOND_PEAK, BEYOND_LOAD = 1.1, 1.5
"""So well watched, a jump is taken to end at so many times the most there was, or so many times what is seen."""
MOST_TREND = 0.5
"""Of the level: no more than so much is added for a trend."""
HARDLY_FEWER = 0.5
"""Of the tolerance, as a share of the replicas there are."""
USUAL_ROOM = 0.35
SHORTEST_PATIENCE_S, LONGEST_PATIENCE_S = 30.0, 300.0
_ROUNDING = 1e-9
_HARDLY = 0.9
"""Of the replicas there are: below that, a little more load can wait."""

TIMES_TARGET = {Prefer.CHEAP: 1.15, Prefer.BALANCED: 1.0, Prefer.FAST: 0.85}
"""What is asked for instead of the target."""


class _Why(Enum):
    LEVEL = "level"
    FORECAST = "forecast"
    TREND = "trend"
    HIDDEN = "hidden"
    COMES_IN = "comes in"
    WAITS = "waits"


class _Need(NamedTuple):
    """`load`: what it is for, in replicas' worth."""

    replicas: float
    why: _Why
    load: float = 0.0


class _Case(NamedTuple):
    """`floor`: replicas for each replica's worth of load. `ahead`: seconds until a replica that is asked for serves.

    `flowing`: it is a queue that is judged by what comes in.
    """

    policy: Policy
    target: Target
    found: Observation
    seen: Snapshot
    current: int
    pulse: Pulse
    floor: float
    ahead: float
    flowing: bool

    @property
    def told(self) -> str:
        return f"{self.target.metric} {number(self.found.value)}"


_REPLICAS = attrgetter("replicas")


def floor_of(policy: Policy, target: Target, *, flowing: bool = False) -> float:
    """Replicas for each replica's worth of load that the target asks for, tolerance and preference in it.

    `flowing`: it is what comes into a queue.
    """
    if flowing:
        return 1 / BUSY[policy.prefer]
    return full_of(target) / (aim_of(policy, target) * (1 + target.tolerance))


def aim_of(policy: Policy, target: Target) -> float:
    """The value that is asked for, given what is preferred."""
    return target.value * TIMES_TARGET[policy.prefer]


def longest_patience(policy: Policy) -> float:
    """Seconds that fewer replicas have to be wanted at most, where that is learned: the fuller replicas are to be,
    the less each moment's most is worth being kept for.
    """
    target = policy.target
    room = 1 - min(aim_of(policy, target) / full_of(target), 1.0) if target else USUAL_ROOM
    return max(LONGEST_PATIENCE_S * min(room / USUAL_ROOM, 1.0), SHORTEST_PATIENCE_S)


def by_target(policy: Policy, seen: Snapshot, pulse: Pulse | None) -> Opinion | None:
    """What the target wants; `None` without one, or while its metric is unknown."""
    target = policy.target
    found = seen.observations.get(target.metric) if target else None
    if target is None or found is None:
        return None
    if pulse is None:
        pulse = follow(None, seen.at, Load(shared(target, found.low, seen.current), full=False))
    current, flowing = seen.current, flows(target, seen.observations, seen.speed)
    floor = floor_of(policy, target, flowing=flowing)
    ahead = seen.horizon + policy.check_interval
    case = _Case(policy, target, found, seen, current, pulse, floor, ahead, flowing)
    most = max(policy.max_replicas, current) + 1  # one beyond the limit is enough for the guard to say so
    need = max(_needs(case), key=_REPLICAS)
    wanted = _whole(need.replicas, most)
    if wanted < current:
        wanted = _fewer(case, need, most)
    elif _can_wait(case, wanted):
        wanted = current
    if wanted == current:
        return Opinion(wanted, wanted, Source.TARGET, _stay(case, need))
    source = Source.FORECAST if need.why is _Why.FORECAST else Source.TARGET
    return Opinion(wanted, wanted, source, _reason(case, need, wanted))


def _fewer(case: _Case, need: _Need, most: int) -> int:
    """As few as keep the target itself, if that is worth the change; else as many as there are."""
    current, tolerance = case.current, case.target.tolerance
    wanted = min(_whole(max(need.replicas * (1 + tolerance), _at_worst(case)), most), current)
    return current if current - wanted < current * tolerance * HARDLY_FEWER else wanted


def _at_worst(case: _Case) -> float:
    """The replicas wanted if those that are not known are as busy as they may be. What comes in is known."""
    if case.flowing:
        return 0.0
    return shared(case.target, case.found.high, case.current) * case.floor


def _can_wait(case: _Case, wanted: int) -> bool:
    current = case.current
    busy = case.pulse.load > _HARDLY * current
    return not busy and wanted - current < current * case.target.tolerance


def _needs(case: _Case) -> Iterator[_Need]:
    pulse, floor = case.pulse, case.floor
    if case.flowing:
        yield from _of_queue(case)
        return
    now = min(MOST_USED, ABOVE_LEVEL / floor)
    level = min(pulse.level, pulse.load)  # a load that fell is gone, and patience looks back anyway
    need = max(level * floor, pulse.load / now, pulse.load / SERVED)
    if need > case.current:
        need = max(need, pulse.load * floor)  # once there are to be more: all at once
    yield _Need(need, _Why.LEVEL)
    yield from _foreseen(case, now)
    if pulse.full_since is not None:
        yield _hidden(case)


def _foreseen(case: _Case, used: float) -> Iterator[_Need]:
    """`used`: how full replicas may be by what the trend says."""
    pulse, outlook = case.pulse, case.seen.outlook
    bound = outlook.counts if outlook else None
    if bound is not None:
        yield _Need(bound, _Why.FORECAST, bound)
    elif pulse.slope > 0:
        then = max(pulse.load, pulse.level) + min(pulse.slope * case.ahead, MOST_TREND * pulse.level)
        yield _Need(then / used, _Why.TREND, then)


def _hidden(case: _Case) -> _Need:
    """Replicas that are full tell the least there is: it goes on as it grew when it could be seen last."""
    pulse, span = case.pulse, case.ahead + case.pulse.full_for
    slope, jump = max(pulse.slope, 0.0), max(pulse.jump, 0.0)
    grown = min(slope * span, MOST_TREND * pulse.load)
    jumped = min(jump * min(span, SUDDEN_S) + slope * max(span - SUDDEN_S, 0.0), _most_by_jump(pulse))
    anyway = pulse.load * (GROWTH + (MOST_BY_GROWTH - GROWTH) * min(pulse.full_for / case.ahead, 1.0) - 1)
    return _Need(pulse.load + max(grown, jumped if jump > 0 else 0.0, anyway), _Why.HIDDEN)


def _most_by_jump(pulse: Pulse) -> float:
    most = MOST_BY_JUMP * pulse.load
    if pulse.watched < WELL_WATCHED_S:
        return most
    return min(most, max(BEYOND_PEAK * pulse.peak, BEYOND_LOAD * pulse.load) - pulse.load)


def _of_queue(case: _Case) -> Iterator[_Need]:
    yield _Need(case.pulse.level * case.floor, _Why.COMES_IN)
    too_many = too_much(case.target, case.found.low, case.seen.current)
    if too_many > 0 and case.seen.speed:
        drain = too_many / (case.seen.speed * max(case.ahead, SHORTEST_DRAIN_S))
        yield _Need(case.pulse.level + drain, _Why.WAITS)
    yield from _foreseen(case, 1.0)


def _whole(replicas: float, most: float) -> int:
    return math.ceil(min(max(replicas, 0.0), most) - _ROUNDING)


def _stay(case: _Case, need: _Need) -> str:
    target, found = case.target, case.found
    near = abs(found.value / target.value - 1) <= target.tolerance
    if not near and found.low != found.high:
        span = f"{number(found.low)} to {number(found.high)}"
        return f"{target.metric} may be anywhere from {span} until all replicas are known"
    if near or found.value > target.value:
        return f"{case.told} is near its target {number(target.value)}"
    if need.why is not _Why.LEVEL:
        return _reason(case, need, case.current)
    if case.current == 1:
        return f"{case.told}: one replica is enough"
    return f"{case.told}: with one replica fewer it would be above its target {number(target.value)}"


def _reason(case: _Case, need: _Need, wanted: int) -> str:
    told, goal, ahead = case.told, number(case.target.value), seconds(case.ahead)
    if need.why in (_Why.COMES_IN, _Why.WAITS):
        what = "comes in" if need.why is _Why.COMES_IN else "comes in and waits"
        return f"{told}: {number(need.replicas)} replicas for what {what}, at {number(case.seen.speed)} a second each"
    if wanted < case.current:
        return f"{told} allows for {count(wanted, 'replica')} at its target {goal}"
    if need.why is _Why.FORECAST:
        return f"forecast: work for up to {number(need.load)} replicas within {ahead}"
    if need.why is _Why.TREND:
        return f"{told} and growing: work for {number(need.load)} replicas in {ahead}"
    if need.why is _Why.HIDDEN:
        return f"{told}: the replicas are full, so there is at least this much work"
    return f"{told} is above its target {goal}"
