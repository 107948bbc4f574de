"""What happened, as a numbered log with a cursor. Polling and following read the same one."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from types import MappingProxyType

from docktor.core.world import ServiceId
from docktor.runtime.views import EventPage, LogEvent

KEPT = 2000
NO_DATA: Mapping[str, object] = MappingProxyType({})


class EventLog:
    """Keeps the latest events in memory; older ones are in the journal (decisions) or gone."""

    def __init__(self, kept: int = KEPT) -> None:
        self._events: deque[LogEvent] = deque(maxlen=kept)
        self._last = 0
        self._news = asyncio.Condition()

    async def add(
        self,
        kind: str,
        text: str,
        at: datetime,
        service: ServiceId | None = None,
        data: Mapping[str, object] | None = None,
    ) -> None:
        self._last += 1
        project = service.project if service else None
        name = service.name if service else None
        self._events.append(LogEvent(self._last, at, kind, project, name, text, data or NO_DATA))
        async with self._news:
            self._news.notify_all()

    @property
    def last(self) -> int:
        """The number of the latest event, 0 before the first."""
        return self._last

    def page(self, after: int) -> EventPage:
        """Events numbered above `after`. A cursor from before the oldest kept one, or of another daemon, resyncs."""
        oldest = self._events[0].n if self._events else self._last + 1
        resync = after > self._last or (after < oldest - 1 and after > 0)
        if after > self._last:
            after = 0
        return EventPage(tuple(event for event in self._events if event.n > after), self._last, resync)

    async def follow(self, after: int) -> AsyncIterator[LogEvent]:
        """Events above `after`, then each new one as it comes. A reader too slow for the log skips ahead."""
        while True:
            page = self.page(after)
            for event in page.events:
                yield event
            after = page.last
            async with self._news:
                while self._last <= after:
                    await self._news.wait()
