"""An engine that answers, but with errors or nonsense: that is said, the daemon lives on and sees when it is well."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from docktor.engine.docker.engine import DockerEngine
from docktor.runtime.daemon import Daemon
from tests.runtime.stage import WEB, daemon_on

PATIENCE_S = 60


def http(body: str, status: str = "200 OK", length: int = 0) -> bytes:
    """`length`: what is promised, if not what comes."""
    head = f"Connection: close\r\nContent-Type: application/json\r\nContent-Length: {length or len(body)}"
    return f"HTTP/1.1 {status}\r\n{head}\r\n\r\n{body}".encode()


VERSION = http('{"ApiVersion": "1.41", "Version": "20.10.24"}')
INFO = http('{"SystemTime": "2026-03-01T12:00:00Z"}')
NO_CONTAINERS = http("[]")
ERROR = http('{"message": "on fire"}', "500 Internal Server Error")
NONSENSE = http("surprise")
OTHERS = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 7\r\n\r\nwelcome"
CUT_SHORT = http('[{"Id": ', length=800)


@dataclass
class SickEngine:
    """Answers every request with `answer`, save those for its version if it is `known`; empty: it is well."""

    answer: bytes
    known: bool

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        what = request.split(b" ")[1].partition(b"?")[0].rpartition(b"/")[2]
        if self.answer and not (self.known and what == b"version"):
            writer.write(self.answer)
        elif what == b"events":
            writer.write(http("", length=1))
            await reader.read()
        else:
            writer.write({b"version": VERSION, b"info": INFO}.get(what, NO_CONTAINERS))
        await writer.drain()
        writer.close()


@asynccontextmanager
async def daemon_with(sick: SickEngine, folder: Path) -> AsyncIterator[Daemon]:
    async with (
        await asyncio.start_unix_server(sick.serve, folder / "d.sock"),
        daemon_on(DockerEngine(f"unix://{folder}/d.sock"), folder / "home") as daemon,
    ):
        yield daemon


async def until(daemon: Daemon, state: str, said: str) -> None:
    """The service is in that state with that reason; health is ok unless it can't be seen."""
    for _ in range(PATIENCE_S * 10):
        view, health = (await daemon.office.service(str(WEB))).service, await daemon.office.health()
        if view.state == state and said in view.reason and (health.status == "ok" or state == "blind"):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"never {state} ({said}); last seen: {view}")


@pytest.mark.parametrize(
    ("answer", "known", "said"),
    [
        (ERROR, True, "on fire"),
        (ERROR, False, "on fire"),
        (NONSENSE, True, "check DOCKER_HOST"),
        (NONSENSE, False, "check DOCKER_HOST"),
        (OTHERS, False, "check DOCKER_HOST"),
        (CUT_SHORT, True, "no connection to the engine at"),
    ],
    ids=["error", "error at once", "nonsense", "nonsense at once", "no engine", "cut short"],
)
async def test_it_is_said_and_survived(
    tmp_path_factory: pytest.TempPathFactory, answer: bytes, known: bool, said: str
) -> None:
    sick = SickEngine(answer, known)
    async with daemon_with(sick, tmp_path_factory.mktemp("s")) as daemon:
        await until(daemon, "blind", said)
        sick.answer = b""
        await until(daemon, "paused", "no container of it exists")
