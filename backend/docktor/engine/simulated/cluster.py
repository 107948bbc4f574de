"""The simulated machine: what happens to its containers as time goes by. Synchronous; time is an argument."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta

from docktor.core.loadmodel import NO_WORK
from docktor.core.world import Health, RunState, ServiceId
from docktor.engine.base import EngineEvent
from docktor.engine.simulated.containers import Container, ServiceRun
from docktor.engine.simulated.world import World
from docktor.errors import PermanentError, ServiceNotFoundError

KILLED = 137


class Cluster:
    """All containers of a world. `sync` moves it to a moment; every change is told to `publish` as it happens."""

    def __init__(self, world: World, now: datetime, publish: Callable[[EngineEvent], None]) -> None:
        self.world = world
        self.elapsed = 0.0
        self.now = now
        self._publish = publish
        self._order = 0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._runs = {spec.service: ServiceRun(spec, world) for spec in world.services}
        self._homes: dict[str, ServiceRun] = {}
        for run in self._runs.values():
            for container in self.create(run.spec.service, run.spec.replicas, None):
                self._start(run, container, None)
        for _, _, act in sorted(self._due, key=lambda due: due[:2]):
            act()  # the world begins with everything up and ready
        self._due.clear()

    def sync(self, now: datetime) -> None:
        """Let everything happen that is due by `now`. A clock that was set back does not turn it back."""
        gone = (now - self.now).total_seconds()
        self.now = now
        if gone <= 0:
            return
        until = self.elapsed + gone
        while self._due and self._due[0][0] <= until:
            at, _, act = heapq.heappop(self._due)
            self.elapsed = max(self.elapsed, at)
            self.now = now - timedelta(seconds=until - self.elapsed)
            act()
        self.elapsed, self.now = until, now

    def next_due(self) -> float | None:
        """Seconds until something happens by itself."""
        return self._due[0][0] - self.elapsed if self._due else None

    def services(self) -> list[ServiceId]:
        """Those that have containers, sorted."""
        return sorted(service for service, run in self._runs.items() if run.containers)

    def run(self, service: ServiceId) -> ServiceRun:
        """The service up to now. Raises ServiceNotFoundError when it has no container."""
        run = self._runs.get(service)
        if run is None or not run.containers:
            raise ServiceNotFoundError(f"{service}: no container of this service exists; start it with compose_up")
        run.bring_to(self.elapsed)
        return run

    def find(self, replica: str) -> tuple[ServiceRun, Container]:
        """By name or id."""
        for run in self._runs.values():
            for container in run.containers:
                if replica in (container.name, container.id):
                    run.bring_to(self.elapsed)
                    return run, container
        raise PermanentError(f"no replica is named {replica!r} in the simulated engine")

    def create(self, service: ServiceId, count: int, op_id: str | None) -> list[Container]:
        """New containers, not started yet. Also for a service that has none."""
        run = self.planned(service)
        made = [run.create(op_id) for _ in range(count)]
        self._homes.update({container.id: run for container in made})
        return made

    def planned(self, service: ServiceId) -> ServiceRun:
        """The service, with or without containers. Raises ServiceNotFoundError when the world has none such."""
        if service not in self._runs:
            raise ServiceNotFoundError(f"{service}: the simulated engine has no such service")
        return self._runs[service]

    def planned_of(self, project: str) -> list[ServiceRun]:
        """The project's services, with or without containers."""
        return [run for service, run in sorted(self._runs.items()) if service.project == project]

    def start(self, container: Container, op_id: str | None) -> bool:
        """Start it unless it runs or pauses; False when it is gone."""
        run = self._owner(container)
        if run and container.state in (RunState.CREATED, RunState.EXITED, RunState.RESTARTING):
            self._start(run, container, op_id)
        return run is not None

    def exists(self, container: Container) -> bool:
        return container.id in self._homes

    def retire(self, container: Container) -> None:
        """Take it out of service; it still runs."""
        if run := self._owner(container):
            container.life += 1
            run.rest(container)

    def stop(self, container: Container, op_id: str | None) -> None:
        """End it gracefully if it runs, and for good if it was to be started again."""
        run = self._owner(container)
        if run and container.state in (RunState.RUNNING, RunState.PAUSED):
            self._stop(run, container, 0, op_id)
        elif container.state is RunState.RESTARTING:
            container.state = RunState.EXITED
            container.life += 1

    def remove(self, container: Container, op_id: str | None) -> bool:
        """Stop it if it runs, and take it away; False when it was gone already."""
        run = self._owner(container)
        if run is None:
            return False
        self.stop(container, op_id)
        run.containers.remove(container)
        del self._homes[container.id]
        self._tell("destroy", run, container, op_id=op_id)
        return True

    def crash(self, replica: str, exit_code: int, *, oom: bool) -> None:
        """Its process dies by itself; the engine starts it again where the service wants that."""
        run, container = self.find(replica)
        if container.state is not RunState.RUNNING:
            raise PermanentError(f"{container.name} does not run: it is {container.state}")
        if oom:
            self._tell("oom", run, container)
        self._stop(run, container, exit_code, None)
        container.oom_killed = oom
        if run.spec.restart:
            container.state = RunState.RESTARTING
            at = self.elapsed + self.world.restart_seconds
            self._later(container, at, lambda: self._restart(run, container))

    def pause(self, replica: str) -> None:
        run, container = self.find(replica)
        if container.state is not RunState.RUNNING:
            raise PermanentError(f"{container.name} can't be paused: it is {container.state}")
        run.rest(container)
        container.state = RunState.PAUSED
        self._tell("pause", run, container)

    def unpause(self, replica: str) -> None:
        run, container = self.find(replica)
        if container.state is not RunState.PAUSED:
            raise PermanentError(f"{container.name} is not paused: it is {container.state}")
        container.state = RunState.RUNNING
        if container.warm:
            run.serve(container)
        self._tell("unpause", run, container)

    def _owner(self, container: Container) -> ServiceRun | None:
        run = self._homes.get(container.id)
        if run:
            run.bring_to(self.elapsed)
        return run

    def _start(self, run: ServiceRun, container: Container, op_id: str | None) -> None:
        container.state = RunState.RUNNING
        container.health = Health.STARTING if run.spec.healthcheck else Health.NONE
        container.started_at, container.started = self.now, self.elapsed
        container.exit_code = container.finished_at = None
        container.life += 1
        self._tell("start", run, container, op_id=op_id)
        ready_at = run.spec.model.ready_at(self.elapsed)
        self._later(container, ready_at, lambda: self._become_ready(run, container))

    def _become_ready(self, run: ServiceRun, container: Container) -> None:
        container.warm = True
        if container.state is RunState.RUNNING:
            run.serve(container)
        if run.spec.healthcheck:
            container.health = Health.HEALTHY
            self._tell("health", run, container, detail=str(container.health))

    def _restart(self, run: ServiceRun, container: Container) -> None:
        container.restarts += 1
        self._start(run, container, None)

    def _stop(self, run: ServiceRun, container: Container, exit_code: int, op_id: str | None) -> None:
        run.rest(container)
        container.done = NO_WORK
        container.warm = False
        container.state = RunState.EXITED
        container.exit_code, container.finished_at = exit_code, self.now
        container.life += 1
        self._tell("die", run, container, detail=f"exit code {exit_code}", op_id=op_id)

    def _later(self, container: Container, at: float, act: Callable[[], None]) -> None:
        """Do it at that time, unless the container has died, restarted or gone by then."""
        life = container.life

        def still() -> None:
            if container.life == life and self._owner(container):
                act()

        self._order += 1
        heapq.heappush(self._due, (at, self._order, still))

    def _tell(
        self, kind: str, run: ServiceRun, container: Container, *, detail: str = "", op_id: str | None = None
    ) -> None:
        self._publish(EngineEvent(kind, self.now, run.spec.service, container.name, detail, op_id))
