"""How many replicas a service's load was worth, minute by minute of its record. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from docktor.core.cost import HELD_S
from docktor.core.figures import Yardstick, yardstick
from docktor.core.history import by_time
from docktor.core.metrics import READY, REPLICAS, is_per_replica
from docktor.core.policy import Op, Policy
from docktor.core.situation import Points

_MINUTE = timedelta(minutes=1)
_LONGEST = int(HELD_S / 60)
SHARED = ("cpu.", "network.")
"""Of these, what one replica has less of another one has more."""


@dataclass(frozen=True, slots=True)
class Minute:
    """A minute of which the replicas are known. `values`: the highest of each metric in it, as far as it was there."""

    at: datetime
    replicas: int
    ready: int
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Needed:
    """A minute, and so many replicas its load was worth: each as busy as it is to be. `over`: they were too few."""

    minute: Minute
    worth: float
    over: bool


def minutes_of(series: Mapping[str, Points]) -> tuple[Minute, ...]:
    """From each metric's highest value of each minute, all at the same moments. What is seen less often than every
    minute lasts until it is seen again, but for five minutes at the most.
    """
    seen = [
        Minute(at, round(values[REPLICAS]), round(values.get(READY, values[REPLICAS])), values)
        for at, values in by_time(series).items()
        if REPLICAS in values
    ]
    return tuple(held for place, one in enumerate(seen) for held in _held(one, seen[place + 1 : place + 2]))


def _held(one: Minute, after: Sequence[Minute]) -> Iterator[Minute]:
    """As it goes on until the one after it, if there is one; else for itself alone."""
    gap = (after[0].at - one.at) // _MINUTE if after else 1
    for at in range(min(gap, _LONGEST)):
        yield replace(one, at=one.at + at * _MINUTE)


def needed(policy: Policy, minutes: Sequence[Minute]) -> tuple[Needed, ...]:
    """What can be told of it; nothing where the rules don't say how much one replica takes."""
    by = yardstick(policy)
    most = _each_takes(policy, by)
    if by is None or most is None:
        return ()
    return tuple(_needed(minutes, by, most))


def _needed(minutes: Sequence[Minute], by: Yardstick, most: float) -> Iterator[Needed]:
    metric = by.over.metric
    for one in minutes:
        value = one.values.get(metric)
        if value is not None:
            load = value * one.ready if is_per_replica(metric) else value
            yield Needed(one, max(load, 0.0) / most, by.passed(value, one.ready))


def _each_takes(policy: Policy, by: Yardstick | None) -> float | None:
    """How much of the load a replica is to take: the target, else where the first rule that grows begins."""
    if by is None or by.over.op not in (Op.GT, Op.GE) or by.over.value <= 0:
        return None
    if not by.each and not by.over.metric.startswith(SHARED):
        return None
    return policy.target.value if policy.target is not None and not policy.up_when else by.over.value


def spells(found: Sequence[Needed]) -> tuple[tuple[Needed, ...], ...]:
    """Those in a row without a gap between them."""
    rows: list[list[Needed]] = []
    for one in found:
        if rows and one.minute.at - rows[-1][-1].minute.at <= _MINUTE:
            rows[-1].append(one)
        else:
            rows.append([one])
    return tuple(map(tuple, rows))
