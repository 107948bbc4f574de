"""What a provider must not leave behind."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil

from docktor.errors import SignalUnavailableError
from docktor.signals import Provider

SETTLE_S = 3.0


def sockets(port: int) -> int:
    """How many of this process lead to that port."""
    found = psutil.Process().net_connections("tcp")
    return sum(1 for one in found if one.raddr and one.raddr.port == port and one.status == psutil.CONN_ESTABLISHED)


@asynccontextmanager
async def nothing_left(*ports: int) -> AsyncIterator[None]:
    """Neither sockets to those ports nor tasks, soon after the block."""
    before = asyncio.all_tasks()
    yield
    end = asyncio.get_running_loop().time() + SETTLE_S
    while left := [*asyncio.all_tasks() - before, *(port for port in ports if sockets(port))]:
        assert asyncio.get_running_loop().time() < end, left
        await asyncio.sleep(0.01)


async def cut_off(one: Provider, seconds: float) -> None:
    """A read whose time is up after so many seconds; before that it may be done, or lose the connection to another."""
    try:
        async with asyncio.timeout(seconds):
            await one.read()
    except TimeoutError:
        pass
    except SignalUnavailableError as error:
        assert error.state == "down"


@asynccontextmanager
async def silent() -> AsyncIterator[int]:
    """A port of loopback that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        yield port
