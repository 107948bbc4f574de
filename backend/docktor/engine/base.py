"""The port every engine implements, and the values it answers with."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from docktor.core.world import Parked, Sample, ServiceId, ServiceState


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """kind: `docker` or `simulated`. `api_version` is the negotiated one, `None` where there is none.

    `others`: names of the containers in which another Docktor runs on the same engine.
    """

    kind: str
    version: str
    api_version: str | None
    endpoint: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectState:
    """kind: `compose`, `swarm` or `simulated`. Services sorted by name."""

    name: str
    kind: str
    services: tuple[ServiceState, ...]


@dataclass(frozen=True, slots=True)
class ScaleOutcome:
    """What a scale reached. `replicas`: how many there are now. `error` is `None` when all that was asked was done.

    `replicas` 0 means that none runs: `parked` is the one that waits, stopped.
    """

    asked: int
    before: int
    replicas: int
    created: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    error: str | None = None
    parked: Parked | None = None


@dataclass(frozen=True, slots=True)
class EngineEvent:
    """Something happened to a container. kind: start, die, oom, destroy, pause, unpause, health.

    kind `connected` (service `None`) comes first on every (re)connection: whoever listens lists everything anew.
    `op_id` is the operation of ours that caused it, `None` when somebody else did.
    """

    kind: str
    at: datetime
    service: ServiceId | None
    replica: str = ""
    detail: str = ""
    op_id: str | None = None


class Engine(Protocol):
    """A place where services run. Every call has its own deadline and raises only `docktor.errors`."""

    async def info(self) -> EngineInfo:
        """Raises EngineUnavailableError with the reason and the remedy."""
        ...

    async def projects(self) -> Sequence[ProjectState]:
        """All projects with all their services, sorted by name."""
        ...

    async def state(self, service: ServiceId) -> ServiceState:
        """Raises ServiceNotFoundError when the service has no container at all."""
        ...

    async def sample(self, services: Sequence[ServiceId]) -> Sequence[Sample]:
        """Counters now of the running containers of these services. What can't be read is left out."""
        ...

    async def scale(self, service: ServiceId, replicas: int, op_id: str, wake: Parked | None = None) -> ScaleOutcome:
        """Bring the service to `replicas`. Refused beforehand: ScaleRefusedError. Partly done: outcome.error.

        At 0 one replica stays, stopped: `outcome.parked`. Given back as `wake`, and found as it was left, it is
        what a later scale starts. Where nothing runs otherwise, a person stopped it: it is not started, but refused.
        """
        ...

    async def address(self, service: ServiceId, port: int) -> tuple[str, int] | None:
        """Where that port of the service can be reached from here, host and port; `None` when that isn't known."""
        ...

    async def clean_up(self, owner: str) -> Sequence[str]:
        """Remove what interrupted scales left half-made whose op_id begins with `owner`; answers the names removed."""
        ...

    def events(self) -> AsyncIterator[EngineEvent]:
        """Container events as they come, for ever; reconnects by itself."""
        ...

    async def close(self) -> None: ...
