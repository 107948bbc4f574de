"""A home with some hours behind it: what a daemon would have measured and decided, on a modelled load."""

import asyncio
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from docktor.core.decision import Action, Decision, Limit, Outcome, Phase, RuleResult, Source
from docktor.core.foresight import FORESEEN
from docktor.core.world import ServiceId
from docktor.memory.home import Home
from docktor.memory.series import MetricRow
from docktor.memory.store import Store
from docktor.runtime.clock import Clock

STEP = timedelta(seconds=10)
PERIOD_S = 1800.0
UP, DOWN = 75.0, 25.0
SETTLED = timedelta(seconds=90)
CAPACITY = 100.0
MOST = 8


@dataclass(frozen=True, slots=True)
class Past:
    rows: Sequence[MetricRow]
    decisions: Sequence[Decision]


def fill(
    home: Path,
    services: Sequence[ServiceId],
    hours: float,
    step: timedelta = STEP,
    foreseen: Collection[ServiceId] = (),
) -> None:
    """Blocks until it is on the disk. A thread of its own: a browser may have the loop of this one.

    `foreseen`: those whose load there was a forecast of.
    """
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _fill(home, services, hours, step, foreseen)).result()


async def _fill(
    home: Path, services: Sequence[ServiceId], hours: float, step: timedelta, foreseen: Collection[ServiceId]
) -> None:
    now = Clock().now()
    place = Home(home)
    place.create()
    store = await Store.open(place, now)
    pasts = [lived(service, now - timedelta(hours=hours), now, turn, step) for turn, service in enumerate(services)]
    for past in pasts:
        await store.add_metrics(past.rows)
        await store.add_metrics(bounds(row for row in past.rows if row.service in foreseen))
        await store.flush(now)
    for decision in sorted((one for past in pasts for one in past.decisions), key=lambda one: one.timestamp):
        await store.record(replace(decision, id=store.next_id()))
    await store.close()


def load(at: float, turn: int) -> float:
    """Requests a second: hills of half an hour, each somewhat higher or lower than the one before."""
    hill = math.sin(math.pi * (at / PERIOD_S + turn / 3)) ** 2
    height = 380 + 160 * math.sin(at / 5000 + turn)
    return 30 + height * hill + 8 * math.sin(at / 37) + 5 * math.sin(at / 11)


def lived(service: ServiceId, since: datetime, until: datetime, turn: int, step: timedelta = STEP) -> Past:
    rows: list[MetricRow] = []
    decisions: list[Decision] = []
    replicas, at, settled = 2, since, since
    while at < until:
        cpu = min(100.0, 100 * load((at - since).total_seconds(), turn) / (replicas * CAPACITY))
        wanted = replicas + 2 if cpu > UP else replicas - 1 if cpu < DOWN else replicas
        target = max(1, min(MOST, wanted))
        rows += measured(service, at, cpu, replicas, target)
        if target != replicas and at >= settled:
            decisions.append(decided(service, at, cpu, (replicas, wanted, target)))
            replicas, settled = target, at + SETTLED
        at += step
    return Past(rows, decisions)


def measured(service: ServiceId, at: datetime, cpu: float, replicas: int, desired: int) -> Iterator[MetricRow]:
    values = seen(cpu, replicas) | {"replicas": replicas, "desired": desired}
    return (MetricRow(at, service, metric, value) for metric, value in values.items())


def bounds(rows: Iterable[MetricRow]) -> Iterator[MetricRow]:
    """A fifth more than the replicas there were, and for a while none at all."""
    counts = [row for row in rows if row.metric == "replicas"]
    without = range(len(counts) // 2, len(counts) * 5 // 8)
    for index, row in enumerate(counts):
        if index not in without and row.value is not None:
            yield replace(row, metric=FORESEEN, value=row.value * 1.2)


def seen(cpu: float, replicas: int) -> dict[str, float]:
    return {
        "cpu.avg": cpu,
        "cpu.max": min(100.0, cpu * 1.04),
        "memory.avg": 22 + cpu / 12,
        "network.rx.avg": cpu * 2048,
        "network.tx.avg": cpu * 6144,
        "replicas.ready": replicas,
    }


def decided(service: ServiceId, at: datetime, cpu: float, numbers: tuple[int, int, int]) -> Decision:
    """`numbers`: replicas there were, were wanted, and were had in the end."""
    replicas, wanted, target = numbers
    more = target > replicas
    up = RuleResult(f"cpu.avg > {UP:g}", "cpu.avg", ">", UP, cpu, more, "up")
    down = RuleResult(f"cpu.avg < {DOWN:g}", "cpu.avg", "<", DOWN, cpu, not more, "down")
    limits = () if wanted == target else (Limit("bounds", f"at most {MOST}", wanted, target),)
    return Decision(
        id=1,
        timestamp=at,
        iteration=1,
        project=service.project,
        service=service.name,
        action=Action.SCALE_UP if more else Action.SCALE_DOWN,
        current_replicas=replicas,
        target_replicas=target,
        reason=up.rule.replace("cpu.avg", f"cpu.avg {cpu:.1f}") if more else f"cpu.avg {cpu:.1f} < {DOWN:g}",
        avg_cpu=cpu,
        observations=seen(cpu, replicas),
        rules=(up, down),
        limits=limits,
        source=Source.RULES,
        phase=Phase.DONE,
        took_ms=612.0,
        outcome=Outcome("helped", at + timedelta(minutes=1), {"cpu.avg": cpu * replicas / target}),
    )
