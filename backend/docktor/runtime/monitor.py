"""Whether the engine answers, and what it says happens: wakes whom it concerns."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from docktor.engine.base import Engine, EngineEvent
from docktor.errors import DocktorError, TemporaryError
from docktor.runtime.clock import Clock
from docktor.runtime.eventlog import EventLog
from docktor.runtime.views import EngineView

log = logging.getLogger(__name__)

ASK_EVERY_S = 5.0
ASK_AGAIN_S = 1.0  # while it is away


class Monitor:
    """`on_event` gets every container event; `on_return` is called when the engine is there again after a gap."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        events: EventLog,
        on_event: Callable[[EngineEvent], Awaitable[None]],
        on_return: Callable[[], Awaitable[None]],
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._events = events
        self._on_event = on_event
        self._on_return = on_return
        self.view = EngineView("down", "unknown", None, None, "", "not asked yet", clock.now())

    async def ask(self) -> None:
        """Ask the engine who it is; a change between ok and down is an event."""
        try:
            info = await self._engine.info()
        except TemporaryError as error:
            await self._down(str(error))
            return
        was = self.view
        self.view = EngineView("ok", info.kind, info.version, info.api_version, info.endpoint, _rivals(info.others))
        if self.view.error and self.view.error != was.error:
            await self._events.add("engine", self.view.error, self._clock.now())
        if was.state != "ok":
            await self._events.add(
                "engine", f"{info.kind} engine {info.version} answers at {info.endpoint}", self._clock.now()
            )
            if was.error != "not asked yet":
                await self._on_return()

    async def _down(self, why: str) -> None:
        if self.view.state == "ok" or self.view.error == "not asked yet":
            self.view = replace(self.view, state="down", error=why, since=self._clock.now())
            await self._events.add("engine", f"engine away: {why}", self._clock.now())
        else:
            self.view = replace(self.view, error=why)

    async def run(self) -> None:
        """For ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            group.create_task(self._ask_now_and_then())

    async def _ask_now_and_then(self) -> None:
        while True:
            await self.ask()
            await asyncio.sleep(ASK_EVERY_S if self.view.state == "ok" else ASK_AGAIN_S)

    async def _listen(self) -> None:
        connected_before = False
        async for event in self._engine.events():
            if event.kind == "connected":
                if connected_before:
                    await self._on_return()
                connected_before = True
            try:
                await self._on_event(event)
            except DocktorError as error:
                log.warning("after %s of %s: %s", event.kind, event.service, error)


def _rivals(others: Sequence[str]) -> str | None:
    """What to say of other Docktors on the engine; the two don't know of each other's limits and cooldowns."""
    if not others:
        return None
    names = ", ".join(others)
    return f"another Docktor runs on this engine, in {names}: stop one of them, or both change the same services"
