"""Short ways to say what a test is about."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from docktor.core.decision import Past
from docktor.core.policy import Condition, Op, Pair, Policy
from docktor.core.world import Health, Observation, Replica, RunState, ServiceId, ServiceState, Snapshot

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WEB = ServiceId("shop", "web")
LONG_AGO = NOW - timedelta(hours=5)

POLICY = Policy(
    service=WEB,
    min_replicas=1,
    max_replicas=10,
    cooldown=Pair(0, 60),
    stabilization=Pair(0, 0),
    up_when=(Condition("cpu.avg", Op.GT, 75),),
    down_when=(Condition("cpu.avg", Op.LT, 20),),
)
PAST = Past(watching_since=LONG_AGO)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def replica(number: int, **changes: object) -> Replica:
    base = Replica(f"id{number}", f"shop-web-{number}", number, RunState.RUNNING, Health.NONE, LONG_AGO)
    return replace(base, **changes)  # type: ignore[arg-type]  # field by field, typed at the call


def service(count: int, *more: Replica, unscalable: str | None = None) -> ServiceState:
    return ServiceState(WEB, (*(replica(n + 1) for n in range(count)), *more), unscalable)


def seen(
    count: int,
    cpu: float | Observation | None = None,
    *,
    now: datetime = NOW,
    state: ServiceState | None = None,
    more: Mapping[str, Observation] | None = None,
) -> Snapshot:
    found = dict(more or {})
    missing = {}
    if cpu is None:
        missing["cpu.avg"] = "no fresh samples"
    else:
        found["cpu.avg"] = cpu if isinstance(cpu, Observation) else Observation.exact(cpu)
    return Snapshot(state or service(count), now, found, missing)
