"""Redis Streams: a consumer group, each entry acknowledged. Redis 6.2 or later."""

import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from app.brokers import Message

URL = os.environ.get("REDIS_URL", "redis://redis:6379/0")
STREAM, GROUP, FIELD = "jobs", "workers", "body"
LEFT_MS = 30_000
"""What a worker that died had in hand goes to another one after that time."""


class RedisStreams:
    def __init__(self, client: Redis) -> None:
        self._client = client
        self._me = socket.gethostname()

    async def put(self, bodies: Sequence[str]) -> None:
        async with self._client.pipeline(transaction=False) as all_of_them:
            for body in bodies:
                all_of_them.xadd(STREAM, {FIELD: body}, maxlen=100_000)
            await all_of_them.execute()

    async def take(self, most: int, seconds: float) -> Sequence[Message]:
        found = await self._client.xreadgroup(GROUP, self._me, {STREAM: ">"}, count=most, block=int(seconds * 1000))
        entries = found[0][1] if found else await self._left(most)
        return [Message(fields[FIELD], id_) for id_, fields in entries]

    async def _left(self, most: int) -> Sequence[tuple[str, dict[str, str]]]:
        answer = await self._client.xautoclaim(STREAM, GROUP, self._me, LEFT_MS, count=most)
        entries: Sequence[tuple[str, dict[str, str]]] = answer[1]
        return entries

    async def done(self, message: Message) -> None:
        await self._client.xack(STREAM, GROUP, message.handle)

    async def leave(self) -> None:
        """What it still has in hand would go with it, so it stays then."""
        if not await self._client.xpending_range(STREAM, GROUP, "-", "+", 1, self._me):
            await self._client.xgroup_delconsumer(STREAM, GROUP, self._me)


@asynccontextmanager
async def opened() -> AsyncIterator[RedisStreams]:
    async with Redis.from_url(URL, decode_responses=True, protocol=2) as client:
        try:
            await client.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise
        queue = RedisStreams(client)
        yield queue
        await queue.leave()
