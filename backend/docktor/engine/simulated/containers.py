"""The containers of one simulated service, and the work they share."""

import hashlib
import math
from dataclasses import dataclass, field
from datetime import datetime

from docktor.core.loadmodel import NO_WORK, Progress, Work, advance
from docktor.core.world import Health, Replica, RunState, Sample, ServiceState
from docktor.engine.simulated.world import SimulatedService, World

PERIODS_PER_SECOND = 10  # CFS periods of a container with a CPU limit
REPLY_FACTOR = 3  # bytes sent for each byte received
BUSY_MEMORY = 0.5  # memory grows by this fraction from idle to full use
LONGEST_STEPS = 900  # grid cells taken at once after a long sleep of the machine


@dataclass(slots=True, eq=False)
class Container:
    """One container. `op_id`: the operation of ours that made it. `luck`: 0 to 1, its small difference from others.

    `warm`: its start-up is over. `serving`: it takes its share of the load. `life` changes with each start and stop.
    `done`: work of this run up to the last time it stopped serving; `since`: where the service's work stood when
    it began to serve again.
    """

    id: str
    name: str
    number: int
    luck: float
    op_id: str | None = None
    state: RunState = RunState.CREATED
    health: Health = Health.NONE
    started_at: datetime | None = None
    started: float = 0.0
    life: int = 0
    restarts: int = 0
    oom_killed: bool = False
    exit_code: int | None = None
    finished_at: datetime | None = None
    warm: bool = False
    serving: bool = False
    done: Work = NO_WORK
    since: Work = NO_WORK


@dataclass(slots=True, eq=False)
class ServiceRun:
    """A simulated service as it stands at `progress.at`; whoever changes `containers` brings it up to date first."""

    spec: SimulatedService
    world: World
    containers: list[Container] = field(default_factory=list)
    progress: Progress = field(default_factory=Progress)
    made: int = 0

    def bring_to(self, elapsed: float) -> None:
        """Let the load act until `elapsed`. After a long gap it is held for longer, so that catching up is cheap."""
        grid = max(1.0, math.ceil((elapsed - self.progress.at) / LONGEST_STEPS))
        self.progress = advance(self.spec.model, self.spec.load, self.ready(), self.progress, elapsed, grid=float(grid))

    def ready(self) -> int:
        return sum(1 for container in self.containers if container.serving)

    def create(self, op_id: str | None) -> Container:
        """A container numbered as Compose numbers: one more than the highest there is, gaps stay."""
        number = max((container.number for container in self.containers), default=0) + 1
        self.made += 1
        service = self.spec.service
        digest = hashlib.sha256(f"{self.world.seed}/{service}/{self.made}".encode()).hexdigest()
        name = self.spec.container_name or f"{service.project}-{service.name}-{number}"
        container = Container(digest, name, number, int(digest[:8], 16) / 0xFFFFFFFF, op_id)
        self.containers.append(container)
        return container

    def first_to_go(self, count: int) -> list[Container]:
        """Those that don't run, then those that don't serve yet; among equals the highest number."""

        def rank(container: Container) -> tuple[bool, bool, bool, int]:
            running = container.state is RunState.RUNNING
            return (
                running or container.state is RunState.RESTARTING,
                running,
                container.health is not Health.STARTING,
                -container.number,
            )

        return sorted(self.containers, key=rank)[: max(0, count)]

    def idle(self) -> list[Container]:
        """Those that exist and don't run: a scale starts them before it creates more."""
        return [one for one in self.containers if one.state in (RunState.EXITED, RunState.CREATED)]

    def serve(self, container: Container) -> None:
        """Let it take its share of the load from now on."""
        if not container.serving:
            container.serving = True
            container.since = self.progress.each

    def rest(self, container: Container) -> None:
        """Take its share of the load away; what it has done stays done."""
        if container.serving:
            container.done += self.progress.each - container.since
            container.serving = False

    def cpu(self) -> float:
        """CPU of each ready replica now, in percent."""
        now = self.progress
        return self.spec.model.cpu(self.spec.load(math.floor(now.at)), self.ready(), now.backlog)

    def half_made(self) -> list[Container]:
        """Created by a scale of ours that has not come to starting them."""
        return [one for one in self.containers if one.state is RunState.CREATED and one.op_id]

    def state(self) -> ServiceState:
        """What is half-made is no replica yet."""
        half_made = self.half_made()
        whole = (container for container in self.containers if container not in half_made)
        replicas = sorted(whole, key=lambda container: container.number)
        return ServiceState(
            self.spec.service,
            tuple(_replica(container, self.spec) for container in replicas),
            self.spec.unscalable,
            self.spec.labels,
            origin=self.spec.origin,
        )

    def samples(self, at: datetime) -> list[Sample]:
        """Counters of the running containers, each a little different from the others and always the same."""
        spec, noise, busy = self.spec, self.world.noise, self.cpu() / 100
        cores = spec.cpu_limit or 1.0
        found = []
        for container in self.containers:
            if container.state is not RunState.RUNNING:
                continue
            work = container.done
            if container.serving:
                work += self.progress.each - container.since
            own = 1 - noise * container.luck
            received = int(work.served * own) * spec.bytes_per_unit
            memory = spec.memory_bytes * own * (1 + (BUSY_MEMORY * busy if container.serving else 0))
            limited = spec.cpu_limit is not None
            found.append(
                Sample(
                    replica_id=container.id,
                    at=at,
                    started_at=container.started_at,
                    cpu_s=work.busy_s * cores * own,
                    memory_bytes=min(int(memory), spec.memory_limit_bytes),
                    memory_limit_bytes=spec.memory_limit_bytes,
                    rx_bytes=received,
                    tx_bytes=received * REPLY_FACTOR,
                    periods=int((self.progress.at - container.started) * PERIODS_PER_SECOND) if limited else 0,
                    throttled=int(work.saturated_s * PERIODS_PER_SECOND) if limited else 0,
                )
            )
        return found


def _replica(container: Container, spec: SimulatedService) -> Replica:
    return Replica(
        container.id,
        container.name,
        container.number,
        container.state,
        container.health if container.state is RunState.RUNNING else Health.NONE,
        container.started_at,
        container.restarts,
        container.oom_killed,
        container.exit_code,
        spec.cpu_limit,
        container.finished_at,
        spec.memory_limit_bytes,
    )
