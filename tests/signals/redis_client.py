"""Streams of a real Redis, and who reads them here."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from redis.asyncio import Redis as Client

from docktor.signals import Around
from docktor.signals.redis_streams import RedisStreams
from tests.brokers.redis import Redis
from tests.signals.reading import (
    around,
)

GROUP = "workers"


def reader(server: Redis, at: Around | None = None, /, **options: Any) -> RedisStreams:
    return RedisStreams(RedisStreams.Options.model_validate({"url": server.url, **options}), at or around())


async def fill(client: Client, count: int, stream: str = "s") -> list[Any]:
    return [await client.xadd(stream, {"n": number}) for number in range(count)]


@contextlib.asynccontextmanager
async def emptied(server: Redis) -> AsyncIterator[Client]:
    """Without what these tests make; the server is not theirs alone."""
    async with Client.from_url(server.url) as client:
        await client.delete("s", "s0", "s1", "s2", "s3", "text")
        yield client
