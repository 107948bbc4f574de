"""A Kafka source for tests, and what stands between it and the broker."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from docktor.errors import SignalUnavailableError
from docktor.signals import Around, Numbers
from docktor.signals.connections import Connections
from docktor.signals.kafka import Kafka as Source
from docktor.signals.kafka import KafkaOptions

HOST = "127.0.0.1"
DEADLINE = 5.0
SECRET = "t0p-s3cret"


def around() -> Around:
    return Around("shop", Connections())


@asynccontextmanager
async def source(port: int, topic: str, surroundings: Around | None = None, **options: object) -> AsyncIterator[Source]:
    brokers = options.pop("brokers", f"{HOST}:{port}")
    settings = KafkaOptions.model_validate({"brokers": brokers, "topic": topic, "group": "workers", **options})
    one = Source(settings, surroundings or around())
    try:
        yield one
    finally:
        await one.close()


async def read(one: Source) -> Numbers:
    async with asyncio.timeout(DEADLINE):
        return await one.read()


async def fault(one: Source) -> SignalUnavailableError:
    with pytest.raises(SignalUnavailableError) as caught:
        await read(one)
    assert SECRET not in str(caught.value)
    return caught.value


@asynccontextmanager
async def front(
    target: int, *, context: ssl.SSLContext | None = None, asked: list[int] | None = None
) -> AsyncIterator[int]:
    """A port before another one, with TLS or without. `asked` gets the number of each question's kind."""

    async def questions(client: asyncio.StreamReader, broker: asyncio.StreamWriter) -> None:
        while True:
            size = await client.readexactly(4)
            question = await client.readexactly(int.from_bytes(size, "big"))
            if asked is not None:
                asked.append(int.from_bytes(question[:2], "big"))
            broker.write(size + question)

    async def answers(broker: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        while chunk := await broker.read(65536):
            client.write(chunk)

    async def serve(client: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        broker, broker_out = await asyncio.open_connection(HOST, target)
        pumps = [asyncio.create_task(questions(client, broker_out)), asyncio.create_task(answers(broker, out))]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for one in pumps:
            one.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        broker_out.close()
        out.close()

    server = await asyncio.start_server(serve, HOST, 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]
