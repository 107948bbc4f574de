"""A modelled service under a recorded load, kept by the functions that keep real ones. Pure: same input, same rows.

At each check interval the service is looked at, decided upon and changed; the load acts in between. What the service
is like is `loadmodel`; the modes, approvals, people and models of production are left out.
"""

import math
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from docktor.core.decide import after_scaling, decide
from docktor.core.decision import Action, Past
from docktor.core.foresight import Foresight
from docktor.core.loadmodel import ServiceModel, serve
from docktor.core.observe import alike
from docktor.core.policy import Mode, Policy
from docktor.core.trace import Trace
from docktor.core.world import Health, Observation, Replica, RunState, ServiceState, Snapshot

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
"""A Monday at midnight: what a trace's time 0 is taken to be."""
BUSY = 0.7
_LONG = timedelta(days=1)
_PER_REPLICA = ("cpu.avg", "cpu.min", "cpu.max")


@dataclass(frozen=True, slots=True)
class Row:
    """One check. `desired`: replicas asked for after it; `ready`, `cpu_avg`, `backlog`: as they were seen at it."""

    time_s: float
    load: float
    desired: int
    ready: int
    cpu_avg: float
    backlog: float
    action: Action
    reason: str


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


def simulate(policy: Policy, trace: Trace, model: ServiceModel) -> Iterator[Row]:
    """One row for each check interval of the trace. It begins with what the first load needs, all ready."""
    run = _Run(replace(policy, mode=Mode.AUTO, mode_up=None, mode_down=None), trace, model)
    checks = int((trace.end - trace.begin) / policy.check_interval + 1e-9)
    for index in range(max(checks, 1)):
        yield run.check(trace.begin + index * policy.check_interval)


def _first(policy: Policy, trace: Trace, model: ServiceModel) -> int:
    """As many as the first load keeps busy at 70 %, within the policy's bounds."""
    return min(max(math.ceil(trace.loads[0] / (model.capacity * BUSY)), policy.fewest), policy.max_replicas)


class _Run:
    def __init__(self, policy: Policy, trace: Trace, model: ServiceModel) -> None:
        self._policy, self._trace, self._model = policy, trace, model
        self._crew = Crew(_first(policy, trace, model))
        self._queue = Queue()
        self._past = Past(watching_since=BEGIN - _LONG)
        self._foresight = Foresight()
        self._at = trace.begin
        self._replicas: dict[tuple[int, int], tuple[Replica, ...]] = {}

    def check(self, at: float) -> Row:
        self._let_pass(at)
        load, ready = self._trace.at(at), self._crew.ready
        cpu = self._model.cpu(load, ready, self._queue.backlog)
        now = BEGIN + timedelta(seconds=at)
        seen = self._foresight.look(self._policy, self._snapshot(now, load, cpu))
        tick = decide(self._policy, seen, self._past, now)
        verdict, self._past = tick.verdict, tick.past
        if verdict.action is not Action.HOLD:
            self._past = after_scaling(self._past, verdict.action, verdict.target, now)
            self._crew.scale(verdict.target, self._model.ready_at(at))
        backlog = self._queue.backlog
        self._queue.arrived = self._queue.served = 0.0
        return Row(at, load, verdict.target, ready, cpu, backlog, verdict.action, verdict.reason)

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

    def _snapshot(self, now: datetime, load: float, cpu: float) -> Snapshot:
        ready, starting = self._crew.ready, len(self._crew.starting)
        found: dict[str, Observation] = {"replicas.ready": Observation.exact(ready)}
        if ready:
            found |= {name: alike(name, cpu, ready, starting) for name in _PER_REPLICA}
        if self._model.queue:
            found |= {name: Observation.exact(value) for name, value in self._told_by_queue(load).items()}
        missing = {name: "not simulated" for name in self._policy.metrics if name not in found}
        parked = None if self._crew.count else Replica("r0", "r0", 1, RunState.EXITED)
        state = ServiceState(self._policy.service, self._replicas_of(ready, starting), parked=parked)
        return Snapshot(state, now, found, missing)

    def _told_by_queue(self, load: float) -> Mapping[str, float]:
        queue, interval = self._queue, self._policy.check_interval
        known = queue.arrived > 0 or queue.served > 0
        return {
            "queue.backlog": queue.backlog,
            "queue.lag": queue.backlog,
            "queue.rate_in": queue.arrived / interval if known else load,
            "queue.rate_out": queue.served / interval,
        }

    def _replicas_of(self, ready: int, starting: int) -> tuple[Replica, ...]:
        """Who they are doesn't matter to any decision, so the same ones serve again."""
        key = (ready, starting)
        if key not in self._replicas:
            healths = [Health.HEALTHY] * ready + [Health.STARTING] * starting
            self._replicas[key] = tuple(
                Replica(f"r{number}", f"r{number}", number, RunState.RUNNING, health)
                for number, health in enumerate(healths, start=1)
            )
        return self._replicas[key]
