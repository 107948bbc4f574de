"""A modelled service under a recorded load, kept by the functions that keep real ones. Pure: same input, same rows.

The loop is `modelled.run`; here is what production does at a check. The modes, approvals, people and models of
production are left out.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from docktor.core.decide import after_scaling, decide
from docktor.core.decision import Past
from docktor.core.foresight import Foresight
from docktor.core.loadmodel import ServiceModel
from docktor.core.metrics import QUEUES, RATE_IN, RATE_OUT, READY
from docktor.core.modelled import Look, Row, Wish, run
from docktor.core.observe import alike
from docktor.core.policy import Mode, Policy
from docktor.core.trace import Trace
from docktor.core.world import Health, Observation, Replica, RunState, ServiceState, Snapshot

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
"""A Monday at midnight: what a trace's time 0 is taken to be."""
BUSY = 0.7
_LONG = timedelta(days=1)
PER_REPLICA = ("cpu.avg", "cpu.min", "cpu.max")
OF_QUEUE = (*QUEUES, RATE_IN, RATE_OUT)


def given_metrics(model: ServiceModel) -> tuple[str, ...]:
    """The metrics that the model has numbers for."""
    return (*PER_REPLICA, READY, *(OF_QUEUE if model.queue else ()))


def simulate(policy: Policy, trace: Trace, model: ServiceModel) -> Iterator[Row]:
    """One row for each check interval of the trace. It begins with what the first load needs, all ready."""
    return run(Keeper(policy, model), trace, model, first_replicas(policy, trace, model))


def first_replicas(policy: Policy, trace: Trace, model: ServiceModel) -> int:
    """As many as the first load keeps busy at 70 %, within the policy's bounds."""
    return min(max(math.ceil(trace.loads[0] / (model.capacity * BUSY)), policy.fewest), policy.max_replicas)


class Keeper:
    """Production's word at each check, as a scaler of a modelled service."""

    def __init__(self, policy: Policy, model: ServiceModel) -> None:
        self._policy = replace(policy, mode=Mode.AUTO, mode_up=None, mode_down=None)
        self._queue = model.queue
        self._past = Past(watching_since=BEGIN - _LONG)
        self._foresight = Foresight()
        self._states: dict[tuple[int, int], ServiceState] = {}
        self._missing = dict.fromkeys(policy.metrics - set(given_metrics(model)), "not simulated")

    @property
    def every(self) -> float:
        return self._policy.check_interval

    def step(self, seen: Look) -> Wish:
        now = BEGIN + timedelta(seconds=seen.at)
        snapshot = self._foresight.look(self._policy, self._snapshot(now, seen))
        tick = decide(self._policy, snapshot, self._past, now)
        verdict, self._past = tick.verdict, tick.past
        if verdict.target != verdict.current:
            self._past = after_scaling(self._past, verdict.action, verdict.target, now)
        return Wish(verdict.target, verdict.reason)

    def _snapshot(self, now: datetime, seen: Look) -> Snapshot:
        ready, starting = seen.ready, seen.starting
        found = {READY: Observation.exact(ready)}
        missing = self._missing
        if ready:
            cpu = alike("cpu.avg", seen.cpu, ready, starting)
            found["cpu.avg"] = cpu
            for name in PER_REPLICA[1:]:
                found[name] = alike(name, seen.cpu, ready, starting) if starting else cpu
        else:
            missing = missing | dict.fromkeys(self._policy.metrics & set(PER_REPLICA), "no replica is ready")
        if self._queue:
            found |= self._told_by_queue(seen)
        return Snapshot(self._state(ready, starting), now, found, missing)

    def _told_by_queue(self, seen: Look) -> dict[str, Observation]:
        known = seen.arrived > 0 or seen.served > 0
        return {
            **dict.fromkeys(QUEUES, Observation.exact(seen.backlog)),
            RATE_IN: Observation.exact(seen.arrived / self.every if known else seen.load),
            RATE_OUT: Observation.exact(seen.served / self.every),
        }

    def _state(self, ready: int, starting: int) -> ServiceState:
        """Who the replicas are doesn't matter to any decision, so the same ones serve again."""
        key = (ready, starting)
        if key not in self._states:
            healths = [Health.HEALTHY] * ready + [Health.STARTING] * starting
            replicas = tuple(
                Replica(f"r{number}", f"r{number}", number, RunState.RUNNING, health)
                for number, health in enumerate(healths, start=1)
            )
            parked = None if replicas else Replica("r0", "r0", 1, RunState.EXITED)
            self._states[key] = ServiceState(self._policy.service, replicas, parked=parked)
        return self._states[key]
