"""Counters of running containers, all read at once; what can't be trusted is left out, never zero."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from docktor.core.world import Sample
from docktor.engine.docker import burst
from docktor.engine.docker.client import EngineClient
from docktor.engine.docker.wire import Inspect, has_own_network, id_of, time_of
from docktor.errors import TemporaryError

_DEADLINE = 4.0  # engines before 25 answer after 1 s and 2.5 ms per container
_ONE_SHOT = "stream=false&one-shot=true"
_NONSENSE = 10**18  # a counter that ran below zero shows as a number near 2**64


async def sample(client: EngineClient, inspects: Sequence[Inspect]) -> Sequence[Sample]:
    """All at once on purpose: engines before 25 serve all waiting requests with one round a second."""
    found = (_parsed(body, inspect) for body, inspect in zip(await _bodies(client, inspects), inspects, strict=True))
    return [one for one in found if one is not None]


async def _bodies(client: EngineClient, inspects: Sequence[Inspect]) -> Sequence[bytes | None]:
    paths = [f"containers/{id_of(inspect)}/stats" for inspect in inspects]
    if client.socket_path is not None:
        version = ".".join(map(str, client.api_version))
        targets = [f"/v{version}/{path}?{_ONE_SHOT}" for path in paths]
        return await burst.get_all(client.socket_path, targets, _DEADLINE)
    return await asyncio.gather(*(_body(client, path) for path in paths))


async def _body(client: EngineClient, path: str) -> bytes | None:
    try:
        return await client.call("GET", path, {"stream": "false", "one-shot": "true"}, deadline=_DEADLINE)
    except TemporaryError:
        return None


def _parsed(body: bytes | None, inspect: Inspect) -> Sample | None:
    try:
        stats = json.loads(body or b"")
    except ValueError:
        return None
    return sample_of(stats, inspect) if isinstance(stats, dict) else None


def sample_of(stats: Mapping[str, Any], inspect: Inspect) -> Sample | None:
    """`None` for the zeros of a container that does not run, and for numbers that can't be.

    Where the machine counts no memory (no memory cgroup), `memory_limit_bytes` is 0: memory is unknown then.
    """
    at, cpu = time_of(stats.get("read")), stats.get("cpu_stats") or {}
    used = _count((cpu.get("cpu_usage") or {}).get("total_usage"))
    if at is None or not used:
        return None
    memory = memory_of(stats.get("memory_stats") or {})
    throttling = cpu.get("throttling_data") or {}
    rx, tx = _network(stats, "rx_bytes", inspect), _network(stats, "tx_bytes", inspect)
    return Sample(
        replica_id=id_of(inspect),
        at=at,
        started_at=time_of(inspect["State"].get("StartedAt")),
        cpu_s=used / 1e9,
        memory_bytes=memory[0],
        memory_limit_bytes=memory[1],
        rx_bytes=rx,
        tx_bytes=tx,
        periods=_count(throttling.get("periods")) or 0,
        throttled=_count(throttling.get("throttled_periods")) or 0,
    )


def memory_of(memory: Mapping[str, Any]) -> tuple[int, int]:
    """(used without the inactive file cache, limit); (0, 0) when it isn't known."""
    usage, limit = _count(memory.get("usage")), _count(memory.get("limit"))
    if not usage or not limit:
        return 0, 0
    details = memory.get("stats") or {}
    cache = _count(details.get("total_inactive_file"))  # cgroup v1; v2 has no totals
    if cache is None:
        cache = _count(details.get("inactive_file")) or 0
    return (usage - cache if cache < usage else usage), limit


def _network(stats: Mapping[str, Any], counter: str, inspect: Inspect) -> int | None:
    """Summed over networks; a shared network's traffic is not this container's."""
    networks = stats.get("networks")
    if not networks or not has_own_network(inspect):
        return None
    counts = [_count(network.get(counter)) for network in networks.values()]
    return sum(count for count in counts if count is not None) if None not in counts else None


def _count(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _NONSENSE:
        return value
    return None
