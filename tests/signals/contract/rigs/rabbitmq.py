"""RabbitMQ, asked by AMQP and by its management API."""

from collections.abc import Mapping

import aio_pika
from aio_pika.abc import AbstractIncomingMessage, AbstractRobustConnection

from tests.brokers.process import HOST
from tests.brokers.rabbitmq import RabbitMQ
from tests.signals.asking import Changes
from tests.signals.contract.rigs.base import PASSWORD, USER, Rig


class RabbitRig(Rig[RabbitMQ]):
    """By AMQP, which tells what waits and no more."""

    kind = "rabbitmq"
    tells_in_flight = False
    counts = False
    keeps = False  # it writes down that a queue was declared some time later
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
