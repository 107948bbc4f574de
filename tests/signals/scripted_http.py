"""An HTTP server on loopback that answers by script, byte for byte: also what no proper server would say."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

HANG = b"hang"
"""As an answer: none ever comes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its target as sent (path and query) and its headers by lower-case name."""

    target: str
    headers: dict[str, str]


@dataclass
class ScriptedHttp:
    """`answers`: by path without query. What it was asked is in `asked`; `open` counts its connections now."""

    answers: dict[str, bytes | Callable[[Asked], bytes]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    open: int = 0
    accepted: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        self.accepted += 1
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        asked = Asked(lines[0].split(" ")[1], headers)
        self.asked.append(asked)
        answer = self.answers.get(asked.target.partition("?")[0], status(404))
        said = answer(asked) if callable(answer) else answer
        if said is HANG:
            await reader.read()
            return False
        writer.write(said)
        await writer.drain()
        return b"\r\nConnection: close\r\n" not in said and said.startswith(b"HTTP/1.1")


@asynccontextmanager
async def scripted_http(tls: ssl.SSLContext | None = None) -> AsyncIterator[ScriptedHttp]:
    http = ScriptedHttp()
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(http.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    http.port = server.sockets[0].getsockname()[1]
    try:
        yield http
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


def ok(content: object, *headers: str) -> bytes:
    """200 with that JSON, or those bytes."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def status(code: int, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {code} Whatever", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def chunked(*parts: bytes) -> bytes:
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (*parts, b""))
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body
