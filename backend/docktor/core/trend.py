"""How the numbers moved over the last minutes, as a model is told. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from docktor.core.policy import Policy
from docktor.core.world import Snapshot

STEP = timedelta(seconds=10)
MOST_METRICS = 8
_BESIDES = ("cpu.avg", "memory.avg", "queue.backlog", "queue.lag", "queue.rate_in", "queue.rate_out")
AGO = (60, 300, 600)
_KEEP = timedelta(seconds=AGO[-1]) + 2 * STEP
_AS_OLD = 1.5
"""A value counts as that of a minute ago up to 90 seconds."""


@dataclass(frozen=True, slots=True)
class Glance:
    """The values of one moment, absent ones left out."""

    at: datetime
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Trend:
    """`ago`: the value so many seconds ago, for each of `AGO` that is known."""

    metric: str
    now: float
    ago: tuple[tuple[int, float], ...]


def worth_telling(policy: Policy) -> list[str]:
    """The metrics that the rules speak of, then the usual ones."""
    spoken = sorted(policy.metrics)
    return [*spoken, *(name for name in _BESIDES if name not in spoken)][:MOST_METRICS]


def remember(trail: tuple[Glance, ...], seen: Snapshot, metrics: Iterable[str]) -> tuple[Glance, ...]:
    """The trail, oldest first, with this moment: at most one every ten seconds, over ten minutes.

    A clock that was set back begins a new trail.
    """
    if trail and seen.at < trail[-1].at:
        trail = ()
    if trail and seen.at - trail[-1].at < STEP:
        return trail
    found = {name: seen.observations[name].value for name in metrics if name in seen.observations}
    kept = tuple(one for one in trail if seen.at - one.at <= _KEEP)
    return (*kept, Glance(seen.at, MappingProxyType(found)))


def trends(trail: tuple[Glance, ...], seen: Snapshot, metrics: Iterable[str]) -> tuple[Trend, ...]:
    """One for each metric that is known now."""
    return tuple(
        Trend(name, seen.observations[name].value, tuple(_before(trail, seen.at, name)))
        for name in metrics
        if name in seen.observations
    )


def _before(trail: tuple[Glance, ...], now: datetime, metric: str) -> Iterable[tuple[int, float]]:
    for seconds in AGO:
        old = [one for one in trail if seconds <= (now - one.at).total_seconds() <= seconds * _AS_OLD]
        if old and metric in old[-1].values:
            yield seconds, old[-1].values[metric]
