"""Which numbers of a tick go into the metric history."""

from collections.abc import Iterator

from docktor.core.metrics import READY, REPLICAS
from docktor.memory.series import MetricRow
from docktor.runtime.keeper import Keeper
from docktor.runtime.recorder import plain

ALWAYS = ("cpu.avg", "cpu.max", "memory.avg", "network.rx.avg", "network.tx.avg", READY)


def rows(keeper: Keeper) -> Iterator[MetricRow]:
    """The keeper's latest tick: the usual numbers, its queue's, those its rules speak of, replicas and desired."""
    seen = keeper.seen
    if seen is None:
        return
    at, service = seen.snapshot.at, keeper.service
    values = plain(seen.snapshot)
    queue = (name for name in values if name.startswith("queue."))
    for name in sorted({*ALWAYS, *queue, *keeper.policy.metrics}):
        yield MetricRow(at, service, name, values.get(name))
    yield MetricRow(at, service, REPLICAS, float(seen.snapshot.current))
    yield MetricRow(at, service, "desired", float(seen.desired))
