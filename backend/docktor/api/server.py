"""Serves the API on the home's unix socket, on another if asked, and, unless told not to, on TCP behind the guard."""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Collection, Iterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from docktor.api.doors import Doors
from docktor.api.guard import MOST_HEADER_BYTES, TcpGuard
from docktor.api.headers import CarefulHeaders
from docktor.api.hosts import own_hosts
from docktor.api.impatient import Impatient
from docktor.api.listeners import PortsTakenError, tcp_listener, unix_listener
from docktor.errors import DocktorError
from docktor.memory.tokens import Tokens

log = logging.getLogger(__name__)

GRACE_S = 3


class _Uvicorn(uvicorn.Server):
    """Leaves signals to the daemon, and says when it is ready."""

    def __init__(self, app: ASGIApp, *, strangers: bool) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Impatient if strangers else "h11",
                h11_max_incomplete_event_size=MOST_HEADER_BYTES,
                log_config=None,
                log_level="warning",
                access_log=False,
                lifespan="off",
                ws="none",
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE_S,
            )
        )
        self.ready = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class Server:
    """`uds`: path of the unix socket. `further`: another one, listened on already. `tcp`: host and port, or `None`.

    `token_file`: made when TCP is on.

    `hosts`: further names under which the TCP listener answers. `start` raises DocktorError when a listener can't be
    had; then nothing is left listening. Without a free port, or without a token, only the unix socket answers, and
    `trouble` says why.
    """

    def __init__(
        self,
        app: FastAPI,
        *,
        uds: Path,
        further: socket.socket | None = None,
        tcp: tuple[str, int] | None = None,
        token_file: Path | None = None,
        hosts: Collection[str] = (),
    ) -> None:
        self.app = app
        self.uds = uds
        self.further = further
        self.tcp = tcp
        self.hosts = hosts
        self.address: str | None = None
        self.trouble: str | None = None
        owner_file = token_file or uds.with_name("token")
        self.doors = app.state.doors = Doors(Tokens(owner_file, owner_file.with_name("tokens.json")))
        self._running: list[tuple[_Uvicorn, asyncio.Task[None]]] = []
        self._inode: int | None = None

    async def start(self) -> None:
        """Listen and answer. `address` then is the TCP address, if there is one."""
        self.doors.tokens.open_others()
        if self.doors.tokens.fault:
            log.warning("%s", self.doors.tokens.fault)
        try:
            unix = unix_listener(self.uds)
            self._inode = self.uds.stat().st_ino
            await self._serve(self.app, unix, strangers=False)
            if self.further is not None:
                await self._serve(self.app, self.further, strangers=False)
            if self.tcp is not None:
                await self._start_tcp(*self.tcp)
        except BaseException:
            await self.stop()
            raise

    async def _start_tcp(self, host: str, port: int) -> None:
        try:
            self.doors.tokens.open(self.doors.clock.now())
        except DocktorError as error:
            self.trouble = str(error)
            return
        try:
            listener = tcp_listener(host, port)
        except PortsTakenError as error:
            self.trouble = f"{error}: choose another with `--listen`"
            return
        port = listener.getsockname()[1]
        self.doors.cookie = f"docktor_session_{port}"  # cookies know no ports: daemons side by side must not share one
        guard = TcpGuard(self.app, self.doors, own_hosts(host, port, self.hosts))
        await self._serve(CarefulHeaders(guard), listener, strangers=True)
        self.address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def _serve(self, app: ASGIApp, listener: socket.socket, *, strangers: bool) -> None:
        server = _Uvicorn(app, strangers=strangers)
        task = asyncio.create_task(server.serve(sockets=[listener]), name="api")
        self._running.append((server, task))
        await server.ready.wait()

    async def stop(self) -> None:
        """Let answers under way finish, end the streams, remove the socket file."""
        self.app.state.closing.set()
        for server, _ in self._running:
            server.should_exit = True
        await asyncio.gather(*(task for _, task in self._running))
        self._running.clear()
        with contextlib.suppress(FileNotFoundError):
            if self._inode is not None and os.lstat(self.uds).st_ino == self._inode:
                self.uds.unlink()
        self._inode = None
