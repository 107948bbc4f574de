"""What the tests of a provider need around it."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from subprocess import run

import psutil
import pytest

from docktor.errors import SignalUnavailableError
from docktor.signals import Around, Numbers, Provider
from docktor.signals.connections import Connections
from tests.brokers.process import HOST

CHUNK = 65536
SOON_S = 3.0
PATIENCE_S = 30.0
POLL_S = 0.05
LONG_S = 0.3


def around(name: str = "") -> Around:
    """With `name`, a host of that name is this machine."""

    async def locate(host: str, port: int) -> tuple[str, int]:
        return (HOST, port) if host == name else (host, port)

    return Around("shop", Connections(), locate)


def sockets_to(port: int) -> int:
    """How many connections this process has to that port."""
    return sum(bool(c.raddr) and c.raddr.port == port for c in psutil.Process().net_connections("tcp"))


async def no_sockets_to(port: int) -> bool:
    """Closing a socket takes the event loop a moment."""
    return await soon(lambda: sockets_to(port) == 0)


async def soon(true: Callable[[], bool], seconds: float = SOON_S) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(POLL_S)
    return True


async def settles_at(provider: Provider, expected: Mapping[str, float], seconds: float = PATIENCE_S) -> Numbers:
    """Read until these numbers are there, as statistics come late; the test fails when they don't come."""
    end = time.monotonic() + seconds
    while True:
        found: Numbers = {}
        with contextlib.suppress(SignalUnavailableError):
            found = await provider.read()
        if all(found.get(name) == value for name, value in expected.items()):
            return found
        if time.monotonic() > end:
            pytest.fail(f"{dict(found)} instead of {dict(expected)}")
        await asyncio.sleep(POLL_S)


async def failure_of(provider: Provider) -> SignalUnavailableError:
    with pytest.raises(SignalUnavailableError) as failure:
        await provider.read()
    return failure.value


async def fails_or_waits(provider: Provider) -> bool:
    """Nonsense may look like the beginning of a long answer."""
    try:
        async with asyncio.timeout(LONG_S):
            await provider.read()
    except SignalUnavailableError as error:
        return error.state in {"down", "wrong"}
    except TimeoutError:
        return True
    return False


async def cut_off(read: Callable[[], Awaitable[object]], seconds: float) -> None:
    """A read whose time may be up; before that it may lose the connection to one that was cut off."""
    try:
        async with asyncio.timeout(seconds):
            await read()
    except TimeoutError:
        pass
    except SignalUnavailableError as error:
        assert error.state == "down"


def certificate(folder: Path, name: str) -> Path:
    """A file with a key and a certificate for that host name alone, signed by itself."""
    made = folder / "both.pem"
    key, cert = folder / "key.pem", folder / "cert.pem"
    subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    files = ["-keyout", str(key), "-out", str(cert)]
    run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject, *files], check=True, capture_output=True)
    made.write_text(key.read_text() + cert.read_text())
    return made


@contextlib.asynccontextmanager
async def tls_in_front(port: int, both: Path) -> AsyncIterator[int]:
    """A port on which TLS is spoken, and passed on without it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await source.read(CHUNK):
                sink.write(chunk)
                await sink.drain()
        sink.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_reader, to_writer = await asyncio.open_connection(HOST, port)
        await asyncio.gather(pump(reader, to_writer), pump(to_reader, writer))

    server = await asyncio.start_server(serve, HOST, 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]
