"""Many small GETs to a unix socket at once, for as little CPU as Python allows.

A general HTTP client spends several times as long on a sample as reading it takes, and samples are most of what
an idle Docktor does. Each request is HTTP/1.0 on a connection of its own: the engine closes it after the answer.
"""

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress

_READ = 65536


async def get_all(path: str, targets: Sequence[str], deadline: float) -> list[bytes | None]:
    """Bodies in the order of `targets` (`/v1.41/...`); `None` for those not answered with 200 in time."""
    loop = asyncio.get_running_loop()
    burst = _Burst(loop, len(targets))
    gets = [_Get(burst, path, target) for target in targets]
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(deadline):
                await burst.all_done
    finally:
        for get in gets:
            get.close()
    return [body_of(bytes(get.answer)) if get.complete else None for get in gets]


class _Burst:
    def __init__(self, loop: asyncio.AbstractEventLoop, waiting: int) -> None:
        self.loop = loop
        self.all_done: asyncio.Future[None] = loop.create_future()
        self._waiting = waiting
        if not waiting:
            self.all_done.set_result(None)

    def one_done(self) -> None:
        self._waiting -= 1
        if not self._waiting and not self.all_done.done():
            self.all_done.set_result(None)


class _Get:
    def __init__(self, burst: _Burst, path: str, target: str) -> None:
        self.answer = bytearray()
        self.complete = False
        self._burst = burst
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.setblocking(False)
        self._open = True
        try:
            self._socket.connect(path)
            self._socket.send(f"GET {target} HTTP/1.0\r\nHost: docker\r\n\r\n".encode())
            burst.loop.add_reader(self._socket.fileno(), self._readable)
        except OSError:  # the engine went away, or takes no more connections just now
            self._socket.close()
            self._open = False
            burst.one_done()

    def _readable(self) -> None:
        try:
            while part := self._socket.recv(_READ):
                self.answer += part
            self.complete = True
        except BlockingIOError:
            return
        except OSError:
            pass
        self.close()
        self._burst.one_done()

    def close(self) -> None:
        if self._open:
            self._open = False
            self._burst.loop.remove_reader(self._socket.fileno())
            self._socket.close()


def body_of(answer: bytes) -> bytes | None:
    """The body of a whole answer with status 200, taken out of its chunks if a proxy in between made some."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status, _, fields = head.partition(b"\r\n")
    if status.split(b" ")[1:2] != [b"200"]:
        return None
    if b"transfer-encoding: chunked" not in fields.lower():
        return body
    whole = bytearray()
    while body:
        size, _, body = body.partition(b"\r\n")
        try:
            length = int(size.partition(b";")[0], 16)
        except ValueError:
            return None
        whole += body[:length]
        body = body[length + 2 :]
    return bytes(whole)
