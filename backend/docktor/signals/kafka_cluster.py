"""A Kafka cluster, asked for a group's offsets only: it joins no group, makes no topic, does nothing by itself.

aiokafka's own clients log a refused login and then say that no broker is there, refresh the metadata of all topics
behind one's back, and leave a socket open when cancelled. So this stands on its connections and requests alone.
"""

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiokafka import errors
from aiokafka.conn import AIOKafkaConnection, create_conn
from aiokafka.protocol.commit import OffsetFetchRequest
from aiokafka.protocol.coordination import FindCoordinatorRequest
from aiokafka.protocol.metadata import MetadataRequest
from aiokafka.protocol.offset import OffsetRequest, OffsetResetStrategy

from docktor.errors import SignalUnavailableError
from docktor.signals.http import reason
from docktor.signals.numbers import number
from docktor.signals.partitions import Partition

OPEN_SECONDS = 4.0
REQUEST_MS = 20_000
_ANY_CLIENT, _READ_UNCOMMITTED, _GROUP = -1, 0, 0
_QUIET_METADATA = 4
_REFUSED = (
    errors.SaslAuthenticationFailed,
    errors.AuthenticationFailedError,
    errors.TopicAuthorizationFailedError,
    errors.GroupAuthorizationFailedError,
    errors.ClusterAuthorizationFailedError,
)
_WRONG = (
    errors.UnknownTopicOrPartitionError,
    errors.InvalidTopicError,
    errors.InvalidGroupIdError,
    errors.UnsupportedVersionError,
)

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Login:
    """How to be let in. `protocol` is PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL."""

    protocol: str
    mechanism: str
    user: str | None
    password: str | None = field(repr=False)
    ca_file: str | None


class _Look(MetadataRequest):  # type: ignore[misc]  # the library has no types
    """Metadata of one topic, which does not come into being by being asked for."""

    def __init__(self, topic: str) -> None:
        super().__init__([topic], allow_auto_topic_creation=False)

    def build(self, request_struct_class: Any) -> Any:
        if request_struct_class.API_VERSION < _QUIET_METADATA:
            raise errors.IncompatibleBrokerVersion("older than Kafka 0.11, which makes a topic when asked about it")
        return super().build(request_struct_class)


class _Named(ssl.SSLContext):
    """Asks for the certificate of the name as written, wherever that was found to be."""

    name: str | None = None

    def wrap_bio(self, incoming: Any, outgoing: Any, *args: Any, **options: Any) -> ssl.SSLObject:
        return super().wrap_bio(incoming, outgoing, *args, **{**options, "server_hostname": self.name})


class Cluster:
    """Connections to brokers, by where they were found. `locate` as in `docktor.signals.Around`."""

    def __init__(self, login: Login, locate: Callable[[str, int], Awaitable[Address]]) -> None:
        self._login = login
        self._locate = locate
        self._lock = asyncio.Lock()
        self._places: dict[Address, Address] = {}
        self._connections: dict[Address, AIOKafkaConnection] = {}
        self._home: AIOKafkaConnection = None
        self._coordinators: dict[str, Address] = {}
        self._closed = False

    async def open(self, addresses: Sequence[Address]) -> "Cluster":
        """Connect to the first that answers. Raises SignalUnavailableError: down, refused or wrong."""
        said = "no address"
        for host, port in addresses:
            try:
                async with asyncio.timeout(OPEN_SECONDS / len(addresses)):
                    self._home = await self._connection(host, port)
                return self
            except TimeoutError:
                said = f"{host}:{port} did not answer in time"
            except SignalUnavailableError as error:
                if error.state != "down":
                    raise
                said = str(error)
        raise SignalUnavailableError(said)

    async def close(self) -> None:
        self._closed = True
        gone = [connection.close() for connection in self._connections.values()]
        self._connections.clear()
        await asyncio.gather(*(future for future in gone if future is not None))

    async def partitions(self, topic: str, group: str) -> tuple[Partition, ...]:
        """Every partition of a topic, as that group sees it. Raises SignalUnavailableError, in any state.

        One question for who leads which partition and one for what is committed, then two to each leader.
        """
        brokers, leaders = await self._leaders(topic)
        led: dict[Address, list[int]] = defaultdict(list)
        for partition, node in leaders.items():
            led[brokers[node]].append(partition)
        coordinator = self._coordinators.get(group) or await self._coordinator(group)
        connections = {address: await self._connection(*address) for address in {coordinator, *led}}
        asked = [_committed(connections[coordinator], group, topic, sorted(leaders))]
        for address, ids in led.items():
            for edge in (OffsetResetStrategy.LATEST, OffsetResetStrategy.EARLIEST):
                asked.append(_edge(connections[address], topic, ids, edge))
        committed, *edges = await _together(asked)
        ends = _merged(edges[0::2])
        firsts = _merged(edges[1::2])
        if not leaders.keys() == ends.keys() == firsts.keys() == committed.keys():
            raise SignalUnavailableError("its answers leave out partitions", "lying")
        return tuple(Partition(id_, firsts[id_], ends[id_], _or_none(committed[id_])) for id_ in sorted(leaders))

    async def _leaders(self, topic: str) -> tuple[Mapping[int, Address], Mapping[int, int]]:
        """Where each broker is, and which one leads each partition."""
        answer = await _ask(self._home, _Look(topic))
        brokers = {node: (host, port) for node, host, port, *_ in answer.brokers}
        for code, name, _, partitions in answer.topics:
            if name == topic:
                _check(code, f"topic {topic}")
                leaders = {partition: leader for _, partition, leader, *_ in partitions}
                lost = [partition for partition, leader in leaders.items() if leader not in brokers]
                if not leaders:
                    raise SignalUnavailableError(f"topic {topic} has no partitions")
                if lost:
                    raise SignalUnavailableError(f"partition {min(lost)} of topic {topic} has no leader")
                return brokers, leaders
        raise SignalUnavailableError(f"there is no topic {topic}", "wrong")

    async def _coordinator(self, group: str) -> Address:
        answer = await _ask(self._home, FindCoordinatorRequest(group, _GROUP))
        _check(answer.error_code, f"group {group}")
        return self._coordinators.setdefault(group, (answer.host, answer.port))

    async def _connection(self, host: str, port: int) -> AIOKafkaConnection:
        async with self._lock:
            if (host, port) not in self._places:
                self._places[host, port] = await self._locate(host, port)
            place = self._places[host, port]
            connection = self._connections.get(place)
            if connection is None or not connection.connected():
                if connection is not None:
                    connection.close()
                connection = await self._connect(host, place)
                if self._closed:  # by another reader meanwhile
                    connection.close()
                    raise SignalUnavailableError("the connection was closed")
                self._connections[place] = connection
            return connection

    async def _connect(self, host: str, place: Address) -> AIOKafkaConnection:
        login = self._login
        try:
            return await create_conn(
                *place,
                client_id="docktor",
                request_timeout_ms=REQUEST_MS,
                security_protocol=login.protocol,
                ssl_context=_tls(login.ca_file, host) if login.protocol.endswith("SSL") else None,
                sasl_mechanism=login.mechanism,
                sasl_plain_username=login.user,
                sasl_plain_password=login.password,
            )
        except errors.UnsupportedSaslMechanismError as error:
            raise SignalUnavailableError(f"it takes no login by {login.mechanism}", "wrong") from error
        except ssl.SSLCertVerificationError as error:
            raise SignalUnavailableError(f"its certificate is not good: {error.verify_message}", "wrong") from error
        except (errors.KafkaError, OSError, TimeoutError, NotImplementedError) as error:
            raise _failed(error, f"{place[0]}:{place[1]}") from error
        except (AssertionError, LookupError, ValueError) as error:  # how aiokafka takes a broken exchange
            raise SignalUnavailableError("its answer to the login makes no sense", "wrong") from error


async def _committed(connection: AIOKafkaConnection, group: str, topic: str, ids: list[int]) -> Mapping[int, int]:
    """By partition; -1 where there is none."""
    answer = await _ask(connection, OffsetFetchRequest(group, [(topic, ids)]))
    _check(answer.error_code, f"group {group}")
    found: dict[int, int] = {}
    for _, partitions in answer.topics:
        for partition, offset, _, code in partitions:
            _check(code, f"partition {partition} of topic {topic}")
            found[partition] = offset
    return found


async def _edge(connection: AIOKafkaConnection, topic: str, ids: list[int], edge: int) -> Mapping[int, int]:
    """One end of the log, by partition."""
    wanted = [(topic, [(partition, edge) for partition in ids])]
    answer = await _ask(connection, OffsetRequest(_ANY_CLIENT, _READ_UNCOMMITTED, wanted))
    found: dict[int, int] = {}
    for _, partitions in answer.topics:
        for partition, code, _, offset, *_ in partitions:
            _check(code, f"partition {partition} of topic {topic}")
            found[partition] = int(number(offset, f"the offset of partition {partition}"))
    return found


async def _ask(connection: AIOKafkaConnection, request: Any) -> Any:
    try:
        return await connection.send(request)
    except (errors.KafkaError, OSError, TimeoutError, NotImplementedError) as error:
        raise _failed(error, f"{connection.host}:{connection.port}") from error


async def _together(asked: Sequence[Coroutine[Any, Any, Mapping[int, int]]]) -> list[Mapping[int, int]]:
    """All at once; the first failure ends the others, so that none outlives its connection."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in asked]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]


def _merged(parts: Sequence[Mapping[int, int]]) -> Mapping[int, int]:
    return {partition: offset for part in parts for partition, offset in part.items()}


def _or_none(offset: int) -> int | None:
    return None if offset == -1 else int(number(offset, "the committed offset"))


def _check(code: int, what: str) -> None:
    """Raises what a broker's error code means; the unknown and the passing are `down`."""
    if not code:
        return
    kind = errors.for_code(code)
    if kind is errors.UnknownTopicOrPartitionError:
        raise SignalUnavailableError(f"there is no {what}", "wrong")
    if issubclass(kind, _REFUSED):
        raise SignalUnavailableError(f"{what}: the user may not see it ({kind.message})", "refused")
    said = kind.message if kind is not errors.UnknownError else f"error {code}"
    raise SignalUnavailableError(f"{what}: {said}", "wrong" if issubclass(kind, _WRONG) else "down")


def _failed(error: Exception, where: str) -> SignalUnavailableError:
    if isinstance(error, _REFUSED):
        return SignalUnavailableError("the credentials are not accepted", "refused")
    if isinstance(error, errors.IncompatibleBrokerVersion | NotImplementedError):
        return SignalUnavailableError(f"{where} does not speak as needed: {reason(error)}", "wrong")
    if isinstance(error, errors.KafkaConnectionError):
        return SignalUnavailableError(f"{where} ended the connection; it does so too if it wants another `security`")
    return SignalUnavailableError(f"{where}: no answer: {reason(error)}")


def _tls(ca_file: str | None, name: str) -> ssl.SSLContext:
    context = _Named(ssl.PROTOCOL_TLS_CLIENT)
    context.name = name
    try:
        context.load_verify_locations(ca_file) if ca_file else context.load_default_certs()
    except OSError as error:
        raise SignalUnavailableError(f"ca_file {ca_file}: {reason(error)}", "wrong") from error
    return context
