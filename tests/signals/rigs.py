"""The kinds under contract: for each a server of its own, and the hands of those who use the queue beside Docktor."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import aio_pika
import nats as nats_client
from aio_pika.abc import AbstractIncomingMessage, AbstractRobustConnection
from aiobotocore.session import get_session
from nats.aio.client import Client as NatsClient
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig, RetentionPolicy, StreamConfig
from redis import asyncio as redis_client

from tests.brokers.kafka import Kafka
from tests.brokers.nats import Nats
from tests.brokers.process import HOST, Server, get
from tests.brokers.prometheus import Prometheus
from tests.brokers.rabbitmq import RabbitMQ
from tests.brokers.redis import Redis, Redis6
from tests.brokers.sqs import Sqs
from tests.signals.asking import Changes
from tests.signals.http_target import HttpTarget

S = TypeVar("S", bound=Server)

USER, PASSWORD = "dock", "open-sesame"
WRONG: Changes = {"password": "wrong-sesame"}


class Rig(ABC, Generic[S]):
    """One queue of that name on `server`, which several rigs share. `make` may be called again, after a restart."""

    kind: ClassVar[str]
    main: ClassVar[str] = "backlog"
    """What the provider calls the number that waits."""
    hands_out: ClassVar[bool] = True
    """Whether the server knows what was handed out and is not finished, so that it doesn't wait any more."""
    tells_in_flight: ClassVar[bool] = True
    """Whether it tells how many those are."""
    counts: ClassVar[bool] = True
    """Whether it tells totals, `rate_in` and `rate_out`."""
    keeps: ClassVar[bool] = True
    """Whether what was put is there again after a kill."""
    purges: ClassVar[bool] = True
    wrong_password: ClassVar[Changes | None] = WRONG
    """What to change to be refused."""
    user: ClassVar[str] = USER
    connections: ClassVar[int] = 1
    """At most so many, however many queues are read one after the other."""
    connections_at_once: ClassVar[int] = 1
    """Likewise when ten are read at the same time."""

    def __init__(self, server: S, name: str) -> None:
        self.server = server
        self.name = name

    @classmethod
    @abstractmethod
    def new_server(cls) -> Server:
        """With a password, where the kind has one."""

    @property
    def port(self) -> int:
        """Where the provider connects to."""
        return self.server.port

    @abstractmethod
    def options(self, **changes: object) -> dict[str, object]:
        """As in docktor.yaml, for this queue."""

    @abstractmethod
    def at(self, port: int) -> Changes:
        """What to change to reach the server through a proxy on that port."""

    @abstractmethod
    def nowhere(self) -> Mapping[str, Changes]:
        """By a word that the fault must hold: what to change so that what is asked for isn't there."""

    async def make(self) -> None:
        """The queue, empty. It is there when this returns."""

    @abstractmethod
    async def put(self, count: int) -> None: ...

    async def hand_out(self, count: int) -> None:
        """To a consumer that doesn't acknowledge."""
        raise NotImplementedError

    @abstractmethod
    async def finish(self, count: int) -> None:
        """So many of those handed out; of those waiting, where the server doesn't know the difference."""

    async def purge(self) -> None:
        """Nothing waits any more."""
        raise NotImplementedError

    async def close(self) -> None:
        """Let go of all connections, as before a kill."""


class NatsRig(Rig[Nats]):
    kind = "nats"
    _client: NatsClient | None = None

    @classmethod
    def new_server(cls) -> Nats:
        return Nats(user=USER, password=PASSWORD)

    def options(self, **changes: object) -> dict[str, object]:
        queue = {"stream": self.name, "consumer": "worker"}
        return {"url": self.server.bare_url, "user": USER, "password": PASSWORD, **queue, **changes}

    def at(self, port: int) -> Changes:
        return {"url": f"nats://{HOST}:{port}"}

    def nowhere(self) -> Mapping[str, Changes]:
        return {"absent": {"stream": "absent"}, "nobody": {"consumer": "nobody"}}

    async def make(self) -> None:
        self._taken: list[Msg] = []
        stream = (await self._connected()).jetstream()
        await stream.add_stream(StreamConfig(name=self.name, subjects=[self.name], retention=RetentionPolicy.LIMITS))
        await stream.add_consumer(self.name, ConsumerConfig(durable_name="worker"))

    async def put(self, count: int) -> None:
        for _ in range(count):
            await (await self._connected()).jetstream().publish(self.name, b"1")

    async def hand_out(self, count: int) -> None:
        worker = await (await self._connected()).jetstream().pull_subscribe_bind("worker", self.name)
        self._taken += await worker.fetch(count)

    async def finish(self, count: int) -> None:
        for _ in range(count):
            await self._taken.pop(0).ack_sync()

    async def purge(self) -> None:
        await (await self._connected()).jsm().purge_stream(self.name)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
        self._client = None

    async def _connected(self) -> NatsClient:
        if self._client is None:
            self._client = await nats_client.connect(self.server.url, allow_reconnect=False)
        return self._client


class RedisRig(Rig[Redis]):
    kind = "redis-streams"
    user = ""  # the server has but a password

    @classmethod
    def new_server(cls) -> Redis:
        return Redis(password=PASSWORD)

    def options(self, **changes: object) -> dict[str, object]:
        queue = {"stream": self.name, "group": "worker"}
        return {"url": self.server.bare_url, "password": PASSWORD, **queue, **changes}

    def at(self, port: int) -> Changes:
        return {"url": f"redis://{HOST}:{port}/0"}

    def nowhere(self) -> Mapping[str, Changes]:
        return {"absent": {"stream": "absent"}, "nobody": {"group": "nobody"}}

    async def make(self) -> None:
        self._taken: list[bytes] = []
        async with self._client() as client:
            if not await client.exists(self.name):
                await client.xgroup_create(self.name, "worker", id="0", mkstream=True)

    async def put(self, count: int) -> None:
        async with self._client() as client:
            for _ in range(count):
                await client.xadd(self.name, {"number": 1})

    async def hand_out(self, count: int) -> None:
        async with self._client() as client:
            answer: Any = await client.xreadgroup("worker", "one", {self.name: ">"}, count=count)
        [entries] = answer.values() if isinstance(answer, dict) else [entries for _, entries in answer]
        flat = entries[0] if entries and isinstance(entries[0], list) else entries
        self._taken += [entry for entry, _ in flat]

    async def finish(self, count: int) -> None:
        async with self._client() as client:
            await client.xack(self.name, "worker", *self._taken[:count])
        del self._taken[:count]

    async def purge(self) -> None:
        async with self._client() as client:
            await client.xtrim(self.name, maxlen=0, approximate=False)

    def _client(self) -> "redis_client.Redis":
        return redis_client.Redis.from_url(self.server.url)


class Redis6Rig(RedisRig):
    """Knows neither lag nor totals by itself."""

    counts = False

    @classmethod
    def new_server(cls) -> Redis:
        return Redis6(password=PASSWORD)


class RabbitRig(Rig[RabbitMQ]):
    """By AMQP, which tells what waits and no more."""

    kind = "rabbitmq"
    tells_in_flight = False
    counts = False
    _connection: AbstractRobustConnection | None = None

    @classmethod
    def new_server(cls) -> RabbitMQ:
        return RabbitMQ(user=USER, password=PASSWORD)

    def options(self, **changes: object) -> dict[str, object]:
        return {"url": self.server.bare_url, "user": USER, "password": PASSWORD, "queue": self.name, **changes}

    def at(self, port: int) -> Changes:
        return {"url": f"amqp://{HOST}:{port}/"}

    def nowhere(self) -> Mapping[str, Changes]:
        return {"absent": {"queue": "absent"}, "elsewhere": {"vhost": "elsewhere"}}

    async def make(self) -> None:
        self._taken: list[AbstractIncomingMessage] = []
        self._connection = await aio_pika.connect_robust(self.server.url)
        self._channel = await self._connection.channel()
        self._queue = await self._channel.declare_queue(self.name, durable=True)

    async def put(self, count: int) -> None:
        for _ in range(count):
            message = aio_pika.Message(b"1", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
            await self._channel.default_exchange.publish(message, self.name)

    async def hand_out(self, count: int) -> None:
        self._taken += [await self._queue.get() for _ in range(count)]

    async def finish(self, count: int) -> None:
        for _ in range(count):
            await self._taken.pop(0).ack()

    async def purge(self) -> None:
        await self._queue.purge()

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
        self._connection = None


class RabbitApiRig(RabbitRig):
    """By the management API, which knows more."""

    tells_in_flight = True
    counts = True
    connections_at_once = 10  # HTTP answers one question at a time on each

    @property
    def port(self) -> int:
        return self.server.management_port

    def options(self, **changes: object) -> dict[str, object]:
        return super().options(**{"url": self.server.bare_management_url, **changes})

    def at(self, port: int) -> Changes:
        return {"url": f"http://{HOST}:{port}"}


class KafkaRig(Rig[Kafka]):
    kind = "kafka"
    hands_out = False
    tells_in_flight = False
    keeps = False
    purges = False
    wrong_password = None  # the broker of the tests has none

    @classmethod
    def new_server(cls) -> Kafka:
        return Kafka()

    def options(self, **changes: object) -> dict[str, object]:
        return {"brokers": self.server.url, "topic": self.name, "group": "worker", "start": "earliest", **changes}

    def at(self, port: int) -> Changes:
        if self.server.running:
            self.server.advertise(port)
        return {"brokers": f"{HOST}:{port}"}

    def nowhere(self) -> Mapping[str, Changes]:
        return {"absent": {"topic": "absent"}}

    async def make(self) -> None:
        self._finished = 0
        self.server.add_topic(self.name, 1)

    async def put(self, count: int) -> None:
        self.server.produce(self.name, 0, count)

    async def finish(self, count: int) -> None:
        self._finished += count
        self.server.commit("worker", self.name, {0: self._finished})

    async def close(self) -> None:
        if self.server.running:
            self.server.advertise(self.server.port)


class SqsRig(Rig[Sqs]):
    kind = "sqs"
    counts = False
    keeps = False
    wrong_password = None  # moto takes any key
    connections_at_once = 10  # HTTP answers one question at a time on each

    @classmethod
    def new_server(cls) -> Sqs:
        return Sqs()

    def options(self, **changes: object) -> dict[str, object]:
        keys = {"access_key_id": self.server.key, "secret_access_key": PASSWORD}
        return {"queue": self.name, "endpoint_url": self.server.url, "region": self.server.region, **keys, **changes}

    def at(self, port: int) -> Changes:
        return {"endpoint_url": f"http://{HOST}:{port}"}

    def nowhere(self) -> Mapping[str, Changes]:
        return {"absent": {"queue": "absent"}}

    async def make(self) -> None:
        self._taken: list[str] = []
        async with self._client() as client:
            self._url = (await client.create_queue(QueueName=self.name))["QueueUrl"]

    async def put(self, count: int) -> None:
        async with self._client() as client:
            for _ in range(count):
                await client.send_message(QueueUrl=self._url, MessageBody="1")

    async def hand_out(self, count: int) -> None:
        async with self._client() as client:
            answer = await client.receive_message(QueueUrl=self._url, MaxNumberOfMessages=count, VisibilityTimeout=600)
        self._taken += [message["ReceiptHandle"] for message in answer["Messages"]]

    async def finish(self, count: int) -> None:
        async with self._client() as client:
            for _ in range(count):
                await client.delete_message(QueueUrl=self._url, ReceiptHandle=self._taken.pop(0))

    async def purge(self) -> None:
        async with self._client() as client:
            await client.purge_queue(QueueUrl=self._url)

    def _client(self) -> Any:
        return get_session().create_client(
            "sqs",
            endpoint_url=self.server.url,
            region_name=self.server.region,
            aws_access_key_id=self.server.key,
            aws_secret_access_key=PASSWORD,
        )


class _Told(Rig[S]):
    """A queue that exists only as numbers which an HTTP server tells."""

    main = "value"
    counts = False
    connections_at_once = 10  # HTTP answers one question at a time on each

    _waiting = _in_flight = 0

    @property
    @abstractmethod
    def target(self) -> HttpTarget: ...

    async def make(self) -> None:
        await self._tell()

    async def put(self, count: int) -> None:
        self._waiting += count
        await self._tell()

    async def hand_out(self, count: int) -> None:
        self._waiting -= count
        self._in_flight += count
        await self._tell()

    async def finish(self, count: int) -> None:
        self._in_flight -= count
        await self._tell()

    async def purge(self) -> None:
        self._waiting = 0
        await self._tell()

    async def _tell(self) -> None:
        numbers = {"depth": self._waiting, "in_flight": self._in_flight, "lag": self._waiting + self._in_flight}
        self.target.tell(self.name, numbers)


class HttpJsonRig(_Told[HttpTarget]):
    kind = "http-json"

    @classmethod
    def new_server(cls) -> HttpTarget:
        return HttpTarget(user=USER, password=PASSWORD)

    @property
    def target(self) -> HttpTarget:
        return self.server

    def options(self, **changes: object) -> dict[str, object]:
        numbers = {"path": "depth", "paths": {"in_flight": "in_flight", "lag": "lag"}}
        return {**self.at(self.port), "user": USER, "password": PASSWORD, **numbers, **changes}

    def at(self, port: int) -> Changes:
        return {"url": f"http://{HOST}:{port}/queues/{self.name}"}

    def nowhere(self) -> Mapping[str, Changes]:
        return {"/queues/absent": {"url": f"{self.server.url}/queues/absent"}, "'nothing'": {"path": "nothing"}}


class WatchingPrometheus(Prometheus):
    """It scrapes an HttpTarget, which lives on when it is mistreated, five times a second."""

    def __init__(self) -> None:
        super().__init__()
        self.target = HttpTarget()
        self._write(
            "prometheus.yml",
            {
                "global": {"scrape_interval": "200ms", "scrape_timeout": "200ms"},
                "scrape_configs": [
                    {"job_name": "queues", "static_configs": [{"targets": [f"{HOST}:{self.target.port}"]}]}
                ],
            },
        )
        # bcrypt of PASSWORD, with the least effort it knows
        self._write(
            "web.yml", {"basic_auth_users": {USER: "$2b$04$BWBZY9uYm9q0B5NtrHdsb.IIhaE/iWRFKm9GgsRsSvRbOHuBvg3dS"}}
        )

    def command(self) -> Sequence[str]:
        return [*super().command(), f"--web.config.file={self.folder / 'web.yml'}"]

    def answers(self) -> bool:
        page = get(f"{self.url}/-/ready", (USER, PASSWORD))
        return page is not None and page.is_success

    def start(self) -> "WatchingPrometheus":
        if not self.target.running:
            self.target.start()
        return super().start()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self.target.close()

    def _write(self, name: str, content: object) -> None:
        path: Path = self.folder / name
        path.write_text(json.dumps(content), encoding="utf-8")


class PrometheusRig(_Told[WatchingPrometheus]):
    kind = "prometheus"

    @classmethod
    def new_server(cls) -> WatchingPrometheus:
        return WatchingPrometheus()

    @property
    def target(self) -> HttpTarget:
        return self.server.target

    def options(self, **changes: object) -> dict[str, object]:
        chosen = f'{{queue="{self.name}"}}'
        queries = {"in_flight": f"queue_in_flight{chosen}", "lag": f"queue_lag{chosen}"}
        asked = {"query": f"queue_depth{chosen}", "queries": queries}
        return {"url": self.server.url, "user": USER, "password": PASSWORD, **asked, **changes}

    def at(self, port: int) -> Changes:
        return {"url": f"http://{HOST}:{port}"}

    def nowhere(self) -> Mapping[str, Changes]:
        return {
            "query": {"query": 'queue_depth{queue="absent"}'},
            "/absent": {"url": f"{self.server.url}/absent"},
        }


RIGS: Mapping[str, type[Rig[Any]]] = {
    "nats": NatsRig,
    "redis-streams": RedisRig,
    "redis-streams-6": Redis6Rig,
    "rabbitmq": RabbitRig,
    "rabbitmq-api": RabbitApiRig,
    "kafka": KafkaRig,
    "sqs": SqsRig,
    "http-json": HttpJsonRig,
    "prometheus": PrometheusRig,
}
