"""What would suit a service better, from its recorded week: larger or smaller replicas, more or fewer. Pure.

Nothing is advised without numbers that speak for it; where the numbers don't say, nothing is said.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from docktor.core.demand import Minute, Needed, needed, spells
from docktor.core.metrics import READY, REPLICAS
from docktor.core.policy import Policy
from docktor.core.tips import Figure, Tip
from docktor.core.words import count, number, seconds

LEAST_HOURS = 24.0
IDLE_BELOW = 30.0
"""Percent of a limit; a limit of which less is used is far above use."""
CPU_SHARE, CPU_MARGIN, CPU_STEP = 0.99, 1.5, 0.05
MEMORY_SHARE, MEMORY_MARGIN, MIB = 0.999, 1.3, 1024 * 1024
MEMORY_STEP = 16 * MIB
AT_MAX_SHARE = 0.01
LONG_START_S = 60.0
LEAST_RISES, RISES_COVERED = 3, 0.9
HALF, SMALL_MIN = 0.5, 2
PERCENT, HOUR = 100.0, 60
CPU, MEMORY = "cpu.max", "memory.avg"


@dataclass(frozen=True, slots=True)
class Size:
    """One replica as it is now: cores and bytes it may use (`None`: no limit, or not known), seconds to get ready."""

    cpu_limit: float | None
    memory_limit: float | None
    start_up_s: float


def recorded_names(policy: Policy) -> tuple[str, ...]:
    """The metrics that `advise` looks at."""
    return tuple(sorted({REPLICAS, READY, CPU, MEMORY, *policy.metrics}))


def advise(policy: Policy, size: Size, minutes: Sequence[Minute]) -> tuple[Tip, ...]:
    """At least one: that it is too early, or that nothing is to be advised, if it is so."""
    hours = len(minutes) / HOUR
    if hours < LEAST_HOURS:
        return (_too_early(hours),)
    load = needed(policy, minutes)
    limits = [*_cpu_limit(size, minutes), *_memory_limit(size, minutes)]
    found = [*limits, *_min_too_high(policy, load), *_max_reached(policy, load), *_rises(policy, size, load)]
    if not any(tip.code == "cpu-limit-high" for tip in limits):
        found += _mostly_idle(policy, load)
    return tuple(found) or (_fits(hours, load),)


def _tip(code: str, text: str, **evidence: tuple[float, str]) -> Tip:
    figures = {name: Figure(round(value, 4), unit) for name, (value, unit) in evidence.items()}
    return Tip(code, text, MappingProxyType(figures))


def _too_early(hours: float) -> Tip:
    left = LEAST_HOURS - hours
    text = f"too early: {number(hours)} h are recorded, a day is the least; ask again in {number(left)} h"
    return _tip("too-early", text, recorded=(hours, "h"), ask_again_in=(left, "h"))


def _fits(hours: float, load: Sequence[Needed]) -> Tip:
    judged = "limits, min_replicas and max_replicas fit" if load else "the limits fit"
    more = "" if load else "; how much one replica is to take the rules don't say, so min and max are not judged"
    return _tip("fits", f"nothing to advise: {judged} what was seen in {number(hours)} h{more}", recorded=(hours, "h"))


def _cpu_limit(size: Size, minutes: Sequence[Minute]) -> Iterator[Tip]:
    """By the busiest replica of each minute."""
    used = sorted(one.values[CPU] for one in minutes if CPU in one.values)
    if size.cpu_limit is None or len(used) < LEAST_HOURS * HOUR:
        return
    high = percentile(used, CPU_SHARE)
    enough = _round_up(size.cpu_limit * high / PERCENT * CPU_MARGIN, CPU_STEP)
    if high < IDLE_BELOW and enough < size.cpu_limit:
        yield _tip(
            "cpu-limit-high",
            f"the CPU limit is far above use: in 99 of 100 minutes no replica used more than {number(high)} % of its"
            f" {size.cpu_limit:g} cores; {enough:g} would do, with half as much again to spare."
            " CPU in percent is then that of the smaller limit: look at the rules that speak of it",
            used_p99=(high, "%"),
            limit=(size.cpu_limit, "cores"),
            enough=(enough, "cores"),
            recorded=(len(used) / HOUR, "h"),
        )


def _memory_limit(size: Size, minutes: Sequence[Minute]) -> Iterator[Tip]:
    """By the mean of the replicas: only that is always recorded."""
    used = sorted(one.values[MEMORY] for one in minutes if MEMORY in one.values)
    if size.memory_limit is None or len(used) < LEAST_HOURS * HOUR:
        return
    high = percentile(used, MEMORY_SHARE)
    enough = _round_up(size.memory_limit * high / PERCENT * MEMORY_MARGIN, MEMORY_STEP)
    if high < IDLE_BELOW and enough < size.memory_limit:
        yield _tip(
            "memory-limit-high",
            f"the memory limit is far above use: in 999 of 1000 minutes the replicas used no more than {number(high)} %"
            f" of their {size.memory_limit / MIB:.0f} MiB on average; {enough / MIB:.0f} MiB would do, with a third as"
            " much again to spare",
            used_p999=(high, "%"),
            limit=(size.memory_limit / MIB, "MiB"),
            enough=(enough / MIB, "MiB"),
            recorded=(len(used) / HOUR, "h"),
        )


def _min_too_high(policy: Policy, load: Sequence[Needed]) -> Iterator[Tip]:
    if not _a_day(load):
        return
    peak = max(one.worth for one in load)
    enough = max(math.ceil(peak), 1)
    saved = sum(max(one.minute.replicas - enough, 0) for one in load) / HOUR
    if enough < policy.min_replicas and saved > 0:
        yield _tip(
            "min-never-needed",
            f"min_replicas {policy.min_replicas} never mattered: the load of {number(len(load) / HOUR)} h would have"
            f" fit into {count(enough, 'replica')} throughout, with {number(saved)} replica-hours less;"
            " what is left out of this is that another one stands in when one fails",
            peak=(peak, "replicas"),
            min=(policy.min_replicas, "replicas"),
            enough=(enough, "replicas"),
            saved=(saved, "replica-hours"),
            recorded=(len(load) / HOUR, "h"),
        )


def _max_reached(policy: Policy, load: Sequence[Needed]) -> Iterator[Tip]:
    at_max = [one for one in load if one.minute.replicas >= policy.max_replicas]
    above = [one for one in at_max if one.over]
    if not _a_day(load) or len(at_max) <= AT_MAX_SHARE * len(load) or not above:
        return
    share = PERCENT * len(at_max) / len(load)
    yield _tip(
        "max-reached",
        f"max_replicas {policy.max_replicas} was reached in {number(share)} % of the time, and for"
        f" {count(len(above), 'minute')} of that the service was above its threshold: allow more, or larger replicas",
        at_max=(share, "%"),
        above=(len(above), "min"),
        max=(policy.max_replicas, "replicas"),
        recorded=(len(load) / HOUR, "h"),
    )


def _rises(policy: Policy, size: Size, load: Sequence[Needed]) -> Iterator[Tip]:
    """The load outran what was ready, while there might have been more replicas."""
    short = [one for one in load if one.over and one.minute.replicas < policy.max_replicas]
    rises = spells(short)
    if not _a_day(load) or size.start_up_s < LONG_START_S or len(rises) < LEAST_RISES:
        return
    worth = sorted(max(one.worth for one in rise) for rise in rises)
    enough = min(math.ceil(percentile(worth, RISES_COVERED)), policy.max_replicas)
    more = sum(max(enough - one.minute.replicas, 0) for one in load) / HOUR
    if enough > policy.min_replicas:
        yield _tip(
            "rises-outrun-starts",
            f"the load rose faster than replicas start: they take {seconds(size.start_up_s)} to be ready, and"
            f" {len(rises)} times it was above its threshold before there were enough, {count(len(short), 'minute')} in"
            f" all; min_replicas {enough} would have held nine of ten such rises, for {number(more)} replica-hours"
            " more. Fewer, larger replicas need fewer starts for the same rise",
            start_up=(size.start_up_s, "s"),
            rises=(len(rises), "times"),
            above=(len(short), "min"),
            enough=(enough, "replicas"),
            more=(more, "replica-hours"),
            recorded=(len(load) / HOUR, "h"),
        )


def _mostly_idle(policy: Policy, load: Sequence[Needed]) -> Iterator[Tip]:
    if not _a_day(load) or not 1 <= policy.min_replicas <= SMALL_MIN:
        return
    mean = sum(one.worth for one in load) / len(load)
    there = sum(one.minute.replicas for one in load) / len(load)
    if mean < HALF:
        yield _tip(
            "replicas-too-large",
            f"one replica is mostly idle: on average the load was worth {number(mean)} of one, and {number(there)} were"
            " there; smaller replicas, and the more of them when it rises, fit it closer",
            needed=(mean, "replicas"),
            there=(there, "replicas"),
            recorded=(len(load) / HOUR, "h"),
        )


def _a_day(load: Sequence[Needed]) -> bool:
    return len(load) >= LEAST_HOURS * HOUR


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest of them that at least this share doesn't exceed."""
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def _round_up(value: float, step: float) -> float:
    return max(math.ceil(round(value / step, 6)), 1) * step
