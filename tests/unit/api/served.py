"""A served daemon, and requests over its TCP door, byte for byte as a test wants them."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from docktor.core.roles import Role
from docktor.runtime.clock import Clock
from tests.serving import Served

ANSWER_S = 60.0


class MovableClock(Clock):
    def __init__(self) -> None:
        self.ahead = timedelta()
        super().__init__()

    def now(self) -> datetime:
        return super().now() + self.ahead

    def steady(self) -> float:
        return super().steady() + self.ahead.total_seconds()

    def skip(self, **time: float) -> None:
        self.ahead += timedelta(**time)


@dataclass(frozen=True)
class Answer:
    """`body` stays empty for a stream."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def whole(self) -> str:
        return f"{self.status} {self.headers} {self.body!r}"


class Door:
    """`ask` sends what it is told, and by default what a program with JSON would."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.doors = served.server.doors
        self.doors.clock = self.clock = MovableClock()
        assert served.server.address is not None
        self.host = served.server.address.removeprefix("http://")
        self.port = int(self.host.rpartition(":")[2])
        self.owner = served.server.doors.tokens.owner_file.read_text().strip()

    def token(self, role: Role, days: float | None = None, name: str | None = None) -> str:
        return self.doors.tokens.add(role, name, days, self.clock.now())[1]

    async def ask(
        self,
        method: str,
        path: str,
        *headers: str,
        token: str | None = None,
        body: object = None,
        host: str | None = "",
    ) -> Answer:
        """`host`: '' for the right one, `None` for no such header."""
        lines = [f"{method} {path} HTTP/1.1", *headers]
        if host is not None:
            lines.append(f"Host: {host or self.host}")
        if token is not None:
            lines.append(f"Authorization: Bearer {token}")
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        if content:
            lines.append(f"Content-Length: {len(content)}")
        if content and not isinstance(body, bytes):
            lines.append("Content-Type: application/json")
        return await self.raw("\r\n".join([*lines, "", ""]).encode("latin-1") + content)

    async def login(self, token: str, *headers: str) -> str:
        """The header lines of a new session: its cookie and its key."""
        cookie, key = await self.begin(token, *headers)
        return f"{cookie}\r\n{key}"

    async def begin(self, token: str, *headers: str) -> tuple[str, str]:
        """Likewise, one by one."""
        answer = await self.ask("POST", "/api/session", *headers, body={"token": token})
        assert answer.status == 200, answer.whole
        return "Cookie: " + answer.headers["set-cookie"].partition(";")[0], f"X-Docktor: {answer.json()['key']}"

    async def raw(self, request: bytes) -> Answer:
        async with asyncio.timeout(ANSWER_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write(request)
                return await read_answer(reader)
            finally:
                writer.close()
                await writer.wait_closed()


async def read_answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Answer(int(head[0].split()[1]), headers, body)
