"""Serves the API on the home's unix socket and, when asked, on another one and on TCP behind the token."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from docktor.api.limits import TcpGuard
from docktor.api.listeners import own_hosts, read_token, tcp_listener, unix_listener

GRACE_S = 3


class _Uvicorn(uvicorn.Server):
    """Leaves signals to the daemon, and says when it is ready."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
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

    `start` raises DocktorError when a listener can't be had; then nothing is left listening.
    """

    def __init__(
        self,
        app: FastAPI,
        *,
        uds: Path,
        further: socket.socket | None = None,
        tcp: tuple[str, int] | None = None,
        token_file: Path | None = None,
    ) -> None:
        self.app = app
        self.uds = uds
        self.further = further
        self.tcp = tcp
        self.token_file = token_file or uds.with_name("token")
        self.address: str | None = None
        self._running: list[tuple[_Uvicorn, asyncio.Task[None]]] = []
        self._inode: int | None = None

    async def start(self) -> None:
        """Listen and answer. `address` then is the TCP address, if there is one."""
        try:
            unix = unix_listener(self.uds)
            self._inode = self.uds.stat().st_ino
            await self._serve(self.app, unix)
            if self.further is not None:
                await self._serve(self.app, self.further)
            if self.tcp is not None:
                await self._start_tcp(*self.tcp)
        except BaseException:
            await self.stop()
            raise

    async def _start_tcp(self, host: str, port: int) -> None:
        token = read_token(self.token_file)
        listener = tcp_listener(host, port)
        port = listener.getsockname()[1]
        await self._serve(TcpGuard(self.app, token, own_hosts(host, port)), listener)
        self.address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def _serve(self, app: ASGIApp, listener: socket.socket) -> None:
        server = _Uvicorn(app)
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
