"""What a simulated engine is made of: services, their load and their replicas at the start."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from docktor.core.loadmodel import LoadCurve, ServiceModel
from docktor.core.world import Origin, ServiceId

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SimulatedService:
    """A modelled service. `load`: units per second at a time in seconds since the engine began.

    `cpu_limit` is in cores (`None`: one core, without a limit). `restart`: a crashed replica is started again.
    With a `container_name` or a fixed `host_port` it can have one replica only.
    """

    service: ServiceId
    load: LoadCurve
    model: ServiceModel
    replicas: int = 1
    cpu_limit: float | None = None
    memory_bytes: int = 64 * MIB
    memory_limit_bytes: int = 512 * MIB
    bytes_per_unit: int = 2048
    healthcheck: bool = True
    restart: bool = True
    container_name: str | None = None
    host_port: int | None = None
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    origin: Origin | None = None

    @property
    def obstacles(self) -> tuple[tuple[str, str], ...]:
        """Why it can't have a second replica: (code, text) each."""
        found = []
        if self.host_port is not None:
            found.append(("fixed-port", f"publishes host port {self.host_port}, which only one replica can have"))
        if self.container_name is not None:
            found.append(("container-name", f"has the fixed name {self.container_name} (container_name)"))
        return tuple(found)

    @property
    def unscalable(self) -> str | None:
        """All obstacles in one text, `None` without any."""
        texts = " and ".join(text for _, text in self.obstacles)
        return f"{self.service} {texts}" if texts else None


@dataclass(frozen=True, slots=True)
class World:
    """All services of a simulated engine.

    `seed` makes container ids and the small differences between replicas; `noise` is the largest such difference
    (a fraction). `create_seconds` and `stop_seconds`: how long creating and stopping replicas takes.
    `restart_seconds`: how long a crashed replica waits for its restart.
    """

    services: tuple[SimulatedService, ...]
    seed: int = 1
    noise: float = 0.04
    create_seconds: float = 0.4
    stop_seconds: float = 0.2
    restart_seconds: float = 1.0


def hill(at: float, start: float, end: float, height: float) -> float:
    """A smooth hill between two times, 0 outside them."""
    if not start < at < end:
        return 0.0
    return height * math.sin(math.pi * (at - start) / (end - start)) ** 2


def step(at: float, start: float, end: float, height: float) -> float:
    """A sudden rise and fall at two times."""
    return height if start <= at < end else 0.0


def wave(period: float, low: float, high: float, phase: float = 0.0) -> LoadCurve:
    """A load that swings between two values for ever."""

    def load(at: float) -> float:
        return low + (high - low) * (0.5 - 0.5 * math.cos(2 * math.pi * (at / period + phase)))

    return load


def make_world(services: int, replicas: int, project: str = "fleet") -> World:
    """A world of any size: services `s000`, `s001`, … each under its own wave, creating and stopping at once."""
    model = ServiceModel(capacity=100, startup=5)
    width = max(3, len(str(services - 1)))
    return World(
        tuple(
            SimulatedService(
                ServiceId(project, f"s{index:0{width}d}"),
                wave(180, 10 * replicas, 90 * replicas, index / services),
                model,
                replicas,
            )
            for index in range(services)
        ),
        create_seconds=0,
        stop_seconds=0,
    )
