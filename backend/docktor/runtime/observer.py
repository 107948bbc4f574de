"""What one service looks like now: its containers, their samples, and what its sources tell."""

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from docktor.core.observe import Reading, Restarts, observe, ooms_within, restarts_within
from docktor.core.parking import set_aside
from docktor.core.policy import Policy
from docktor.core.world import Parked, ServiceState, Snapshot
from docktor.engine.base import Engine
from docktor.errors import ServiceNotFoundError
from docktor.runtime.clock import Clock
from docktor.runtime.sampler import Sampler
from docktor.runtime.sources import Sources


class Observer:
    """Asks the engine, and joins what was read in the background. Never waits for a number."""

    def __init__(self, engine: Engine, sampler: Sampler, sources: Sources, clock: Clock) -> None:
        self._engine = engine
        self._sampler = sampler
        self._sources = sources
        self._clock = clock
        self._ooms: deque[datetime] = deque(maxlen=50)
        self._restarts: deque[Restarts] = deque()

    async def state(self, policy: Policy, parked: Parked | None) -> ServiceState:
        """Its containers. Without any it is there all the same, empty. Raises EngineUnavailableError."""
        try:
            return set_aside(await self._engine.state(policy.service), parked)
        except ServiceNotFoundError:
            return ServiceState(policy.service, ())

    def snapshot(self, policy: Policy, state: ServiceState) -> Snapshot:
        """All that is known of it now."""
        now, window = self._clock.now(), policy.metrics_window
        self._count_restarts(policy, state, now)
        found = observe(
            state,
            self._sampler.readings(replica.id for replica in state.replicas),
            window,
            now,
            restarts=restarts_within(self._restarts, window, now),
            ooms=ooms_within(state, self._ooms, window, now),
        )
        return self.hear(policy, Snapshot(state, now, found.observations, found.missing))

    def hear(self, policy: Policy, seen: Snapshot) -> Snapshot:
        """The snapshot with what the sources tell by now."""
        heard = self._sources.heard(policy.service, policy.metrics, policy.metrics_window)
        missing = {name: why for name, why in seen.missing.items() if name not in heard.observations}
        return Snapshot(
            seen.state,
            seen.at,
            MappingProxyType({**seen.observations, **heard.observations}),
            MappingProxyType({**missing, **heard.missing}),
            heard.unknown_since,
        )

    def readings(self, seen: Snapshot | None) -> Mapping[str, tuple[Reading, ...]]:
        """The samples at hand of the replicas seen, by replica id."""
        return self._sampler.readings(replica.id for replica in (seen.state.replicas if seen else ()))

    def saw_oom(self, at: datetime) -> None:
        self._ooms.append(at)

    def start_afresh(self) -> None:
        """After a gap in watching, what was counted before it tells nothing."""
        self._restarts.clear()
        self._ooms.clear()

    def _count_restarts(self, policy: Policy, state: ServiceState, now: datetime) -> None:
        self._restarts.append(Restarts(now, {replica.id: replica.restarts for replica in state.replicas}))
        oldest = now - timedelta(seconds=2 * policy.metrics_window + policy.check_interval)
        while self._restarts[0].at < oldest:
            self._restarts.popleft()
