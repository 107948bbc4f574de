"""The last stop on the way to zero, and the first start on the way back."""

from docktor.core.world import Parked, RunState, ServiceId
from docktor.engine.docker.client import SLOW, EngineClient
from docktor.engine.docker.find import Finder, replica
from docktor.engine.docker.marks import Marks
from docktor.engine.docker.remove import stop_gracefully
from docktor.engine.docker.wire import LIVE, Inspect, name_of, state_of
from docktor.errors import ServiceNotFoundError, TemporaryError


def parked_of(inspect: Inspect) -> Parked | None:
    """How it is known again, `None` unless it lies stopped."""
    found = replica(inspect)
    if found.state is not RunState.EXITED or found.finished_at is None:
        return None
    return Parked(found.id, found.finished_at)


class Parking:
    """Stops and starts the one container that stays; nothing of it is kept anywhere but in the engine."""

    def __init__(self, client: EngineClient, finder: Finder, marks: Marks) -> None:
        self._client = client
        self._finder = finder
        self._marks = marks

    async def park(self, service: ServiceId, container: str, op_id: str) -> Parked:
        """Looked at right before the stop: one that a person has stopped meanwhile must not become ours."""
        before = await self._look(service, container)
        if state_of(before) not in LIVE:
            raise TemporaryError(f"{name_of(before)} is {state_of(before)}, by somebody else's hand")
        self._marks.stopping(container, op_id)
        failed: TemporaryError | None = None
        try:
            await stop_gracefully(self._client, before)
        except TemporaryError as error:  # it may have stopped all the same
            failed = error
        after = await self._look(service, container)
        parked = parked_of(after)
        if parked is None:
            raise failed or TemporaryError(f"{name_of(after)} did not stay stopped: it is {state_of(after)}")
        return parked

    async def wake(self, service: ServiceId, container: str, op_id: str) -> tuple[Inspect, str | None]:
        """The container afterwards, and why it does not run, `None` when it does."""
        self._marks.starting(container, op_id)
        failed: TemporaryError | None = None
        try:
            await self._client.post(f"containers/{container}/start", deadline=SLOW)
        except TemporaryError as error:
            failed = error
        found = await self._look(service, container)
        if state_of(found) in LIVE:
            return found, None
        if failed is not None:
            return found, f"{name_of(found)} would not start: {failed}"
        return found, f"{name_of(found)} ended as soon as it was started, with exit code {replica(found).exit_code}"

    async def _look(self, service: ServiceId, container: str) -> Inspect:
        found = await self._finder.inspect(container)
        if found is None:
            raise ServiceNotFoundError(f"the last container of {service} was removed by somebody else meanwhile")
        return found
