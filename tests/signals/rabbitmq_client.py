"""Queues of a real RabbitMQ, and who reads them here."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import aiormq
import httpx2
from aiormq.abc import AbstractChannel

from docktor.signals import Around
from docktor.signals.rabbitmq import RabbitMQ as Reader
from tests.brokers.rabbitmq import RabbitMQ
from tests.signals.reading import (
    around,
)

STATISTICS_S = 60.0  # the management API comes after


def reader(server: RabbitMQ, at: Around | None = None, /, **options: Any) -> Reader:
    return Reader(Reader.Options.model_validate({"url": server.url, **options}), at or around())


@contextlib.asynccontextmanager
async def channel_of(server: RabbitMQ) -> AsyncIterator[AbstractChannel]:
    connection = await aiormq.connect(server.url)
    yield await connection.channel()
    await connection.close()


@contextlib.asynccontextmanager
async def managing(server: RabbitMQ) -> AsyncIterator[httpx2.AsyncClient]:
    auth = (server.user, server.password)
    async with httpx2.AsyncClient(base_url=server.bare_management_url, auth=auth, trust_env=False) as client:
        yield client


async def put(channel: AbstractChannel, queue: str, count: int) -> None:
    for number in range(count):
        await channel.basic_publish(b"%d" % number, routing_key=queue)


async def take(channel: AbstractChannel, queue: str, count: int, *, no_ack: bool = False) -> list[int]:
    taken = [await channel.basic_get(queue, no_ack=no_ack) for _ in range(count)]
    tags = [message.delivery.delivery_tag for message in taken]  # type: ignore[union-attr]
    return [tag for tag in tags if tag is not None]
