"""The metrics Docktor measures itself: names, units and how they add up."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

REPLICAS, READY = "replicas", "replicas.ready"
"""Replicas in any state, which only the record has under that name, and those that count as capacity."""
DESIRED = "desired"
"""Replicas wanted, which only the record has."""
QUEUES = ("queue.backlog", "queue.lag")
RATE_IN, RATE_OUT = "queue.rate_in", "queue.rate_out"


@dataclass(frozen=True, slots=True)
class Metric:
    """`per_replica`: a figure of one replica (an average, say); otherwise a total over all of them."""

    unit: str
    per_replica: bool
    about: str


def _family(name: str, unit: str, about: str) -> dict[str, Metric]:
    words = {"avg": "average", "min": "smallest", "max": "largest"}
    return {
        f"{name}.{stat}": Metric(unit, True, f"{about}, {word} over ready replicas") for stat, word in words.items()
    }


BUILT_IN: Mapping[str, Metric] = MappingProxyType(
    {
        **_family("cpu", "%", "CPU used, of the replica's limit or of one core"),
        "cpu.cores": Metric("cores", False, "CPU used by all replicas together"),
        "cpu.throttled": Metric("%", True, "scheduler periods in which a replica was held back, average"),
        **_family("memory", "%", "memory in use, of the replica's limit or of the machine"),
        "memory.bytes": Metric("bytes", False, "memory in use by all replicas together"),
        **_family("network.rx", "bytes/s", "bytes received a second"),
        **_family("network.tx", "bytes/s", "bytes sent a second"),
        "health.unhealthy": Metric("replicas", False, "replicas whose health check fails"),
        "health.restarts": Metric("restarts", False, "times the engine restarted replicas within the window"),
        "health.oom": Metric("kills", False, "replicas killed for lack of memory within the window"),
        "replicas.ready": Metric("replicas", False, "replicas that count as capacity"),
        "queue.backlog": Metric("messages", False, "messages waiting for the consumer"),
        "queue.lag": Metric("messages", False, "messages between the head of the stream and the consumer"),
        "queue.rate_in": Metric("messages/s", False, "messages arriving a second"),
        "queue.rate_out": Metric("messages/s", False, "messages worked off a second"),
    }
)


_PER_REPLICA = frozenset(name for name, metric in BUILT_IN.items() if metric.per_replica)


def is_per_replica(name: str) -> bool:
    """Whether the metric is a figure of one replica; unknown names (a person's own metrics) are totals."""
    return name in _PER_REPLICA
