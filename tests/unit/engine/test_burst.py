"""Many requests at once over a real unix socket: every answer in its place, and nothing left open."""

import asyncio
from pathlib import Path

import pytest

from docktor.engine.docker.burst import body_of, get_all

OK = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers `/echo/X` with X (long ones in pieces), `/gone` with 404, `/cut` with silence after the head."""
    target = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
    if target.startswith(b"/echo/"):
        writer.write(OK)
        for _ in range(3):
            writer.write(target.removeprefix(b"/echo/") * 30_000)
            await writer.drain()
    elif target == b"/gone":
        writer.write(b"HTTP/1.0 404 Not Found\r\n\r\n{}")
    elif target == b"/hang":
        await reader.read()
    writer.close()


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


async def test_answers_come_in_the_order_asked(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("s") / "d.sock"
    async with await asyncio.start_unix_server(serve, path):
        before = open_files()
        targets = [f"/echo/{n % 10}" for n in range(60)]
        answers = await get_all(str(path), [*targets, "/gone", "/cut"], 10)
        assert answers[:60] == [str(n % 10).encode() * 90_000 for n in range(60)]
        assert answers[60:] == [None, None]
        await asyncio.sleep(0)
    assert open_files() <= before


async def test_what_hangs_does_not_hinder_the_others(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("s") / "d.sock"
    async with await asyncio.start_unix_server(serve, path):
        answers = await get_all(str(path), ["/hang", "/echo/a", "/hang"], 0.3)
        assert [answer and len(answer) for answer in answers] == [None, 90_000, None]


async def test_nobody_there(tmp_path: Path) -> None:
    assert await get_all(str(tmp_path / "no.sock"), ["/a", "/b"], 1) == [None, None]
    assert await get_all(str(tmp_path / "no.sock"), [], 1) == []


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (OK + b"{}", b"{}"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", b"{}"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;x=y\r\n{\r\n1\r\n}\r\n0\r\n\r\n", b"{}"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}", None),
        (b"HTTP/1.0 500 Oops\r\n\r\n{}", None),
        (b"HTTP/1.0 2000 Odd\r\n\r\n{}", None),
        (b"", None),
        (b"\xff\x00", None),
    ],
)
def test_bodies(answer: bytes, body: bytes | None) -> None:
    assert body_of(answer) == body
