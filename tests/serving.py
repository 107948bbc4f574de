"""A real daemon on the simulated engine, served on a unix socket of its own and, when asked, on TCP."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from docktor.api.app import create_app
from docktor.api.server import Server
from docktor.runtime.daemon import Daemon, DaemonOptions
from docktor.runtime.office import Office


@dataclass(frozen=True)
class Served:
    office: Office
    server: Server
    sock: Path
    http: httpx2.AsyncClient

    @property
    def token(self) -> str:
        """What TCP asks for: the owner's."""
        return self.sock.with_name("token").read_text(encoding="ascii").strip()


@asynccontextmanager
async def serving(
    folder: Path, tcp: tuple[str, int] | None = None, hosts: Collection[str] = (), page: Sequence[Path] | None = None
) -> AsyncIterator[Served]:
    home = folder / "home"
    options = DaemonOptions(home=home, engine="simulated", environment={}, cwd=folder)
    daemon = await Daemon.open(options)
    async with served(daemon.office, home, tcp, hosts, page) as it:
        running = asyncio.create_task(daemon.run())
        yield it
        await daemon.office.stop()
        await running
    await daemon.close()


@asynccontextmanager
async def served(
    office: Office,
    home: Path,
    tcp: tuple[str, int] | None = ("127.0.0.1", 0),
    hosts: Collection[str] = (),
    page: Sequence[Path] | None = None,
) -> AsyncIterator[Served]:
    """The doors of a daemon that somebody else runs."""
    server = Server(create_app(office, page), uds=home / "docktor.sock", tcp=tcp, hosts=hosts)
    await server.start()
    transport = httpx2.AsyncHTTPTransport(uds=str(server.uds))
    async with httpx2.AsyncClient(transport=transport, base_url="http://docktor", timeout=30) as http:
        yield Served(office, server, server.uds, http)
    await server.stop()
