"""The event log, as pages with a cursor and as server-sent events."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated

from fastapi import Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from docktor.api.plain import thaw
from docktor.api.router import api_router
from docktor.api.routes import MAX_ID, TheOffice
from docktor.runtime.views import EventPage, LogEvent

Cursor = Annotated[int | None, Query(ge=0, le=MAX_ID)]

router = api_router()


@router.get("/events")
async def events(office: TheOffice, after: Annotated[int, Query(ge=0, le=MAX_ID)] = 0) -> EventPage:
    """Events after the cursor, and the cursor for the next call. `resync`: some were dropped."""
    return thaw(await office.events(after))


@router.get("/events/stream", response_class=EventSourceResponse)
async def events_stream(
    request: Request,
    office: TheOffice,
    after: Cursor = None,
    last_event_id: Annotated[int | None, Header(ge=0, le=MAX_ID)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Events as they come. Without a cursor: new ones only. `resync`: list everything anew.

    On reconnecting, the browser's `Last-Event-ID` comes before `after`.
    """
    cursor = last_event_id if last_event_id is not None else after
    if cursor is None:
        cursor = (await office.events(0)).last
    else:
        page = await office.events(cursor)
        if page.resync:
            yield ServerSentEvent(event="resync", id=str(page.last), data={"last": page.last})
            cursor = page.last
    yield ServerSentEvent(comment="connected")  # headers and this reach the client at once
    closing: asyncio.Event = request.app.state.closing
    async for event in until(closing, office.follow(cursor)):
        yield ServerSentEvent(event=event.kind, id=str(event.n), data=thaw(event))


async def until(closing: asyncio.Event, source: AsyncIterator[LogEvent]) -> AsyncIterator[LogEvent]:
    """What `source` gives, until `closing` is set: an endless stream must not keep the daemon from ending."""
    ending = asyncio.create_task(closing.wait())
    following: asyncio.Task[LogEvent] | None = None
    try:
        while True:
            following = asyncio.ensure_future(_next(source))
            await asyncio.wait({ending, following}, return_when=asyncio.FIRST_COMPLETED)
            if ending.done():
                return
            try:
                yield following.result()
            except StopAsyncIteration:
                return
    finally:
        for task in (ending, following):
            if task is not None and not task.done():
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        if isinstance(source, AsyncGenerator):
            await source.aclose()


async def _next(source: AsyncIterator[LogEvent]) -> LogEvent:
    return await anext(source)
