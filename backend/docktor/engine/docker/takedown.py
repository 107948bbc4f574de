"""Notices that a person takes a service down while, or shortly after, replicas are added to it.

`docker compose down` removes the containers it saw when it began. Replicas added a moment later would outlive it:
the service would rise again. So whoever adds replicas watches the ones that were there before.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from docktor.compose import labels as names
from docktor.core.world import RunState, ServiceId
from docktor.engine.docker.client import EngineApiError, EngineClient
from docktor.engine.docker.wire import Inspect, id_of, state_of
from docktor.errors import EngineUnavailableError

_AFTERCARE = 60.0  # `down` stops the services that depend on this one first, each with its grace period
_OPENING = 2.0

OnGone = Callable[["TakedownWatch"], Awaitable[None]]


class TakedownWatch:
    """`gone` once every replica that ran before was stopped and removed by somebody else.

    `waking`: what there was before lay stopped, and is started by the operation.
    """

    def __init__(
        self,
        client: EngineClient,
        service: ServiceId,
        before: Sequence[Inspect],
        on_gone: OnGone,
        *,
        waking: bool = False,
    ) -> None:
        self.service = service
        self.created: set[str] = set()
        self._client = client
        self._waking = waking
        self._ran = {id_of(inspect) for inspect in before if waking or state_of(inspect) is RunState.RUNNING}
        self._stopped: set[str] = set()
        self._destroyed: set[str] = set()
        self._on_gone = on_gone
        self._open = asyncio.Event()
        self._all_destroyed = asyncio.Event()
        self._acting = True
        self._task: asyncio.Task[None] | None = None

    @property
    def gone(self) -> bool:
        return bool(self._ran) and self._ran <= self._stopped & self._destroyed

    @property
    def leaving(self) -> bool:
        """All that ran before are being stopped: nothing may be added now."""
        return bool(self._ran) and self._ran <= self._stopped

    async def by_hand(self) -> bool:
        """Asked when all that were there before are gone: whether one was removed without being stopped first.

        `docker rm -f` does that; `down` only to one that was stopped when it came by, and started afterwards.
        """
        if self._waking:
            return False
        with suppress(TimeoutError):
            async with asyncio.timeout(_OPENING):
                await self._all_destroyed.wait()  # the list may be ahead of the events
        return bool(self._ran & self._destroyed - self._stopped)

    async def start(self) -> None:
        """Answers when the engine's events are being heard (or can't be)."""
        self._task = asyncio.create_task(self._run(), name=f"takedown watch of {self.service}")
        with suppress(TimeoutError):
            async with asyncio.timeout(_OPENING):
                await self._open.wait()

    def finish(self) -> None:
        """The operation is over; from now on the watch itself acts when the service goes."""
        self._acting = False

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None and task is not asyncio.current_task():
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    @property
    def over(self) -> bool:
        return self._task is None or self._task.done()

    async def _run(self) -> None:
        filters = {
            "type": ["container"],
            "event": ["stop", "destroy"],
            "label": [f"{names.PROJECT}={self.service.project}", f"{names.SERVICE}={self.service.name}"],
        }
        try:
            async with (
                asyncio.timeout(_AFTERCARE),
                self._client.stream("events", {"filters": json.dumps(filters)}) as lines,
            ):
                self._open.set()
                async for line in lines:
                    self._heard(json.loads(line))
                    if self.gone and not self._acting:
                        await self._on_gone(self)
                        return
        except (TimeoutError, EngineApiError, EngineUnavailableError, ValueError):
            return  # without events there is no proof of a takedown, and nothing is removed without proof
        finally:
            self._open.set()

    def _heard(self, event: dict[str, str]) -> None:
        actor: object = event.get("Actor")
        container = str(actor.get("ID")) if isinstance(actor, dict) else ""
        known = {"stop": self._stopped, "destroy": self._destroyed}.get(event.get("Action", ""))
        if known is not None:
            known.add(container)
        if self._ran <= self._destroyed:
            self._all_destroyed.set()
