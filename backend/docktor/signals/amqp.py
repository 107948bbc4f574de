"""A queue of RabbitMQ, asked for by AMQP."""

import asyncio
import logging
import ssl
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from docktor.errors import SignalUnavailableError
from docktor.signals.address import Address
from docktor.signals.base import Around, Numbers
from docktor.signals.http import reason
from docktor.signals.numbers import number

if TYPE_CHECKING:
    from aiormq import Connection

CLOSE_SECONDS = 0.5
_FRAME_PARTS = 3


class Amqp:
    """One connection per broker, vhost and user; a channel per read, as the broker closes it on every mistake."""

    def __init__(self, around: Around, at: Address, vhost: str, user: str, password: str) -> None:
        self._around = around
        self._at = at
        self._vhost = vhost
        self._user = user
        self._password = password
        self._link = around.share(("amqp", at.origin, vhost, user, password), self._open, _close)

    async def read(self, queue: str) -> Numbers:
        try:
            return await self._read(queue)
        except _GoneError:
            return await self._read(queue)  # on a new connection

    async def close(self) -> None:
        await self._link.release()

    async def _read(self, queue: str) -> Numbers:
        from aiormq import exceptions

        try:
            async with self._link.use() as link:
                if link.connection.is_closed:
                    raise _GoneError("the connection is gone")
                try:
                    return await _declared(link.connection, queue)
                except exceptions.ChannelClosed as error:
                    raise self._refusal(error, queue) from error
        except SignalUnavailableError:
            raise
        except (asyncio.CancelledError, Exception) as error:
            # When somebody closes the connection, aiormq throws all sorts of things at everyone who waits for it, at
            # the uncancelled a cancellation, at the cancelled something else.
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise asyncio.CancelledError from error
            raise SignalUnavailableError(f"no answer: {reason(error)}") from error

    async def _open(self) -> "_Link":
        from aiormq import Connection, exceptions

        _silence()
        at = self._at
        host, port = await self._around.locate(at.host, at.port)
        socket = _Socket(host, port, at.host if at.scheme == "amqps" else None)
        scheme, _, place = at.origin.partition("://")
        url = f"{scheme}://{quote(self._user, safe='')}:{quote(self._password, safe='')}@{place}"
        link = _Link(Connection(url, transport_factory=cast(Any, socket)), socket)
        link.connection.vhost = self._vhost  # no address can name a vhost with %2F in it
        try:
            await link.connection.connect()
            await link.connection.ready()
        except BaseException as error:
            await _close(link)
            if isinstance(error, exceptions.ProbableAuthenticationError):
                raise SignalUnavailableError("the credentials are not accepted", "refused") from error
            if isinstance(error, exceptions.InvalidFrameError):
                raise self._no_entry(socket.last_words()) from error
            raise
        return link

    def _no_entry(self, said: str) -> SignalUnavailableError:
        """Why the broker hung up on someone it had let in."""
        if said.endswith(" not found"):
            return SignalUnavailableError(f"there is no vhost {self._vhost}", "wrong")
        if said.startswith("access to vhost") and "limit" not in said.rpartition("refused")[2]:
            return SignalUnavailableError(f"user {self._user} may not use vhost {self._vhost}", "refused")
        return SignalUnavailableError(f"no answer: {said or 'it does not speak AMQP 0-9-1'}")

    def _refusal(self, error: Exception, queue: str) -> SignalUnavailableError:
        from aiormq import exceptions

        said = _after_dash(reason(error))
        if isinstance(error, exceptions.ChannelNotFoundEntity) and said.startswith("no queue"):
            return SignalUnavailableError(f"there is no queue {queue} in vhost {self._vhost} yet", "wrong")
        if isinstance(error, exceptions.ChannelAccessRefused):
            return SignalUnavailableError(f"user {self._user} may not ask for queue {queue}", "refused")
        if isinstance(error, exceptions.ChannelLockedResource):
            return SignalUnavailableError(f"queue {queue} is for the connection alone that declared it", "wrong")
        return SignalUnavailableError(f"no answer: {said}")


class _GoneError(SignalUnavailableError):
    """Closed since it was last used, as by a broker that was restarted."""


class _Socket:
    """Where aiormq has its bytes from: opened with the name that the certificate must have, and closed for sure.

    It remembers what was last heard, because aiormq doesn't say why the broker hangs up on someone it had let in.
    """

    def __init__(self, host: str, port: int, name: str | None) -> None:
        self._to = (host, port)
        self._name = name
        self._heard: deque[bytes] = deque(maxlen=_FRAME_PARTS)
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def create(self, _: object, **__: object) -> tuple["_Socket", asyncio.StreamWriter]:
        host, port = self._to
        tls = ssl.create_default_context() if self._name else None
        self._reader, self._writer = await asyncio.open_connection(host, port, ssl=tls, server_hostname=self._name)
        return self, self._writer

    def at_eof(self) -> bool:
        return self._reader is None or self._reader.at_eof()

    async def readexactly(self, count: int) -> bytes:
        assert self._reader is not None
        part = await self._reader.readexactly(count)
        self._heard.append(part)
        return part

    def last_words(self) -> str:
        """The text with which the broker closed the connection."""
        from pamqp import commands, exceptions, frame

        try:
            _, _, last = frame.unmarshal(b"".join(self._heard))
        except (exceptions.PAMQPException, ValueError):
            return ""
        return _after_dash(last.reply_text or "") if isinstance(last, commands.Connection.Close) else ""

    def abort(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()


@dataclass(frozen=True, slots=True)
class _Link:
    connection: "Connection"
    socket: _Socket


async def _declared(connection: "Connection", queue: str) -> Numbers:
    from pamqp import commands

    class AnyName(commands.Queue.Declare):
        """Other clients make queues of names that this library would not let pass."""

        def validate(self) -> None:
            return

    channel: Any = await connection.channel(publisher_confirms=False)
    told = await channel.rpc(AnyName(queue=queue, passive=True))
    await channel.close()
    return {
        "backlog": number(told.message_count, "message_count"),
        "consumers": number(told.consumer_count, "consumer_count"),
    }


async def _close(link: _Link) -> None:
    """Says goodbye if the broker listens."""
    from aiormq import exceptions

    closed = exceptions.ConnectionClosed(0, "closed here")  # for those who wait: as it comes, it would cancel them
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await link.connection.close(closed)
    except TimeoutError:
        pass
    finally:
        link.socket.abort()
    await link.connection.close(closed)


def _after_dash(text: str) -> str:
    """Without the name of the error: `NOT_FOUND - no queue …`."""
    return text.partition(" - ")[2] or text


def _silence() -> None:
    """It logs every failure as an error of its own; the read that fails tells. A level that somebody set stays."""
    log = logging.getLogger("aiormq")
    if log.level == logging.NOTSET:
        log.setLevel(logging.CRITICAL + 1)
