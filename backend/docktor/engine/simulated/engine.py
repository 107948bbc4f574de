"""The simulated engine: the port of `engine/base.py` over a modelled machine, and switches to rehearse faults."""

import asyncio
import math
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from docktor import __version__
from docktor.core.parking import set_aside
from docktor.core.world import Parked, Sample, ServiceId, ServiceState
from docktor.engine.base import Engine, EngineEvent, EngineInfo, ProjectState, ScaleOutcome
from docktor.engine.simulated.cluster import KILLED, Cluster
from docktor.engine.simulated.containers import Container, ServiceRun
from docktor.engine.simulated.demo import demo_world
from docktor.engine.simulated.feed import Feed
from docktor.engine.simulated.refuse import check
from docktor.engine.simulated.world import World
from docktor.errors import EngineUnavailableError, ServiceNotFoundError

LONGEST_LOOK = 0.5  # seconds between two looks at the clock while something is due


class SimulatedEngine(Engine):
    """Runs a `World` (default: the demo project). Nothing happens but by `now`, which any call looks at.

    `sleep` waits while replicas are created or stopped; a clock that runs fast brings a sleep that does too.
    Beside the port: switches for faults, what a person would do with Compose, and the load itself.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        world: World | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._feed = Feed()
        self._cluster = Cluster(world or demo_world(), now(), self._feed.publish)
        self._locks: defaultdict[ServiceId, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._down_until = -math.inf
        self._wake = asyncio.Event()
        self._closed = False

    async def info(self) -> EngineInfo:
        self._look()
        return EngineInfo("simulated", __version__, None, "simulated")

    async def projects(self) -> Sequence[ProjectState]:
        cluster = self._look()
        return [
            ProjectState(name, "simulated", tuple(cluster.run(service).state() for service in services))
            for name, services in groupby(cluster.services(), key=lambda service: service.project)
        ]

    async def state(self, service: ServiceId) -> ServiceState:
        return self._look().run(service).state()

    async def sample(self, services: Sequence[ServiceId]) -> Sequence[Sample]:
        cluster = self._look()
        samples: list[Sample] = []
        for service in services:
            with suppress(ServiceNotFoundError):
                samples += cluster.run(service).samples(cluster.now)
        return samples

    async def scale(self, service: ServiceId, replicas: int, op_id: str, wake: Parked | None = None) -> ScaleOutcome:
        async with self._locks[service]:
            self._sweep(self._look().run(service))
            run = self._look().run(service)
            parked = wake if set_aside(run.state(), wake).parked else None
            check(run, replicas, parked=parked is not None)
            if replicas == 0:
                return ScaleOutcome(0, 0, 0, parked=parked) if parked else await self._park(run, op_id)
            if replicas < len(run.containers):
                return await self._remove(run, replicas, op_id)
            return await self._add(run, replicas, op_id, parked)

    async def address(self, service: ServiceId, port: int) -> tuple[str, int] | None:  # noqa: ARG002 - as every engine is asked
        return None

    async def clean_up(self, owner: str) -> Sequence[str]:
        cluster = self._look()
        idle = [service for service in cluster.services() if not self._locks[service].locked()]
        return [name for service in idle for name in self._sweep(cluster.run(service), owner)]

    async def events(self) -> AsyncGenerator[EngineEvent, None]:
        while True:
            await self._until_up()
            if self._closed:
                return
            queue = self._feed.open()
            try:
                yield EngineEvent("connected", self._cluster.now, None)
                while (event := await self._next(queue)) is not None:
                    yield event
            finally:
                self._feed.close(queue)

    async def close(self) -> None:
        self._closed = True
        self._wake.set()
        self._feed.cut()

    # What a person would do outside of Docktor

    def compose_scale(self, service: ServiceId, replicas: int) -> None:
        """`docker compose up -d --no-recreate --scale service=replicas`, also for a service taken down."""
        cluster = self._follow()
        run = cluster.planned(service)
        cluster.create(service, max(0, replicas - len(run.containers)), None)
        newest_first = sorted(run.containers, key=lambda container: -container.number)
        for container in newest_first[: max(0, len(run.containers) - replicas)]:
            cluster.remove(container, None)
        for container in run.containers:
            cluster.start(container, None)

    def remove(self, replica: str) -> None:
        """`docker rm -f replica`."""
        cluster = self._follow()
        cluster.remove(cluster.find(replica)[1], None)

    def compose_down(self, project: str) -> None:
        """`docker compose down`: every container of the project goes."""
        cluster = self._follow()
        for run in cluster.planned_of(project):
            for container in tuple(run.containers):
                cluster.remove(container, None)

    def compose_up(self, project: str) -> None:
        """`docker compose up -d`: each service gets the number of replicas its world gives it."""
        for run in self._follow().planned_of(project):
            self.compose_scale(run.spec.service, run.spec.replicas)

    # Faults to rehearse; a replica is named by its name or id

    def engine_down(self, seconds: float = math.inf) -> None:
        """No call is answered for so long; what runs goes on running, and its events are lost."""
        self._down_until = self._follow().elapsed + seconds
        self._wake.clear()
        self._feed.cut()

    def engine_up(self) -> None:
        self._down_until = -math.inf
        self._wake.set()

    def kill(self, replica: str, exit_code: int = KILLED) -> None:
        """Its process crashes."""
        self._follow().crash(replica, exit_code, oom=False)

    def oom(self, replica: str) -> None:
        """It runs out of memory and is killed."""
        self._follow().crash(replica, KILLED, oom=True)

    def pause(self, replica: str) -> None:
        self._follow().pause(replica)

    def unpause(self, replica: str) -> None:
        self._follow().unpause(replica)

    # The load itself

    def load(self, service: ServiceId) -> float:
        """Units per second that arrive now."""
        run = self._follow().run(service)
        return run.spec.load(math.floor(run.progress.at))

    def backlog(self, service: ServiceId) -> float:
        """Units that wait in the queue of a worker; 0 for any other service."""
        return self._follow().run(service).progress.backlog

    async def _add(self, run: ServiceRun, replicas: int, op_id: str, parked: Parked | None) -> ScaleOutcome:
        there, stopped = list(run.containers), run.idle()
        before = 0 if parked else len(there)
        made = self._cluster.create(run.spec.service, replicas - len(there), op_id)
        if made or stopped:
            await self._take(self._cluster.world.create_seconds)
        try:
            cluster = self._look()
        except EngineUnavailableError as lost:  # what was made stays half-made
            return ScaleOutcome(replicas, before, before, error=str(lost), parked=parked)
        started = [cluster.start(container, op_id) for container in stopped]
        if parked and not all(started):
            for container in made:
                cluster.remove(container, op_id)
        alive = tuple(container.name for container in made if cluster.start(container, op_id))
        gone = len(made) - len(alive)
        if not run.containers:
            raise ServiceNotFoundError(f"{run.spec.service} was taken down while replicas were added")
        error = f"{gone} of {len(made)} new replicas were removed by somebody else" if gone else None
        return ScaleOutcome(replicas, before, len(run.containers), alive, error=error)

    async def _remove(self, run: ServiceRun, replicas: int, op_id: str) -> ScaleOutcome:
        before = len(run.containers)
        excess = run.first_to_go(before - replicas)
        try:
            cluster = await self._stop(excess, op_id)
        except EngineUnavailableError as lost:
            return ScaleOutcome(replicas, before, before, error=str(lost))
        removed = tuple(container.name for container in excess if cluster.remove(container, op_id))
        return ScaleOutcome(replicas, before, len(run.containers), removed=removed)

    async def _park(self, run: ServiceRun, op_id: str) -> ScaleOutcome:
        """All but one removed, then that one stopped."""
        service = run.spec.service
        outcome = replace(await self._remove(run, 1, op_id), asked=0)
        if outcome.error:
            return outcome
        if outcome.replicas > 1:
            return replace(outcome, error=f"others started replicas of {service} while it was scaled to zero")
        (last,) = run.containers or (None,)
        try:
            if last is None or not (await self._stop([last], op_id)).exists(last):
                raise ServiceNotFoundError(f"{service} was taken down while it was scaled to zero")
        except EngineUnavailableError as lost:
            return replace(outcome, error=str(lost))
        parked = Parked(last.id, last.finished_at) if last.finished_at else None
        return replace(outcome, replicas=0, parked=parked)

    async def _stop(self, containers: Sequence[Container], op_id: str) -> Cluster:
        """Raises EngineUnavailableError when the engine is lost; once told to stop, they do, whoever waits for it."""
        for container in containers:
            self._cluster.retire(container)
        try:
            await self._take(self._cluster.world.stop_seconds)
        finally:
            for container in containers:
                self._follow().stop(container, op_id)
        return self._look()

    def _sweep(self, run: ServiceRun, owner: str = "") -> list[str]:
        """Remove what a scale of ours (whose op_id begins with `owner`) created and never came to start."""
        halves = [one for one in run.half_made() if (one.op_id or "").startswith(owner)]
        for container in halves:
            self._cluster.remove(container, container.op_id)
        return [container.name for container in halves]

    async def _take(self, seconds: float) -> None:
        if seconds > 0:
            await self._sleep(seconds)

    async def _next(self, queue: asyncio.Queue[EngineEvent | None]) -> EngineEvent | None:
        while True:
            due = self._follow().next_due()
            if not queue.empty():
                return queue.get_nowait()
            patience = None if due is None else min(LONGEST_LOOK, max(0.01, due))
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    return await queue.get()

    async def _until_up(self) -> None:
        while not self._closed and (left := self._down_until - self._follow().elapsed) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(LONGEST_LOOK, left)):
                    await self._wake.wait()

    def _follow(self) -> Cluster:
        """The machine as it is now."""
        self._cluster.sync(self._now())
        return self._cluster

    def _look(self) -> Cluster:
        """The same, for a call of the port: raises EngineUnavailableError while the engine is down or closed."""
        cluster = self._follow()
        if self._closed:
            raise EngineUnavailableError("the simulated engine is closed")
        left = self._down_until - cluster.elapsed
        if left > 0:
            delay = left if math.isfinite(left) else None
            raise EngineUnavailableError("the simulated engine is down, as asked by engine_down", delay)
        return cluster
