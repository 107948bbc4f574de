"""Kafka: a consumer group, which commits what is done. Workers beyond the topic's partitions have no work."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from app.brokers import Message

BROKERS = os.environ.get("KAFKA_BROKERS", "kafka:9092")
TOPIC, GROUP = "jobs", "workers"
PARTITIONS = int(os.environ.get("PARTITIONS", "6"))
SESSION_MS = 10_000


async def make() -> None:
    """The topic, by whoever comes first."""
    admin = AIOKafkaAdminClient(bootstrap_servers=BROKERS)
    try:
        await admin.start()
        answer = await admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])
        for _, code, *_ in answer.topic_errors:
            if code not in (0, TopicAlreadyExistsError.errno):
                raise for_code(code)
    finally:
        await admin.close()


class Kafka:
    """Producer and consumer are made when first needed: a consumer that takes nothing would hold partitions."""

    def __init__(self) -> None:
        self._producer: AIOKafkaProducer | None = None
        self._consumer: AIOKafkaConsumer | None = None

    async def put(self, bodies: Sequence[str]) -> None:
        if self._producer is None:
            self._producer = AIOKafkaProducer(bootstrap_servers=BROKERS)
            await self._producer.start()
        for sent in [await self._producer.send(TOPIC, body.encode()) for body in bodies]:
            await sent

    async def take(self, most: int, seconds: float) -> Sequence[Message]:
        if self._consumer is None:
            self._consumer = AIOKafkaConsumer(
                TOPIC,
                bootstrap_servers=BROKERS,
                group_id=GROUP,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                session_timeout_ms=SESSION_MS,
            )
            await self._consumer.start()
        found = await self._consumer.getmany(timeout_ms=int(seconds * 1000), max_records=most)
        return [Message(one.value.decode(), one) for records in found.values() for one in records]

    async def done(self, message: Message) -> None:
        one = message.handle
        await self._consumer.commit({TopicPartition(one.topic, one.partition): one.offset + 1})

    async def close(self) -> None:
        for client in (self._consumer, self._producer):
            if client is not None:
                await client.stop()


@asynccontextmanager
async def opened() -> AsyncIterator[Kafka]:
    await make()
    queue = Kafka()
    try:
        yield queue
    finally:
        await queue.close()
