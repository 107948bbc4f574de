"""One service's foresight while it is kept, with what its recorded history tells read in beside it."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from docktor.core.foresight import FORESEEN, Foresight, remembered_names
from docktor.core.history import by_time, history_of
from docktor.core.metrics import READY, REPLICAS
from docktor.core.policy import Policy
from docktor.core.startup import REMEMBERED, StartUps
from docktor.core.world import Observation, ServiceId, Snapshot
from docktor.memory.store import Store

DAYS = 14
START_UP_DAYS = 2
_DAY = timedelta(days=1)
_MINUTE_S = 60.0
_AT_ONCE = 100
"""Minutes learned between two breaths: whoever else wants the processor gets it."""

Minute = tuple[datetime, Mapping[str, float]]


class Foreseer:
    """`look` never waits: until the history is read in, it goes by what was seen since the start."""

    def __init__(self, store: Store, slots: asyncio.Semaphore) -> None:
        """`slots`: bounds how many services read their history in at the same time."""
        self._store = store
        self._slots = slots
        self._foresight = Foresight()
        self._about: object = None
        self._task: asyncio.Task[None] | None = None

    def look(self, policy: Policy, seen: Snapshot) -> Snapshot:
        """The snapshot with what is foreseen. Call it from a running loop."""
        about = (policy.target, policy.prefer, policy.forecast)
        if about != self._about:
            self._about = about
            self._stop()
            if policy.target is not None and policy.forecast:
                self._task = asyncio.create_task(self._recall(policy, seen.at), name=f"history of {policy.service}")
        return _recorded(policy, self._foresight.look(policy, seen))

    async def close(self) -> None:
        self._stop()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _recall(self, policy: Policy, now: datetime) -> None:
        async with self._slots:
            learned, known = Foresight(), 0
            learned.start_ups = await self._start_ups(policy.service, now)
            for day in range(DAYS, 0, -1):
                minutes = await self._day(policy, now - day * _DAY)
                known += len(minutes)
                for begin in range(0, len(minutes), _AT_ONCE):
                    for at, values in minutes[begin : begin + _AT_ONCE]:
                        learned.remember(policy, at, values, _MINUTE_S)
                    await asyncio.sleep(0)
            since = self._foresight.start_ups  # a growth may be going on in it
            start_ups = since if since.took else since._replace(took=learned.start_ups.took)
            if known:  # else what was seen meanwhile is all there is
                self._foresight = learned
            self._foresight.start_ups = start_ups

    async def _start_ups(self, service: ServiceId, now: datetime) -> StartUps:
        """As they were on the last days, so that the horizon is right from the beginning."""
        found = await self._store.history(service, now - START_UP_DAYS * _DAY, now, (REPLICAS, READY))
        history = await asyncio.to_thread(history_of, found)  # some tens of thousands of moments
        return StartUps(took=history.start_ups[-REMEMBERED:])

    async def _day(self, policy: Policy, since: datetime) -> list[Minute]:
        """The highest of each metric in each minute of which the ready replicas are known."""
        assert policy.target is not None
        found = await self._store.minutes(policy.service, since, remembered_names(policy.target))
        return [(at, values) for at, values in by_time(found).items() if READY in values]


def _recorded(policy: Policy, seen: Snapshot) -> Snapshot:
    """With the bound among the observations, so that it is on record beside what came of it.

    While the load is unknown the bound is an old one: nothing is foreseen then.
    """
    bound = seen.outlook.bound if seen.outlook else None
    if bound is None or policy.target is None or policy.target.metric not in seen.observations:
        return seen
    found = {**seen.observations, FORESEEN: Observation.exact(round(bound, 3))}
    return seen._replace(observations=MappingProxyType(found))
