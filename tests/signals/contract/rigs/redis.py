"""Redis, of the version at hand and of one before 7: a stream and its consumer group."""

from collections.abc import Mapping
from typing import Any

from redis import asyncio as redis_client

from tests.brokers.process import HOST
from tests.brokers.redis import Redis, Redis6
from tests.signals.asking import Changes
from tests.signals.contract.rigs.base import PASSWORD, Rig


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
