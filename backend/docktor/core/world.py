"""What there is: services, their replicas, and all that one tick knows of them. Immutable values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from docktor.core.forecast.outlook import Outlook

USUAL_START_UP_S = 30.0
"""Seconds until a new replica is ready, until one was seen to start."""
EMPTY: Mapping[str, str] = MappingProxyType({})


def _nothing() -> Mapping[str, str]:
    return EMPTY


@dataclass(frozen=True, slots=True, order=True)
class ServiceId:
    """A service of a project; written `project/name`."""

    project: str
    name: str

    def __str__(self) -> str:
        return f"{self.project}/{self.name}"


class RunState(StrEnum):
    """A container's state, in the engine's words."""

    CREATED = "created"
    RUNNING = "running"
    PAUSED = "paused"
    RESTARTING = "restarting"
    REMOVING = "removing"
    EXITED = "exited"
    DEAD = "dead"


class Health(StrEnum):
    """What a container's health check says; NONE when it has none."""

    NONE = "none"
    STARTING = "starting"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"


@dataclass(frozen=True, slots=True)
class Replica:
    """One container of a service.

    `number` is Compose's container number. `cpu_limit` is in cores, `None` without a limit.
    `restarts` counts the engine's restarts of it since it was created.
    `finished_at`: when its last run ended; `None` while it runs, and when it never ran.
    `memory_limit` is in bytes, `None` without a limit.
    """

    id: str
    name: str
    number: int
    state: RunState
    health: Health = Health.NONE
    started_at: datetime | None = None
    restarts: int = 0
    oom_killed: bool = False
    exit_code: int | None = None
    cpu_limit: float | None = None
    finished_at: datetime | None = None
    memory_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Parked:
    """The one replica left, stopped, of a service we scaled to zero, to come back from.

    `finished_at` tells our stop from a person's: whoever starts and stops it again leaves another time.
    """

    container: str
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class Origin:
    """Where Compose was run and what it read, as a container's labels say: paths on the machine of whoever ran it."""

    directory: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceState:
    """What the engine knows of one service at one moment. `replicas` holds every state, as Compose counts.

    `unscalable` says why this service can't have more replicas (`None`: it can).
    `off_limits`: it is not for Docktor to manage at all; `unscalable` says whose it is.
    `labels` are the `docktor.*` labels of its newest container.
    `parked` is the replica that waits at zero (see `set_aside`); `replicas` then is empty.
    `origin`: of its newest container, `None` when that doesn't say.
    """

    service: ServiceId
    replicas: tuple[Replica, ...]
    unscalable: str | None = None
    labels: Mapping[str, str] = field(default_factory=_nothing)
    parked: Replica | None = None
    off_limits: bool = False
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """Counters of one running container, read at one moment. All cumulative but memory.

    `at`: UTC, the engine's own reading time. `cpu_s`: CPU seconds used since start. Bytes are bytes.
    `throttled`/`periods`: CFS periods throttled and in all. Network is `None` where the container has none of its own.
    `started_at` tells a restarted container's counters from its former ones.
    """

    replica_id: str
    at: datetime
    started_at: datetime | None
    cpu_s: float
    memory_bytes: int
    memory_limit_bytes: int
    rx_bytes: int | None = None
    tx_bytes: int | None = None
    periods: int = 0
    throttled: int = 0


class Observation(NamedTuple):
    """A metric's value, and the range it could have given the replicas that are not known.

    `low == high == value` when everything is known. A condition counts only if it holds across the range.
    """

    value: float
    low: float
    high: float

    @classmethod
    def exact(cls, value: float) -> "Observation":
        return cls(value, value, value)


class Snapshot(NamedTuple):
    """Everything one tick knows. `missing` maps each absent metric to the reason why it is absent.

    `unknown_since`: for metrics of a source, since when it has given none. `horizon`: seconds from asking for a replica
    until it serves, as far as that is known. `speed`: messages a second that one busy replica works off.
    `outlook`: what is foreseen of the load.
    """

    state: ServiceState
    at: datetime
    observations: Mapping[str, Observation] = MappingProxyType({})
    missing: Mapping[str, str] = EMPTY
    unknown_since: Mapping[str, datetime] = MappingProxyType({})
    horizon: float = USUAL_START_UP_S
    speed: float | None = None
    outlook: Outlook | None = None

    @property
    def current(self) -> int:
        """Replicas in any state, counted as Compose does."""
        return len(self.state.replicas)
