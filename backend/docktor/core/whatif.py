"""What a metric would have been with another number of replicas: the one place that says what replay assumes. Pure.

shared   cpu.*, network.*   value · served then / served now: the load was what it was, and is shared evenly.
                            CPU ends at 100 %, or at the highest that was recorded where no limit keeps it below.
each     memory.*           per replica as recorded; memory.bytes is that of one, times the ready ones.
queue    backlog, lag       arrivals = Δrecorded + rate_out · Δt; worked off = min(all there is, speed · ready · Δt).
                            speed is rate_out / served while more waits than a step's work, else the median of those.
recorded everything else    whatever the number of replicas.

Unknown stays unknown.
"""

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from docktor.core.backlog import busy_speed
from docktor.core.history import History, Moment
from docktor.core.metrics import QUEUES, RATE_OUT, READY
from docktor.core.observe import PERCENT, alike
from docktor.core.words import number, seconds
from docktor.core.world import USUAL_START_UP_S, Observation

SHARED = tuple(f"{name}.{stat}" for name in ("cpu", "network.rx", "network.tx") for stat in ("avg", "min", "max"))
EACH = ("memory.avg", "memory.min", "memory.max", "cpu.throttled")
MEMORY_BYTES = "memory.bytes"
PER_REPLICA = frozenset({*SHARED, *EACH, MEMORY_BYTES})
_SATURATED = 0.98


@dataclass(frozen=True, slots=True)
class LoadModel:
    """What the record says about the load. `ceilings`: the highest a CPU figure goes, in percent.

    `speeds`: messages a second that one busy replica works off, by queue metric; not there if that was never seen.
    """

    ceilings: Mapping[str, float]
    speeds: Mapping[str, float]
    start_up: float


def learn(history: History) -> LoadModel:
    ceilings = {name: PERCENT for name in SHARED if name.startswith("cpu.")}
    for moment in history.moments:
        ceilings = {name: max(ceiling, moment.values.get(name, 0.0)) for name, ceiling in ceilings.items()}
    speeds = {name: list(_speeds(history, name)) for name in QUEUES}
    return LoadModel(
        ceilings,
        {name: statistics.median(found) for name, found in speeds.items() if found},
        USUAL_START_UP_S if history.start_up is None else history.start_up,
    )


def _speeds(history: History, metric: str) -> Iterator[float]:
    for before, moment in pairwise(history.moments):
        if not moment.fresh and (speed := _busy_speed(moment, metric, before.lasts)) is not None:
            yield speed


def _busy_speed(moment: Moment, metric: str, elapsed: float) -> float | None:
    rate, waiting = moment.values.get(RATE_OUT), moment.values.get(metric)
    if rate is None or waiting is None:
        return None
    return busy_speed(rate, waiting, moment.served, elapsed)


@dataclass(slots=True)
class _Queue:
    """`length`: messages there would be. `known`: the last moment at which the recorded length was known."""

    length: float | None = None
    known: Moment | None = None


@dataclass(slots=True)
class Load:
    """Follows a history from moment to moment, with the replayed replicas."""

    model: LoadModel
    names: tuple[str, ...]
    _queues: dict[str, _Queue] = field(default_factory=dict)

    def at(self, moment: Moment, ready: int, pending: int, served: int) -> dict[str, Observation]:
        """What would have been observed of each of `names`; what isn't known is not in it. `served`: as a moment's."""
        found: dict[str, Observation] = {}
        for name in self.names:
            if name == READY:
                value: float | None = ready
            elif name in self.model.speeds:
                value = self._queue(moment, name, served)
            elif name in PER_REPLICA and not ready:
                value = None
            else:
                value = self._value(moment, name, served)
            if value is not None:
                found[name] = alike(name, value, ready, pending)
        return found

    def _value(self, moment: Moment, name: str, served: int) -> float | None:
        value, then = moment.values.get(name), moment.served
        if value is None or then == served:
            return value
        if name in SHARED:
            return min(value * then / served, self.model.ceilings.get(name, math.inf)) if then else None
        if name == MEMORY_BYTES:
            return value / then * served if then else None
        return value

    def _queue(self, moment: Moment, name: str, served: int) -> float | None:
        queue = self._queues.setdefault(name, _Queue())
        recorded, rate = moment.values.get(name), moment.values.get(RATE_OUT)
        if moment.fresh:
            queue.length = queue.known = None
        if recorded is None or rate is None:
            return None
        if queue.length is None or queue.known is None:
            queue.length = recorded
        else:
            elapsed = (moment.at - queue.known.at).total_seconds()
            arrived = max(recorded - queue.known.values[name] + rate * elapsed, 0.0)
            speed = _busy_speed(moment, name, elapsed)
            if speed is None:
                speed = max(self.model.speeds[name], rate / moment.served if moment.served else 0.0)
            queue.length += arrived - min(queue.length + arrived, speed * served * elapsed)
        queue.known = moment
        return queue.length


def told(history: History, model: LoadModel, metrics: Iterable[str]) -> Iterator[str]:
    """The assumptions, as sentences, about these metrics."""
    spoken = sorted(set(metrics))
    yield "every decision is carried out at once; modes, approvals, holds, a model and people are left out"
    yield "it begins as a daemon does that was just started, with the replicas there were then"
    yield _start_up(history, model)
    if shared := [name for name in spoken if name in SHARED]:
        yield f"{_list(shared)}: the load is what was recorded, shared evenly by the ready replicas"
    yield from _ceilings(history, model, shared)
    for name in spoken:
        if name in model.speeds:
            speed = number(model.speeds[name])
            yield f"{name}: what came in is as recorded, and a busy replica works off {speed} a second"
        elif name in QUEUES:
            yield f"{name} is taken as recorded, whatever the number of replicas: how fast one works was never seen"
    if memory := [name for name in spoken if name in EACH or name == MEMORY_BYTES]:
        yield f"{_list(memory)}: each replica's is as recorded, whatever the number of replicas"
    modelled = {*PER_REPLICA, *QUEUES, READY}
    if rest := [name for name in spoken if name not in modelled]:
        yield f"{_list(rest)}: as recorded, whatever the number of replicas"
    if history.has_gaps:
        yield "where nothing is recorded, nothing is decided"


def _start_up(history: History, model: LoadModel) -> str:
    how = "as none was seen to start" if history.start_up is None else "as measured"
    return f"a new replica is ready after {seconds(model.start_up)}, {how}; one removed stops at once"


def _ceilings(history: History, model: LoadModel, shared: Iterable[str]) -> Iterator[str]:
    for name in shared:
        ceiling = model.ceilings.get(name)
        if ceiling is None:
            continue
        full = sum(one.lasts for one in history.moments if one.values.get(name, 0.0) >= _SATURATED * ceiling)
        yield f"{name} goes no higher than {number(ceiling)} %"
        if ceiling == PERCENT and full > 0:
            yield f"{name} was at its end for {seconds(full)}: the load was at least that, and may have needed more"


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
