"""A TCP proxy in front of a server, that turns nasty on request."""

import asyncio
import contextlib
import random
from typing import Literal, Self

from tests.brokers.process import HOST, free_ports

Mode = Literal["pass", "garbage", "close", "hang"]
CHUNK = 65536
GARBAGE = 256


class Proxy:
    """`switch` takes effect at once, for open connections and new ones alike.

    - `pass`: as if it weren't there; a connection ends when the server can't be reached
    - `garbage`: random bytes in place of the server's, and as the first word to who connects
    - `close`: ends every connection
    - `hang`: takes connections and says nothing; it all goes through after the next `pass`
    """

    def __init__(self, target: int, *, port: int | None = None, seed: int = 0) -> None:
        self.target = target
        self.port = port or free_ports(1)[0]
        self.accepted = 0
        self._mode: Mode = "pass"
        self._random = random.Random(seed)
        self._moving = asyncio.Event()
        self._moving.set()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def connections(self) -> int:
        """How many are open now; `accepted` counts all there ever were."""
        return len(self._open)

    def switch(self, mode: Mode) -> None:
        self._mode = mode
        if mode == "hang":
            self._moving.clear()
        else:
            self._moving.set()
        if mode == "close":
            self._end_all()

    async def start(self) -> Self:
        self._server = await asyncio.start_server(self._accept, HOST, self.port)
        return self

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._end_all()
            await asyncio.gather(*self._open)
            await self._server.wait_closed()

    def _end_all(self) -> None:
        for connection in self._open:
            connection.cancel()

    def _accept(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        self.accepted += 1
        connection = asyncio.create_task(self._serve(client_in, client_out))
        self._open.add(connection)
        connection.add_done_callback(self._open.discard)

    async def _serve(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError), contextlib.closing(client_out):
            if self._mode == "garbage":
                client_out.write(self._random.randbytes(GARBAGE))
                await self._pump(client_in, client_out, client_out)
            elif self._mode != "close":
                await self._moving.wait()
                server_in, server_out = await asyncio.open_connection(HOST, self.target)
                with contextlib.closing(server_out):
                    pumps = [
                        asyncio.create_task(self._pump(client_in, server_out, client_out)),
                        asyncio.create_task(self._pump(server_in, client_out, client_out)),
                    ]
                    try:
                        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
                    finally:
                        for pump in pumps:
                            pump.cancel()
                        await asyncio.gather(*pumps, return_exceptions=True)

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, client: asyncio.StreamWriter
    ) -> None:
        while chunk := await source.read(CHUNK):
            await self._moving.wait()
            if self._mode == "garbage":
                client.write(self._random.randbytes(GARBAGE))
                await client.drain()
            else:
                sink.write(chunk)
                await sink.drain()
