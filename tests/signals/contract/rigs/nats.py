"""A NATS server with JetStream: a stream and its durable consumer."""

from collections.abc import Mapping

import nats as nats_client
from nats.aio.client import Client as NatsClient
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig, RetentionPolicy, StreamConfig

from tests.brokers.nats import Nats
from tests.brokers.process import HOST
from tests.signals.asking import Changes
from tests.signals.contract.rigs.base import PASSWORD, USER, Rig


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
