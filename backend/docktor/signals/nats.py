"""NATS JetStream: what waits for a consumer of a stream."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from pydantic import Field, SecretStr, model_validator

from docktor.errors import SignalUnavailableError
from docktor.signals.base import Around, Library, Numbers, Options, Provider, Total, hostport
from docktor.signals.http import reason

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.js.api import ConsumerInfo, StreamInfo
    from nats.js.manager import JetStreamManager

PORT = 4222
OPEN_SECONDS = 4
_STREAM_NOT_FOUND, _CONSUMER_NOT_FOUND = 10059, 10014


class NatsOptions(Options):
    url: str = Field(f"nats://localhost:{PORT}", repr=False, description="Address of a server; tls:// asks for TLS.")
    jetstream: bool = Field(True, description="Core NATS keeps nothing that could wait, so only true makes sense.")
    stream: str | None = Field(None, min_length=1, description="The stream; found by `subject` if left out.")
    consumer: str | None = Field(None, min_length=1, description="The durable consumer whose backlog counts.")
    subject: str | None = Field(
        None, min_length=1, description="Finds the stream; without a consumer, the messages that count."
    )
    domain: str | None = Field(None, min_length=1, description="JetStream domain.")
    user: str | None = Field(None, min_length=1, description="Instead of the address's.")
    password: SecretStr | None = Field(None, description="Instead of the address's; taken as it is written.")
    token: SecretStr | None = Field(None, description="For servers that take a token instead of user and password.")
    credentials_file: str | None = Field(None, description="A .creds file with a JWT and its key.")
    ca_file: str | None = Field(None, description="Certificates to trust instead of the machine's.")

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if not self.jetstream:
            raise ValueError("jetstream: false leaves nothing to read: core NATS keeps no backlog")
        if self.stream is None and self.subject is None:
            raise ValueError("needs a stream, or a subject to find it by")
        return self


class Nats(Provider):
    """`backlog`: messages not delivered yet. `in_flight`: delivered, not acknowledged. `lag`: both together."""

    Options = NatsOptions
    about = "NATS JetStream: a consumer's backlog"
    library = Library("nats", "docktor[nats]")

    def __init__(self, options: NatsOptions, around: Around) -> None:
        super().__init__(options, around)
        o = options
        secrets = [secret.get_secret_value() if secret else None for secret in (o.password, o.token)]
        key = ("nats", o.url, o.user, *secrets, o.credentials_file, o.ca_file)
        self._link = around.share(key, self._open, _close)

    @property
    def where(self) -> str:
        o: NatsOptions = self.options
        return f"{hostport(o.url)} {'/'.join(part for part in (o.stream or o.subject, o.consumer) if part)}"

    async def read(self) -> Numbers:
        import nats.errors
        import nats.js.errors

        try:
            async with self._link.use() as link, link.while_it_lives():
                try:
                    return await self._ask(link.client.jetstream(domain=self.options.domain))
                except nats.js.errors.ServiceUnavailableError as error:
                    raise SignalUnavailableError("JetStream is not enabled there", "wrong") from error
                except nats.js.errors.APIError as error:
                    raise SignalUnavailableError(self._not_there(error.err_code, reason(error)), "wrong") from error
        except (nats.errors.Error, OSError, TimeoutError) as error:
            raise _failed(error) from error

    async def _ask(self, manager: "JetStreamManager") -> Numbers:
        o: NatsOptions = self.options
        stream = o.stream or await manager.find_stream_name_by_subject(o.subject or "")
        if o.consumer is None:
            return _of_stream(await manager.stream_info(stream, o.subject), o.subject)
        consumer = await manager.consumer_info(stream, o.consumer)
        return _of_consumer(consumer, await manager.stream_info(stream))

    def _not_there(self, code: int | None, said: str) -> str:
        o: NatsOptions = self.options
        if code == _STREAM_NOT_FOUND:
            return f"there is no stream {o.stream or f'for subject {o.subject}'}"
        return f"stream {o.stream} has no consumer {o.consumer} yet" if code == _CONSUMER_NOT_FOUND else said

    async def _open(self) -> "_Link":
        from nats.aio.client import Client
        from nats.errors import NoServersError

        o: NatsOptions = self.options
        parts = urlsplit(o.url)
        host, port = await self.around.locate(parts.hostname or "localhost", parts.port or PORT)
        name = f"[{host}]" if ":" in host else host
        errors: list[Exception] = []

        async def note(error: Exception) -> None:
            errors.append(error)

        client = Client()
        link = _Link(client)
        try:
            await client.connect(
                urlunsplit((parts.scheme, f"{name}:{port}", "", "", "")),
                name="docktor",
                **_login(o, parts),
                user_credentials=o.credentials_file,
                tls=_tls(o.ca_file) if parts.scheme == "tls" or o.ca_file else None,
                tls_hostname=parts.hostname if parts.scheme == "tls" or o.ca_file else None,
                allow_reconnect=False,  # whoever reads opens it again, with growing pauses
                max_reconnect_attempts=1,  # or it tries for two minutes to connect the first time
                reconnect_time_wait=0,
                connect_timeout=OPEN_SECONDS,
                error_cb=note,
                closed_cb=link.end,
            )
        except BaseException as error:
            await client.close()  # a connect that failed leaves its socket open
            if isinstance(error, NoServersError) and errors:
                raise errors[-1] from None
            raise
        errors.clear()
        return link

    async def close(self) -> None:
        await self._link.release()


class _Link:
    """A connection, and who waits for an answer on it: the client lets them wait though it has closed."""

    def __init__(self, client: "Client") -> None:
        self.client = client
        self._waiting: set[asyncio.Timeout] = set()

    @asynccontextmanager
    async def while_it_lives(self) -> AsyncIterator[None]:
        """Raises SignalUnavailableError as soon as the connection ends."""
        try:
            async with asyncio.timeout(None) as waiting:
                self._waiting.add(waiting)
                try:
                    yield
                finally:
                    self._waiting.discard(waiting)
        except TimeoutError:
            if waiting.expired():
                raise SignalUnavailableError("no answer: the connection ended") from None
            raise

    async def end(self) -> None:
        for waiting in self._waiting:
            waiting.reschedule(asyncio.get_running_loop().time())


async def _close(link: _Link) -> None:
    await link.client.close()


def _login(o: NatsOptions, parts: SplitResult) -> dict[str, Any]:
    """As `connect` takes it. A user without a password in an address is a token, as NATS has it."""
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    token = o.token.get_secret_value() if o.token else None
    if user is not None and password is None and o.user is None and token is None:
        user, token = None, user
    secret = o.password.get_secret_value() if o.password else password
    return {"user": o.user or user, "password": secret, "token": token}


def _tls(ca_file: str | None) -> ssl.SSLContext:
    if ca_file and not Path(ca_file).is_file():
        raise SignalUnavailableError(f"ca_file {ca_file} is not there", "wrong")
    return ssl.create_default_context(cafile=ca_file)


def _of_consumer(consumer: "ConsumerInfo", stream: "StreamInfo") -> Numbers:
    waiting, in_flight = consumer.num_pending, consumer.num_ack_pending
    delivered = consumer.delivered.consumer_seq if consumer.delivered else None
    found: dict[str, float | None] = {
        "backlog": waiting,
        "in_flight": in_flight,
        "lag": None if waiting is None or in_flight is None else waiting + in_flight,
        "redelivered": consumer.num_redelivered,
        "rate_in": _arrived(consumer, stream),
        # what was delivered and is not in flight any more; a message delivered twice counts twice
        "rate_out": None if delivered is None or in_flight is None else Total(max(delivered - in_flight, 0)),
    }
    return _known(found)


def _arrived(consumer: "ConsumerInfo", stream: "StreamInfo") -> Total | None:
    """Messages that ever came for this consumer: the stream's last number, unless the consumer takes only some."""
    config: Any = consumer.config
    wanted = config.filter_subjects or ([config.filter_subject] if config.filter_subject else [])
    if not wanted or sorted(wanted) == sorted(stream.config.subjects or []):
        return Total(stream.state.last_seq)
    if consumer.delivered is None or consumer.num_pending is None:
        return None
    return Total(consumer.delivered.consumer_seq + consumer.num_pending)


def _of_stream(stream: "StreamInfo", subject: str | None) -> Numbers:
    """Without a consumer: what lies in the stream. Fits streams that drop a message once it is acknowledged."""
    state = stream.state
    if subject is not None:
        waiting = sum((state.subjects or {}).values())
        return {"backlog": waiting, "lag": waiting}
    removed = Total(max(state.last_seq - state.messages, 0))
    return {
        "backlog": state.messages,
        "lag": state.messages,
        "rate_in": Total(state.last_seq),
        "rate_out": removed,
    }


def _known(found: dict[str, float | None]) -> Numbers:
    return {name: value for name, value in found.items() if value is not None}


def _failed(error: Exception) -> SignalUnavailableError:
    text = reason(error)
    if "authorization" in text.lower() or "authentication" in text.lower():
        return SignalUnavailableError("the credentials are not accepted", "refused")
    return SignalUnavailableError(f"no answer: {text}")
