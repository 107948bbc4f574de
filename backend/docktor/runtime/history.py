"""Which numbers of a tick go into the metric history."""

from collections.abc import Iterator

from docktor.core.foresight import FORESEEN
from docktor.core.metrics import DESIRED, READY, REPLICAS
from docktor.memory.series import MetricRow
from docktor.runtime.keeper import Keeper
from docktor.runtime.recorder import plain

ALWAYS = ("cpu.avg", "cpu.max", "memory.avg", "network.rx.avg", "network.tx.avg", READY)


def rows(keeper: Keeper) -> Iterator[MetricRow]:
    """The keeper's latest tick: the usual numbers, its queue's, those its rules speak of, replicas and desired.

    And the forecast's bound, where there is one.
    """
    seen = keeper.seen
    if seen is None:
        return
    at, service = seen.snapshot.at, keeper.service
    values = plain(seen.snapshot)
    found = (name for name in values if name.startswith("queue.") or name == FORESEEN)
    for name in sorted({*ALWAYS, *found, *keeper.policy.metrics}):
        yield MetricRow(at, service, name, values.get(name))
    yield MetricRow(at, service, REPLICAS, float(seen.snapshot.current))
    yield MetricRow(at, service, DESIRED, float(seen.desired))
