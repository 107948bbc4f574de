"""An engine that can't be reached, or does not answer: the reason, the remedy, and nothing left open."""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from docktor.engine.docker.client import EngineApiError, EngineClient
from docktor.engine.docker.engine import DockerEngine
from docktor.errors import EngineUnavailableError

# Sockets have a name of at most 107 bytes; pytest's folders are longer.


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("s")
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("DOCKER_CONTEXT", raising=False)
    yield folder


async def reason(host: str | None) -> str:
    with pytest.raises(EngineUnavailableError) as away:
        await DockerEngine.connect(host)
    assert "\n" not in str(away.value)
    return str(away.value)


async def test_no_socket(place: Path) -> None:
    assert "there is no Docker socket at /" in await reason(f"unix://{place}/none.sock")
    (place / "file").touch()
    assert "there is no Docker socket at /" in await reason(f"unix://{place}/file/none.sock")


async def test_nobody_listens(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(place / "d.sock"))
    text = await reason(f"unix://{place}/d.sock")
    assert "nothing listens on" in text and "start it" in text
    (place / "folder").mkdir()
    assert "nothing listens on" in await reason(f"unix://{place}/folder")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody without permission")
async def test_no_permission_names_the_group(place: Path) -> None:
    path = place / "d.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        path.chmod(0o660)
        for folder in (place, *place.parents[:2]):
            folder.chmod(0o755)
        groups = os.getgroups()
        os.setgroups([])
        os.setegid(65534)
        os.seteuid(65534)
        try:
            text = await reason(f"unix://{path}")
        finally:
            os.seteuid(0)
            os.setegid(0)
            os.setgroups(groups)
    assert "may not use" in text and "group root (0)" in text and "usermod -aG root" in text


async def test_wrong_addresses(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is no engine address" in await reason("nonsense")
    monkeypatch.setenv("DOCKER_HOST", "127.0.0.1:1")
    assert "unix:///path/docker.sock or tcp://host:port" in await reason(None)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert "check that it runs, and DOCKER_HOST" in await reason(f"tcp://127.0.0.1:{port}")


async def test_a_context_that_is_not_there(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONTEXT", "no-such-context")
    text = await reason(None)
    assert "no-such-context" in text and "docker context" in text


async def answering(place: Path, answer: bytes) -> asyncio.Server:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        if answer:
            writer.close()
        else:
            await reader.read()
            writer.close()

    return await asyncio.start_unix_server(serve, place / "d.sock")


def http(status: str, body: str) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


async def test_an_engine_that_hangs_ends_at_the_deadline(place: Path) -> None:
    async with await answering(place, b""):
        client = EngineClient(f"unix://{place}/d.sock")
        with pytest.raises(EngineUnavailableError, match=r"did not answer GET version within 0\.1 s"):
            await client.get("version", deadline=0.1)
        with pytest.raises(EngineUnavailableError, match="hangs or is overloaded"):
            await asyncio.gather(*(client.post("containers/x/start", deadline=0.1) for _ in range(20)))
        await client.close()


async def test_an_engine_that_is_too_old(place: Path) -> None:
    body = '{"ApiVersion":"1.38","Version":"18.6"}'
    async with await answering(place, http("200 OK", body)):
        text = await reason(f"unix://{place}/d.sock")
    assert "API 1.38" in text and "1.41" in text and "update Docker" in text


async def test_an_engine_that_says_no_or_nonsense(place: Path) -> None:
    async with await answering(place, http("500 Internal Server Error", '{"message":"on fire"}')):
        assert "on fire" in await reason(f"unix://{place}/d.sock")
    async with await answering(place, b"\x00\x01garbage\r\n\r\n"):
        assert "no connection to the engine" in await reason(f"unix://{place}/d.sock")


async def test_events_of_an_engine_that_is_away_wait_and_end_when_told(place: Path) -> None:
    engine = DockerEngine(f"unix://{place}/none.sock")
    events = engine.events()
    waiting = asyncio.ensure_future(anext(events))
    done, _ = await asyncio.wait([waiting], timeout=0.2)
    assert not done
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await engine.close()


def test_an_answered_refusal_is_an_error_of_ours() -> None:
    assert EngineApiError(409, "in use").status == 409
