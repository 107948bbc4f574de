"""A service's load in replicas' worth, from the metric that its target is about. Pure."""

import math
from collections.abc import Mapping
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


def load_of(target: Target, seen: Snapshot) -> Load | None:
    """The load that the target's metric tells of, at the least; `None` while it is unknown."""
    found = seen.observations.get(target.metric)
    if found is None or not math.isfinite(found.low):
        return None
    values = {name: seen.observations[name].low for name in (target.metric, RATE_IN) if name in seen.observations}
    full = target.metric.startswith("cpu.") and found.value >= FULL_FROM
    return Load(worth_of(target, values, seen.current, seen.speed), full)


def worth_of(target: Target, values: Mapping[str, float], replicas: float, speed: float | None = None) -> float:
    """A moment's values as load in replicas' worth, shared by that many replicas; the target's metric is among them.

    Of a queue it is what comes in, where it is known how much a replica works off.
    """
    if is_queue(target) and speed is not None and RATE_IN in values:
        return values[RATE_IN] / speed
    return values[target.metric] * (replicas if is_per_replica(target.metric) else 1) / full_of(target)


def full_of(target: Target) -> float:
    """The metric of a replica that can take no more."""
    return _HUNDREDS.get(target.metric.partition(".")[0], USABLE * target.value)
