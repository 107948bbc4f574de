"""Redis Streams: what waits for a consumer group."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pydantic import Field, SecretStr, field_validator

from docktor.errors import SignalUnavailableError
from docktor.signals import redis_groups
from docktor.signals.address import address
from docktor.signals.base import Around, Library, Numbers, Options, Provider
from docktor.signals.http import reason
from docktor.signals.redis_groups import Group, Stream

if TYPE_CHECKING:
    from redis.asyncio import Connection

PORTS = {"redis": 6379, "rediss": 6379}
COUNT_LIMIT = 10_000


class RedisStreamsOptions(Options):
    url: str = Field(
        "redis://localhost:6379/0",
        repr=False,
        description="Address of the server, the database as its path; rediss:// asks for TLS.",
    )
    user: str | None = Field(None, min_length=1, description="Instead of the address's.")
    password: SecretStr | None = Field(None, description="Instead of the address's; taken as it is written.")
    stream: str = Field(min_length=1, description="The stream's key.")
    group: str | None = Field(
        None, min_length=1, description="The consumer group; without one, all that lies there counts."
    )
    count_limit: int = Field(
        COUNT_LIMIT, ge=1, le=1_000_000, description="How far to count what waits when Redis itself can't tell."
    )

    @field_validator("url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        _database(address(url, PORTS).path)
        return url


def _database(path: str) -> int:
    number = unquote(path).strip("/")
    if number and not (number.isascii() and number.isdigit()):
        raise ValueError("has a path that is no number of a database")
    return int(number or 0)


@dataclass(slots=True)
class _Line:
    """A connection and whose turn it is: answers come in the order of the questions."""

    connection: "Connection"
    turn: asyncio.Lock

    async def ask(self, *commands: tuple[str | int, ...]) -> list[Any]:
        """Every command's answer; raises the first that is an error, when all have been read."""
        from redis.exceptions import ResponseError

        async with self.turn:
            if not self.connection.is_connected or await self.connection.can_read():
                raise _GoneError("the connection is gone")
            await self.connection.send_packed_command(self.connection.pack_commands(commands))
            answers: list[Any] = []
            for _ in commands:
                try:
                    answers.append(await self.connection.read_response())
                except ResponseError as error:
                    answers.append(error)
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return answers


class _GoneError(SignalUnavailableError):
    """Closed since it was last used, as by a server that was restarted or drops who is idle."""


class RedisStreams(Provider):
    """`backlog`: entries not delivered to the group yet. `in_flight`: delivered, not acknowledged. `lag`: both."""

    Options = RedisStreamsOptions
    about = "Redis Streams: a consumer group's backlog"
    library = Library("redis", "docktor[redis]")

    def __init__(self, options: RedisStreamsOptions, around: Around) -> None:
        super().__init__(options, around)
        self._address = address(options.url, PORTS)
        self._user = options.user or self._address.user
        self._password = options.password.get_secret_value() if options.password else self._address.password
        key = ("redis", self._address, self._address.password, self._user, self._password)
        self._link = around.share(key, self._open, _close)

    @property
    def where(self) -> str:
        o: RedisStreamsOptions = self.options
        return f"{self._address.origin.partition('://')[2]} {'/'.join(part for part in (o.stream, o.group) if part)}"

    async def read(self) -> Numbers:
        try:
            return await self._read()
        except _GoneError:
            return await self._read()  # on a new connection

    async def _read(self) -> Numbers:
        from redis.exceptions import RedisError, ResponseError

        try:
            async with self._link.use() as line:
                try:
                    return await self._numbers(line)
                except ResponseError as error:
                    raise _failed(error, self.options.stream) from error
        except (RedisError, OSError) as error:
            raise _failed(error, self.options.stream) from error

    async def _numbers(self, line: _Line) -> Numbers:
        o: RedisStreamsOptions = self.options
        if o.group is None:
            [about] = await line.ask(("XINFO", "STREAM", o.stream))
            return redis_groups.numbers_of_all(Stream.of(about))
        groups, about = await line.ask(("XINFO", "GROUPS", o.stream), ("XINFO", "STREAM", o.stream))
        group, stream = Group.find(groups, o.group), Stream.of(about)
        if group is None:
            raise SignalUnavailableError(f"stream {o.stream} has no group {o.group} yet", "wrong")
        waiting = redis_groups.undelivered(stream, group)
        return redis_groups.numbers(
            stream, group, await self._counted(line, stream, group) if waiting is None else waiting
        )

    async def _counted(self, line: _Line, stream: Stream, group: Group) -> float:
        """Entries after the last delivered one."""
        most, size = redis_groups.farthest(stream, group, self.options.count_limit), redis_groups.page(stream)
        counted, start = 0, redis_groups.after(group.delivered)
        while counted < most:
            wanted = min(size, most - counted)
            [entries] = await line.ask(("XRANGE", self.options.stream, start, "+", "COUNT", wanted))
            came, start = redis_groups.after_the_last(entries)
            counted += came
            if came < wanted:
                return counted
        return redis_groups.estimate(stream, group, counted)

    async def _open(self) -> _Line:
        from redis.asyncio import Connection

        to = self._address
        host, port = await self.around.locate(to.host, to.port)
        kind = _named(to.host) if to.scheme == "rediss" else Connection
        connection: Any = kind(
            host=host,
            port=port,
            db=_database(to.path),
            username=self._user,
            password=self._password,
            protocol=2,
            driver_info=None,  # or it introduces itself, which not every user may
            socket_timeout=None,  # whoever reads has a deadline
            socket_connect_timeout=None,
        )
        try:
            await connection.connect()
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
        return _Line(connection, asyncio.Lock())

    async def close(self) -> None:
        await self._link.release()


async def _close(line: _Line) -> None:
    await line.connection.disconnect()


def _named(name: str) -> "type[Connection]":
    """TLS to a server whose certificate must have `name`, wherever it is reached."""
    from redis.asyncio import SSLConnection

    class Named(SSLConnection):
        def _connection_arguments(self) -> Mapping[str, Any]:
            return {**super()._connection_arguments(), "server_hostname": name}

    return Named


def _failed(error: Exception, stream: str) -> SignalUnavailableError:
    from redis import exceptions

    text = reason(error).partition(", with args")[0]  # it may repeat a command, and AUTH is one
    if isinstance(error, exceptions.AuthenticationError | exceptions.AuthenticationWrongNumberOfArgsError):
        return SignalUnavailableError("the credentials are not accepted", "refused")
    if isinstance(error, exceptions.NoPermissionError) or text.startswith("DENIED"):
        return SignalUnavailableError(f"may not be asked: {text}", "refused")
    if isinstance(error, exceptions.MovedError | exceptions.AskError):
        return SignalUnavailableError(f"stream {stream} is on another node of the cluster: {text}", "wrong")
    if isinstance(error, exceptions.InvalidResponse):
        return SignalUnavailableError(f"does not answer as Redis does: {text}", "wrong")
    busy = exceptions.ClusterDownError | exceptions.TryAgainError
    if isinstance(error, busy) or not isinstance(error, exceptions.ResponseError) or text.startswith("BUSY "):
        return SignalUnavailableError(f"no answer: {text}")
    if text == "no such key":
        return SignalUnavailableError(f"there is no stream {stream} yet", "wrong")
    if text.startswith("WRONGTYPE"):
        return SignalUnavailableError(f"{stream} is no stream", "wrong")
    return SignalUnavailableError(text, "wrong")
