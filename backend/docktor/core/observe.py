"""From raw samples to the numbers rules speak of. A number that can't be had is absent, never zero."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from docktor.core.readiness import readiness
from docktor.core.world import Health, Observation, Replica, RunState, Sample, ServiceState

PERCENT = 100.0
_FULL: Mapping[str, float] = MappingProxyType(
    {"cpu": PERCENT, "memory": PERCENT, "network.rx": math.inf, "network.tx": math.inf}
)
"""How much a replica may turn out to use of which nothing is known yet."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A sample and when it reached us by our own clock: an engine in a virtual machine may have another."""

    taken_at: datetime
    sample: Sample


@dataclass(frozen=True, slots=True)
class Usage:
    """One replica over the window. Percentages of its limit, bytes, bytes a second; `None` where it has none."""

    cpu: float
    cores: float
    throttled: float
    memory: float | None
    memory_bytes: float
    rx: float | None
    tx: float | None


@dataclass(frozen=True, slots=True)
class Observed:
    """`observations` by metric name, and for every absent one the reason in `missing`."""

    observations: Mapping[str, Observation]
    missing: Mapping[str, str]


def usage(replica: Replica, readings: Sequence[Reading], window: float, now: datetime) -> Usage | None:
    """What one replica used over the last `window` seconds, or `None` when that can't be told.

    It takes two samples of the same run of the container at least half a window apart, the newer one not older than
    a window. CPU % = Δcpu / Δt / limit, with the engine's reading times and a limit of one core where there is none.
    """
    span = timedelta(seconds=window)
    mine = [r for r in readings if now - r.taken_at <= 2 * span]
    if not mine or now - mine[-1].taken_at > span:
        return None
    last = mine[-1]
    before = [r for r in mine if now - r.taken_at >= span]
    first = before[-1] if before else mine[0]
    elapsed = (last.sample.at - first.sample.at).total_seconds()
    if elapsed < window / 2 or elapsed <= 0 or last.sample.started_at != first.sample.started_at:
        return None
    return _difference(replica, first.sample, last.sample, elapsed)


def _difference(replica: Replica, first: Sample, last: Sample, elapsed: float) -> Usage | None:
    cores = (last.cpu_s - first.cpu_s) / elapsed
    periods = last.periods - first.periods
    throttled = PERCENT * (last.throttled - first.throttled) / periods if periods > 0 else 0.0
    memory = PERCENT * last.memory_bytes / last.memory_limit_bytes if last.memory_limit_bytes > 0 else None
    found = Usage(
        cpu=PERCENT * cores / (replica.cpu_limit or 1.0),
        cores=cores,
        throttled=throttled,
        memory=memory,
        memory_bytes=float(last.memory_bytes),
        rx=_rate(first.rx_bytes, last.rx_bytes, elapsed),
        tx=_rate(first.tx_bytes, last.tx_bytes, elapsed),
    )
    plain = (found.cpu, found.throttled, found.memory or 0.0, found.memory_bytes)
    return found if all(math.isfinite(number) and number >= 0 for number in plain) else None


def _rate(first: int | None, last: int | None, elapsed: float) -> float | None:
    if first is None or last is None or last < first:
        return None
    return (last - first) / elapsed


def observe(
    state: ServiceState,
    readings: Mapping[str, Sequence[Reading]],
    window: float,
    now: datetime,
    *,
    restarts: int,
    ooms: int,
) -> Observed:
    """Every built-in number of the service at `now`, over the last `window` seconds; `readings` by replica id.

    Ready replicas give the value. Pending ones and those without fresh samples widen its range from idle to full;
    broken ones count as full when shrinking is asked for. `restarts` and `ooms`: how many within the window.
    """
    groups = readiness(state.replicas, window, now)
    known: list[Usage] = []
    for replica in groups.ready:
        found = usage(replica, readings.get(replica.id, ()), window, now)
        if found is not None:
            known.append(found)
    unsure = len(groups.pending) + len(groups.ready) - len(known)
    observations: dict[str, Observation] = {
        "health.unhealthy": Observation.exact(sum(r.health is Health.UNHEALTHY for r in state.replicas)),
        "health.restarts": Observation.exact(restarts),
        "health.oom": Observation.exact(ooms),
        "replicas.ready": Observation.exact(len(groups.ready)),
    }
    why = _why_blind(len(groups.ready), len(groups.pending), len(groups.broken))
    missing: dict[str, str] = {}
    for name, found_one in _measured(known, unsure, len(groups.broken)).items():
        if found_one is None:
            missing[name] = why
        else:
            observations[name] = found_one
    return Observed(MappingProxyType(observations), MappingProxyType(missing))


def _why_blind(ready: int, pending: int, broken: int) -> str:
    if ready:
        return f"no fresh samples yet of {ready} ready replica{'s' if ready > 1 else ''}"
    if pending:
        return f"{pending} replica{'s' if pending > 1 else ''} still starting, none ready"
    return f"no replica is serving ({broken} not running or unhealthy)"


def _measured(known: Sequence[Usage], unsure: int, broken: int) -> dict[str, Observation | None]:
    picks: tuple[tuple[str, Callable[[Usage], float | None]], ...] = (
        ("cpu", lambda u: u.cpu),
        ("memory", lambda u: u.memory),
        ("network.rx", lambda u: u.rx),
        ("network.tx", lambda u: u.tx),
    )
    found: dict[str, Observation | None] = {}
    for name, pick in picks:
        values = [value for one in known if (value := pick(one)) is not None]
        lost = unsure + len(known) - len(values)
        found |= {f"{name}.{stat}": value for stat, value in _spread(values, lost, broken, _FULL[name]).items()}
    found["cpu.throttled"] = _average([one.throttled for one in known], unsure, broken, PERCENT)
    found["cpu.cores"] = _total([one.cores for one in known], unsure + broken)
    found["memory.bytes"] = _total([one.memory_bytes for one in known if one.memory is not None], unsure + broken)
    return found


def _spread(values: Sequence[float], unsure: int, broken: int, full: float) -> dict[str, Observation | None]:
    if not values:
        return {"avg": None, "min": None, "max": None}
    least, most = min(values), max(values)
    return {
        "avg": _average(values, unsure, broken, full),
        "min": Observation(least, 0.0 if unsure else least, least),
        "max": Observation(most, most, max(most, full) if unsure or broken else most),
    }


def alike(name: str, value: float, ready: int, pending: int) -> Observation:
    """What `observe` makes of ready replicas that are all alike, and pending ones beside them; other names: exact."""
    if not ready or not pending:
        return Observation.exact(value)
    family, _, stat = name.rpartition(".")
    if name in ("cpu.cores", "memory.bytes"):
        found = _total([value], pending)
    elif name == "cpu.throttled":
        found = _average([value] * ready, pending, 0, PERCENT)
    elif family in _FULL:
        found = _spread([value] * ready, pending, 0, _FULL[family]).get(stat)
    else:
        found = None
    return found or Observation.exact(value)


def _average(values: Sequence[float], unsure: int, broken: int, full: float) -> Observation | None:
    """low: the unsure ones idle. high: the unsure and the broken ones full (or as busy as the busiest)."""
    if not values:
        return None
    total, known = math.fsum(values), len(values)
    lost = unsure + broken
    high = (total + lost * max(full, *values)) / (known + lost) if lost else total / known
    return Observation(total / known, total / (known + unsure), high)


def _total(values: Sequence[float], lost: int) -> Observation | None:
    if not values:
        return None
    total = math.fsum(values)
    return Observation(total, total, math.inf if lost else total)


@dataclass(frozen=True, slots=True)
class Restarts:
    """How often the engine had restarted each replica (by id) at one moment."""

    at: datetime
    by_replica: Mapping[str, int]


def restarts_within(history: Sequence[Restarts], window: float, now: datetime) -> int:
    """Restarts by the engine within the window; `history` is oldest first, the current moment last."""
    if not history:
        return 0
    cut = now - timedelta(seconds=window)
    older = [one for one in history if one.at <= cut]
    base = (older[-1] if older else history[0]).by_replica
    return sum(max(0, count - base.get(replica, 0)) for replica, count in history[-1].by_replica.items())


def ooms_within(state: ServiceState, oom_times: Sequence[datetime], window: float, now: datetime) -> int:
    """Kills for lack of memory: those seen as events within the window, or replicas that lie dead of it."""
    recent = sum(1 for at in oom_times if now - at <= timedelta(seconds=window))
    lying = sum(1 for r in state.replicas if r.oom_killed and r.state is not RunState.RUNNING)
    return max(recent, lying)
