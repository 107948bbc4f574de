"""RabbitMQ: a durable queue, acknowledged by hand; the broker hands a worker no more than it takes at a time."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from app.brokers import Message

URL = os.environ.get("RABBITMQ_URL", "amqp://guest:guest@rabbitmq:5672/")
QUEUE = "jobs"


class RabbitMQ:
    def __init__(self, channel: AbstractChannel, queue: AbstractQueue) -> None:
        self._channel = channel
        self._queue = queue
        self._came: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        self._consuming = False

    async def put(self, bodies: Sequence[str]) -> None:
        messages = [aio_pika.Message(body.encode(), delivery_mode=aio_pika.DeliveryMode.PERSISTENT) for body in bodies]
        await asyncio.gather(*(self._channel.default_exchange.publish(one, QUEUE) for one in messages))

    async def take(self, most: int, seconds: float) -> Sequence[Message]:
        if not self._consuming:
            self._consuming = True
            await self._channel.set_qos(prefetch_count=most)
            await self._queue.consume(self._came.put)
        taken = []
        with suppress(TimeoutError):
            taken.append(await asyncio.wait_for(self._came.get(), seconds))
        while len(taken) < most and not self._came.empty():
            taken.append(self._came.get_nowait())
        return [Message(one.body.decode(), one) for one in taken]

    async def done(self, message: Message) -> None:
        await message.handle.ack()


@asynccontextmanager
async def opened() -> AsyncIterator[RabbitMQ]:
    async with await aio_pika.connect(URL, timeout=5) as connection:
        channel = await connection.channel()
        yield RabbitMQ(channel, await channel.declare_queue(QUEUE, durable=True))
