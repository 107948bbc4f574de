"""A modelled service under a recorded load, and the loop in which somebody keeps it. Pure: same input, same rows.

At each check the service is looked at, judged and changed; the load acts in between. What the service is like is
`loadmodel`; who keeps it is a `Scaler`: production's functions (`simulate`), or one of the `baselines`.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from docktor.core.decision import Action, action_of
from docktor.core.loadmodel import ServiceModel, serve
from docktor.core.trace import Trace


class Row(NamedTuple):
    """One check. `desired`: replicas asked for after it; `ready`, `cpu_avg`, `backlog`: as they were seen at it.

    `load`: units a second; `cpu_avg`: percent, 0 with none ready; `backlog`: units.
    """

    time_s: float
    load: float
    desired: int
    ready: int
    cpu_avg: float
    backlog: float
    action: Action
    reason: str

    @property
    def serving(self) -> int:
        """Replicas that serve from this check until the next: those that are removed stop at once."""
        return min(self.ready, self.desired)


class Look(NamedTuple):
    """What can be seen at a check. `arrived`, `served`: units since the check before. A scaler goes by no more."""

    at: float
    load: float
    ready: int
    starting: int
    cpu: float
    backlog: float
    arrived: float
    served: float

    @property
    def current(self) -> int:
        """Replicas asked for, those that start included."""
        return self.ready + self.starting


class Wish(NamedTuple):
    """How many replicas there are to be, and why."""

    replicas: int
    reason: str = ""


class Scaler(Protocol):
    """Whoever keeps the service, asked once every `every` seconds."""

    @property
    def every(self) -> float: ...

    def step(self, seen: Look, /) -> Wish: ...


@dataclass(slots=True)
class Crew:
    """The replicas: those that serve, and those that start, with the time each will be ready."""

    ready: int
    starting: deque[float] = field(default_factory=deque)

    @property
    def count(self) -> int:
        return self.ready + len(self.starting)

    def grow_up(self, now: float) -> None:
        while self.starting and self.starting[0] <= now + 1e-9:
            self.starting.popleft()
            self.ready += 1

    def scale(self, wanted: int, ready_at: float) -> None:
        """More start now; fewer stop at once, those that start before those that serve."""
        self.starting.extend([ready_at] * (wanted - self.count))
        while self.count > wanted and self.starting:
            self.starting.pop()
        self.ready = min(self.ready, wanted)


@dataclass(slots=True)
class Queue:
    """`arrived`, `served`: since the last look."""

    backlog: float = 0.0
    arrived: float = 0.0
    served: float = 0.0


def run(scaler: Scaler, trace: Trace, model: ServiceModel, first: int) -> Iterator[Row]:
    """One row for each check within the trace. It begins with `first` replicas, all ready."""
    service = _Service(trace, model, Crew(first))
    for index in range(checks(trace, scaler.every)):
        at = trace.begin + index * scaler.every
        seen = service.look(at)
        wish = scaler.step(seen)
        service.scale(wish.replicas, at)
        action = action_of(seen.current, wish.replicas)
        yield Row(at, seen.load, wish.replicas, seen.ready, seen.cpu, seen.backlog, action, wish.reason)


def checks(trace: Trace, every: float) -> int:
    """How many checks fit into the trace; one at least."""
    return max(int((trace.end - trace.begin) / every + 1e-9), 1)


class _Service:
    def __init__(self, trace: Trace, model: ServiceModel, crew: Crew) -> None:
        self._trace, self._model, self._crew = trace, model, crew
        self._queue = Queue()
        self._at = trace.begin

    def look(self, at: float) -> Look:
        self._let_pass(at)
        crew, queue, load = self._crew, self._queue, self._trace.at(at)
        cpu = self._model.cpu(load, crew.ready, queue.backlog)
        seen = Look(at, load, crew.ready, len(crew.starting), cpu, queue.backlog, queue.arrived, queue.served)
        queue.arrived = queue.served = 0.0
        return seen

    def scale(self, wanted: int, at: float) -> None:
        if wanted != self._crew.count:
            self._crew.scale(wanted, self._model.ready_at(at))

    def _let_pass(self, until: float) -> None:
        """The load acts, and replicas become ready, up to that time."""
        while self._at < until:
            self._crew.grow_up(self._at)
            starting = self._crew.starting
            end = min(starting[0], until) if starting else until
            if self._model.queue:
                for seconds, load in self._trace.pieces(self._at, end):
                    self._work(load, seconds)
            self._at = end
        self._crew.grow_up(until)

    def _work(self, load: float, seconds: float) -> None:
        queue = self._queue
        after = serve(self._model, load, self._crew.ready, queue.backlog, seconds)
        queue.arrived += load * seconds
        queue.served += queue.backlog + load * seconds - after
        queue.backlog = after
