"""Which replicas count as capacity now. Three groups; every replica is in exactly one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from docktor.core.world import Health, Replica, RunState


@dataclass(frozen=True, slots=True)
class Readiness:
    """`ready`: serves, and has for a whole window. `pending`: will soon. `broken`: does not, and may never."""

    ready: tuple[Replica, ...]
    pending: tuple[Replica, ...]
    broken: tuple[Replica, ...]


def readiness(replicas: Sequence[Replica], window: float, now: datetime) -> Readiness:
    """A replica younger than one window (seconds) is pending: its numbers are still those of its start."""
    ready, pending, broken = [], [], []
    for replica in replicas:
        if replica.state is not RunState.RUNNING or replica.health is Health.UNHEALTHY:
            broken.append(replica)
        elif replica.health is Health.STARTING or _younger(replica, window, now):
            pending.append(replica)
        else:
            ready.append(replica)
    return Readiness(tuple(ready), tuple(pending), tuple(broken))


def serving(replicas: Sequence[Replica]) -> int:
    """Replicas that run and pass their health check, however young."""
    good = (Health.NONE, Health.HEALTHY)
    return sum(1 for replica in replicas if replica.state is RunState.RUNNING and replica.health in good)


def _younger(replica: Replica, window: float, now: datetime) -> bool:
    return replica.started_at is not None and now - replica.started_at < timedelta(seconds=window)
