"""An index in a file of its own, and what goes into it."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

from docktor.core.decision import Decision
from docktor.core.world import ServiceId
from docktor.memory.index import Index
from docktor.memory.lines import Entry, encode
from docktor.memory.series import MetricRow
from tests.unit.memory.making import NOON

WEB = ServiceId("shop", "web")


def entries(*decisions: Decision) -> Callable[[], Iterable[Entry]]:
    return lambda: iter([Entry(decision.id, encode(decision)) for decision in decisions])


async def ids(index: Index) -> list[int]:
    found = await index.decisions(limit=5000)
    assert found is not None, index.trouble
    return [decision.id for decision in found]


def second(number: float) -> timedelta:
    return timedelta(seconds=number)


async def made(path: Path, *decisions: Decision, metrics: int = 0) -> None:
    """A good file with these in it, closed."""
    index = await Index.open(path, entries(*decisions), NOON)
    await index.add_metrics(MetricRow(NOON + second(i), WEB, "cpu.avg", i) for i in range(metrics))
    await index.close()
    assert index.trouble is None
