"""A service's load in replicas' worth, from the metric that its target is about. Pure."""

import math
from collections.abc import Container, Mapping
from types import MappingProxyType

from docktor.core.backlog import is_queue
from docktor.core.metrics import RATE_IN, is_per_replica
from docktor.core.policy import Target
from docktor.core.pulse import Load
from docktor.core.world import Snapshot

PERCENT = 100.0
FULL_FROM = 97.0
"""Percent of CPU from which a replica may as well be asked for more than it can give."""
USABLE = 1.4
"""Where a metric is no percentage, a replica is taken to be full at so many times the target."""
_HUNDREDS: Mapping[str, float] = MappingProxyType({"cpu": PERCENT, "memory": PERCENT})


def load_of(target: Target, seen: Snapshot, speed: float | None) -> Load | None:
    """The load that the target's metric tells of, at the least; `None` while it is unknown.

    `speed`: messages a second that one busy replica of a queue works off, as far as that is known.
    """
    known, metric = seen.observations, target.metric
    found = known.get(metric)
    if found is None or not math.isfinite(found.low):
        return None
    full = found.value >= FULL_FROM and metric.startswith("cpu.")
    if speed is not None and flows(target, known, speed):
        return Load(known[RATE_IN].low / speed, full)
    return Load(shared(target, found.low, seen.current), full)


def flows(target: Target, known: Container[str], speed: float | None) -> bool:
    """Whether it is a queue of which is known what comes in, and how much a replica works off."""
    return speed is not None and is_queue(target) and RATE_IN in known


def worth_of(target: Target, values: Mapping[str, float], replicas: float, speed: float | None) -> float:
    """A moment's values as load in replicas' worth, shared by that many replicas; the target's metric is among them.

    Of a queue it is what comes in, where it is known how much a replica works off.
    """
    if speed is not None and flows(target, values, speed):
        return values[RATE_IN] / speed
    return shared(target, values[target.metric], replicas)


def shared(target: Target, value: float, replicas: float) -> float:
    """What the target's metric alone tells of the load."""
    return value * (replicas if is_per_replica(target.metric) else 1) / full_of(target)


def full_of(target: Target) -> float:
    """The metric of a replica that can take no more."""
    return _HUNDREDS.get(target.metric.partition(".")[0], USABLE * target.value)
