"""A real daemon on the simulated engine, served on a unix socket of its own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from pathlib import Path

import httpx2
import pytest

from docktor.api.app import create_app
from docktor.api.server import Server
from docktor.runtime.daemon import Daemon, DaemonOptions
from tests.unit.api.served import Door, Served


@contextlib.asynccontextmanager
async def serving(
    tmp_path: Path, tcp: tuple[str, int] | None = None, hosts: Collection[str] = ()
) -> AsyncIterator[Served]:
    home = tmp_path / "home"
    options = DaemonOptions(home=home, engine="simulated", environment={}, cwd=tmp_path)
    daemon = await Daemon.open(options)
    server = Server(create_app(daemon.office), uds=home / "docktor.sock", tcp=tcp, hosts=hosts)
    await server.start()
    running = asyncio.create_task(daemon.run())
    transport = httpx2.AsyncHTTPTransport(uds=str(server.uds))
    async with httpx2.AsyncClient(transport=transport, base_url="http://docktor", timeout=30) as http:
        yield Served(daemon.office, server, server.uds, http)
    await daemon.office.stop()
    await running
    await server.stop()
    await daemon.close()


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(tmp_path) as it:
        yield it


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    """The same over TCP too, with a clock that a test can move."""
    async with serving(tmp_path, ("127.0.0.1", 0), ["docktor.example.com"]) as it:
        yield Door(it)
