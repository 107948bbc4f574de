"""NATS JetStream: a durable pull consumer with explicit acknowledgements.

`done.WORKER`, one short message for each that was worked, says who worked what; the page of `app.web` counts them.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import nats
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StorageType, StreamConfig

from app.brokers import Message

URL = os.environ.get("NATS_URL", "nats://nats:4222")
STREAM, SUBJECT, CONSUMER = "JOBS", "jobs.new", "workers"
DONE, DONE_SUBJECT = "DONE", "done"
ACK_SECONDS = 30
DONE_KEPT, DONE_SECONDS = 100_000, 3600


async def make(jetstream: JetStreamContext) -> None:
    """Streams and consumer, by whoever comes first: asking again for what is there as it is does nothing."""
    jobs = StreamConfig(name=STREAM, subjects=[SUBJECT], retention=RetentionPolicy.WORK_QUEUE)
    done = StreamConfig(
        name=DONE, subjects=[f"{DONE_SUBJECT}.*"], storage=StorageType.MEMORY, max_msgs=DONE_KEPT, max_age=DONE_SECONDS
    )
    for stream in (jobs, done):
        await jetstream.add_stream(stream)
    await jetstream.add_consumer(
        STREAM, ConsumerConfig(durable_name=CONSUMER, ack_policy=AckPolicy.EXPLICIT, ack_wait=ACK_SECONDS)
    )


class Nats:
    def __init__(self, jetstream: JetStreamContext, client: nats.NATS) -> None:
        self._jetstream = jetstream
        self._client = client
        self._pull: JetStreamContext.PullSubscription | None = None
        self._me = f"{DONE_SUBJECT}.{socket.gethostname()}"

    async def put(self, bodies: Sequence[str]) -> None:
        await asyncio.gather(*(self._jetstream.publish(SUBJECT, body.encode()) for body in bodies))

    async def take(self, most: int, seconds: float) -> Sequence[Message]:
        if self._pull is None:
            self._pull = await self._jetstream.pull_subscribe_bind(CONSUMER, STREAM)
        try:
            return [Message(one.data.decode(), one) for one in await self._pull.fetch(most, seconds)]
        except TimeoutError:
            return ()

    async def done(self, message: Message) -> None:
        await self._client.publish(self._me, message.body.encode())
        await message.handle.ack()


@asynccontextmanager
async def opened() -> AsyncIterator[Nats]:
    client = await nats.connect(URL, connect_timeout=5, allow_reconnect=False)
    try:
        jetstream = client.jetstream()
        await make(jetstream)
        yield Nats(jetstream, client)
        await client.flush()  # the last acknowledgements too
    finally:
        await client.close()
