"""Connections that several sources share."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

from docktor.errors import SignalUnavailableError

log = logging.getLogger(__name__)

C = TypeVar("C")

CLOSE_SECONDS = 2.0


class _Shared(Generic[C]):
    """One connection and how many use it."""

    def __init__(self, open_: Callable[[], Awaitable[C]], close: Callable[[C], Awaitable[None]]) -> None:
        self.users = 0
        self._open = open_
        self._close = close
        self._lock = asyncio.Lock()
        self._connection: C | None = None

    async def get(self) -> C:
        async with self._lock:
            if self._connection is None:
                opened = self._connection = await self._open()
                if not self.users:
                    await self.drop(opened)
                    raise SignalUnavailableError("let go of while it was being opened")
            return self._connection

    async def drop(self, broken: C | None) -> None:
        """Close it, unless another user has done so and there is a new one already."""
        if broken is None or self._connection is not broken:
            return
        self._connection = None
        closing = asyncio.ensure_future(self._shut(broken))
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await asyncio.wait({closing})  # cancelled meanwhile: it must not be left half-closed
            raise

    async def end(self) -> None:
        await self.drop(self._connection)

    async def _shut(self, connection: C) -> None:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._close(connection)
        except Exception as error:  # a client library's own; it is of no use any more either way
            log.debug("closing a connection: %s", type(error).__name__)


class Lease(Generic[C]):
    """One source's hold on a shared connection: `async with lease.use() as connection`."""

    def __init__(self, shared: _Shared[C], forget: Callable[[], None]) -> None:
        self._shared = shared
        self._forget = forget
        self._held = True

    @asynccontextmanager
    async def use(self) -> AsyncIterator[C]:
        """The connection, opened if need be.

        What fails inside, or is cut off because its time is up, closes it, so that the next use opens a new one. Not
        so a SignalUnavailableError of another state than `down`: then the other side did answer.
        """
        connection = await self._shared.get()
        try:
            yield connection
        except BaseException as error:
            if not isinstance(error, SignalUnavailableError) or error.state == "down":
                await self._shared.drop(connection)
            raise

    async def release(self) -> None:
        """No longer needed here; closed if nobody else needs it."""
        if not self._held:
            return
        self._held = False
        self._shared.users -= 1
        if not self._shared.users:
            self._forget()
            await self._shared.end()


class Connections:
    """Every open connection, by key."""

    def __init__(self) -> None:
        self._shared: dict[Hashable, _Shared[Any]] = {}

    def lease(
        self, key: Hashable, open_: Callable[[], Awaitable[C]], close: Callable[[C], Awaitable[None]]
    ) -> Lease[C]:
        """A hold on the connection of that key; the first one's `open_` and `close` count."""
        shared: _Shared[C] = self._shared.setdefault(key, _Shared(open_, close))
        shared.users += 1
        return Lease(shared, lambda: self._forget(key, shared))

    def _forget(self, key: Hashable, shared: _Shared[Any]) -> None:
        if self._shared.get(key) is shared:
            del self._shared[key]
