"""One case: a trace, how many replicas its peak takes, how long one takes to start; and all that is run on it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.quality.noise import MeanKnown

from docktor.core.baselines.bounds import Bounds
from docktor.core.baselines.hpa import Hpa
from docktor.core.baselines.keda import Keda
from docktor.core.baselines.optimum import Optimum
from docktor.core.baselines.plain import Ancestor, Static, at_peak
from docktor.core.loadmodel import ServiceModel
from docktor.core.modelled import Scaler, run
from docktor.core.policy import Policy, Prefer, Target
from docktor.core.score import Threshold, score
from docktor.core.simulate import Keeper, first_replicas
from docktor.core.trace import Trace, read_trace
from docktor.core.world import ServiceId

EVERY_S = 15.0
"""Everybody checks as often as HPA does, so that all are judged at the same moments."""
ROOM = 4
"""At most so many times the replicas that the peak takes."""
TARGETS = (50.0, 60.0, 65.0, 70.0, 80.0, 90.0, 95.0)
USUAL = 65.0
HPA_TARGET = 70.0
QUEUE_S = 10.0
"""A queue's target: so many seconds of a replica's work, for each."""
PLAIN = Policy(ServiceId("quality", "web"), min_replicas=1, check_interval=EVERY_S, learns_patience=True)
"""What Docktor goes by where a person says nothing but the target."""
BISECTIONS = 12
HARDLY_LOST = 0.1
"""Percent of the load."""
WIDEST_MARGIN = 20.0


@dataclass(frozen=True, slots=True, order=True)
class Case:
    """`peak`: replicas that the largest load takes; `startup`: seconds; `days`: how much of the trace, `None`: all."""

    trace: str
    peak: int
    startup: float
    queue: bool = False
    days: float | None = None

    def __str__(self) -> str:
        return f"{self.trace}, {self.peak} replicas, {self.startup:g} s{', queue' if self.queue else ''}"


@dataclass(frozen=True, slots=True)
class Found:
    """`lost`, `overloaded`, `late`: percent of load, time, time; `late`: with the backlog over its threshold."""

    lost: float
    overloaded: float
    replica_hours: float
    changes_per_day: float
    late: float | None


class Field:
    """Where the policies of one case run."""

    def __init__(self, case: Case, folder: Path) -> None:
        trace = _begin(_read(folder / f"{case.trace}.csv"), case.days)
        self.trace = trace
        self.model = ServiceModel(max(trace.loads) / case.peak, case.startup, case.queue)
        self.threshold = Threshold(QUEUE_S * self.model.capacity, per_replica=True)
        self.policy = replace(PLAIN, max_replicas=case.peak * ROOM)
        self.bounds = Bounds.of(self.policy)
        self.first = first_replicas(self.policy, trace, self.model)

    def found(self, scaler: Scaler, first: int | None = None) -> Found:
        rows = list(run(scaler, self.trace, self.model, self.first if first is None else first))
        one = score(rows, self.model.capacity, scaler.every, queue=self.model.queue, threshold=self.threshold)
        late = one.waiting.over if one.waiting else None
        return Found(one.lost, one.overloaded, one.replica_hours, one.changes_per_day, late)

    def docktor(self, target: Target, prefer: Prefer = Prefer.BALANCED) -> Found:
        return self.found(Keeper(replace(self.policy, target=target, prefer=prefer), self.model))

    def mean_known(self, margin: float) -> Found:
        scaler = MeanKnown(self.trace, self.model, EVERY_S, self.bounds, margin)
        return self.found(scaler, scaler.first)


def run_case(case: Case, folder: Path) -> dict[str, Found]:
    """By policy."""
    field = Field(case, folder)
    found = dict(_of_queue(field) if case.queue else _of_cpu(field))
    peak = at_peak(field.trace, field.model, field.bounds)
    optimum = Optimum(field.trace, field.model, EVERY_S, field.bounds)
    found["ancestor"] = field.found(Ancestor(EVERY_S, field.bounds))
    found["static"] = field.found(Static(peak, EVERY_S), peak)
    found["optimum"] = field.found(optimum, optimum.first)
    return found


def _of_cpu(field: Field) -> Iterator[tuple[str, Found]]:
    for target in TARGETS:
        found = field.docktor(Target("cpu.avg", target))
        yield f"Docktor {target:g}", found
        hpa = field.found(Hpa(target, field.bounds))
        yield f"HPA {target:g}", hpa
        if target == HPA_TARGET:
            theirs = hpa.lost
        if target == USUAL:
            cost = found.replica_hours
    for prefer in (Prefer.CHEAP, Prefer.FAST):
        yield f"Docktor {prefer}", field.docktor(Target("cpu.avg", USUAL), prefer)
    yield "HPA matched", matched(lambda target: field.found(Hpa(target, field.bounds)), cost, 5.0, 100.0)
    yield "mean known", losing(field.mean_known, HARDLY_LOST)
    yield "mean known, HPA's loss", losing(field.mean_known, theirs)


def _of_queue(field: Field) -> Iterator[tuple[str, Found]]:
    value = field.threshold.value
    found = field.docktor(Target("queue.backlog", value))
    yield "Docktor", found
    yield "KEDA", field.found(Keda(value, field.bounds))
    least, most = value / 1000, value * 10
    yield "KEDA matched", matched(lambda lag: field.found(Keda(lag, field.bounds)), found.replica_hours, least, most)


def matched(try_one: Callable[[float], Found], cost: float, low: float, high: float) -> Found:
    """The setting between `low` (dear) and `high` (cheap) that costs the least of those that cost no less than `cost`.

    No less, so that the one who is matched is not the poorer. By bisection of the setting's logarithm; where even
    `low` costs less, that.
    """
    best = try_one(low)
    if best.replica_hours < cost:
        return best
    for _ in range(BISECTIONS):
        middle = (low * high) ** 0.5
        found = try_one(middle)
        if found.replica_hours >= cost:
            low = middle
            if found.replica_hours <= best.replica_hours:
                best = found
        else:
            high = middle
    return best


def losing(try_one: Callable[[float], Found], lost: float) -> Found:
    """The cheapest that loses no more than that, by bisection of a margin; the widest margin's where none does."""
    low, high = 0.0, WIDEST_MARGIN
    best = try_one(high)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        found = try_one(middle)
        if found.lost <= lost:
            best, high = found, middle
        else:
            low = middle
    return best


def _read(path: Path) -> Trace:
    with path.open(encoding="utf-8") as file:
        return read_trace(file, str(path))


def _begin(trace: Trace, days: float | None) -> Trace:
    if days is None:
        return trace
    count = sum(time < trace.begin + days * 86400 for time in trace.times)
    return Trace(trace.times[:count], trace.loads[:count])
