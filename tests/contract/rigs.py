"""The engines under contract, each with a project of two services and the hands of a person outside Docktor."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from docktor.core.loadmodel import ServiceModel
from docktor.core.world import ServiceId
from docktor.engine.base import Engine, EngineEvent
from docktor.engine.docker.engine import DockerEngine
from docktor.engine.simulated.engine import SimulatedEngine
from docktor.engine.simulated.world import SimulatedService, World
from tests.compose_project import BUSYBOX, ComposeProject, docker
from tests.unit.engine_simulated.clock import HandClock

PATIENCE = 30.0  # seconds for an event that must come


class Rig(Protocol):
    """`web` begins with two replicas; `fixed` has a container_name; `probed` has a health check, and does not run yet.

    Replicas are named by their full names.
    """

    engine: Engine
    project: str

    async def outside_scale(self, replicas: int) -> None:
        """A person scales `web` with Compose."""
        ...

    async def start_probed(self) -> None: ...

    async def down(self) -> None:
        """A person takes the project down."""
        ...

    async def kill(self, replica: str) -> None: ...

    async def pause(self, replica: str) -> None: ...

    async def remove(self, replica: str) -> None: ...

    def pass_time(self) -> None:
        """Two samples taken before and after it are of two moments."""
        ...


class SimulatedRig:
    """Creating and stopping take a moment of real time, so that operations can meet."""

    def __init__(self) -> None:
        self.project = "shop"
        self.clock = HandClock()
        model = ServiceModel(capacity=100, startup=1)
        web = ServiceId(self.project, "web")
        fixed = ServiceId(self.project, "fixed")
        self.probed = ServiceId(self.project, "probed")
        world = World(
            (
                SimulatedService(web, lambda at: 90, model, 2, healthcheck=False, restart=False),
                SimulatedService(fixed, lambda at: 10, model, healthcheck=False, container_name="shop-one"),
                SimulatedService(self.probed, lambda at: 10, model, replicas=0),
            ),
            create_seconds=0.02,
            stop_seconds=0.02,
        )
        self.simulated = SimulatedEngine(self.clock, world)
        self.engine: Engine = self.simulated

    async def outside_scale(self, replicas: int) -> None:
        self.simulated.compose_scale(ServiceId(self.project, "web"), replicas)

    async def start_probed(self) -> None:
        self.simulated.compose_scale(self.probed, 1)

    async def down(self) -> None:
        self.simulated.compose_down(self.project)

    async def kill(self, replica: str) -> None:
        self.simulated.kill(replica)

    async def pause(self, replica: str) -> None:
        self.simulated.pause(replica)

    async def remove(self, replica: str) -> None:
        self.simulated.remove(replica)

    def pass_time(self) -> None:
        self.clock.move(2)


LIVE = "trap 'exit 0' TERM; while :; do sleep 0.5 & wait $!; done"


def compose_content(container_name: str) -> dict[str, object]:
    """The project of a `DockerRig`; a container's name is unique on an engine."""
    service = {"image": BUSYBOX, "command": ["sh", "-c", LIVE], "stop_grace_period": "2s"}
    healthcheck = {"test": ["CMD", "true"], "interval": "1s", "retries": 1}
    return {
        "services": {
            "web": {**service, "scale": 2},
            "fixed": {**service, "container_name": container_name},
            "probed": {**service, "healthcheck": healthcheck, "scale": 0},
        }
    }


class DockerRig:
    """Whoever makes it takes the project down."""

    def __init__(self, compose: ComposeProject) -> None:
        self.compose = compose
        self.project = compose.name
        self.engine: Engine = DockerEngine()

    async def outside_scale(self, replicas: int) -> None:
        await asyncio.to_thread(self.compose.up, "--no-recreate", "--scale", f"web={replicas}", "web")

    async def start_probed(self) -> None:
        await asyncio.to_thread(self.compose.up, "--no-recreate", "--scale", "probed=1", "probed")

    async def down(self) -> None:
        await asyncio.to_thread(self.compose.down)

    async def kill(self, replica: str) -> None:
        await asyncio.to_thread(docker, "kill", replica)

    async def pause(self, replica: str) -> None:
        await asyncio.to_thread(docker, "pause", replica)

    async def remove(self, replica: str) -> None:
        await asyncio.to_thread(docker, "rm", "-f", replica)

    def pass_time(self) -> None:
        """The engine's own clock goes on by itself."""


@dataclass
class Recorder:
    """`async with Recorder(rig)`: notes the events of the rig's project from the moment it is connected."""

    rig: Rig
    seen: list[EngineEvent] = field(default_factory=list)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._listen())
        await self.until(lambda: bool(self.seen))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _listen(self) -> None:
        async for event in self.rig.engine.events():
            if event.service is None or event.service.project == self.rig.project:
                async with self._changed:
                    self.seen.append(event)
                    self._changed.notify_all()

    async def until(self, enough: Callable[[], bool]) -> None:
        """Wait until `enough()`; a failure shows what came instead."""
        try:
            async with asyncio.timeout(PATIENCE), self._changed:
                await self._changed.wait_for(enough)
        except TimeoutError:
            raise AssertionError(f"not enough after {PATIENCE:g} s: {self.seen}") from None

    def of(self, kind: str) -> dict[str, EngineEvent]:
        """Events of a kind by replica's name, the last one each."""
        return {event.replica: event for event in self.seen if event.kind == kind}
