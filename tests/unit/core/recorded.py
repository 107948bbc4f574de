"""Histories made by hand: one number a moment, every ten seconds."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from docktor.core.history import History, history_of
from tests.unit.core.build import at

Series = dict[str, list[tuple[datetime, float | None]]]
STEP = 10


def series(
    count: int | Sequence[int],
    values: Mapping[str, Sequence[float | None]],
    ready: Sequence[int] | None = None,
    left_out: Sequence[int] = (),
) -> Series:
    """`count`: replicas, of which `ready` (all) share the load. `left_out`: moments of which nothing is recorded."""
    long = len(next(iter(values.values())))
    counts = [count] * long if isinstance(count, int) else list(count)
    columns: dict[str, Sequence[float | None]] = {"replicas": counts, "replicas.ready": ready or counts, **values}
    return {
        name: [(at(STEP * index), value) for index, value in enumerate(column) if index not in left_out]
        for name, column in columns.items()
    }


def cpu(count: int | Sequence[int], values: Sequence[float | None], **more: Sequence[int]) -> History:
    return history_of(series(count, {"cpu.avg": values}, **more))
