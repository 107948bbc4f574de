"""A JetStream stream with a worker's consumer, as tests fill and empty it."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import nats as client

from docktor.config.model import SourceEntry
from tests.brokers.nats import Nats

FETCH_S = 5.0


@dataclass
class Stream:
    """`held`: messages handed out and not acknowledged."""

    jetstream: Any
    url: str
    name: str
    held: list[Any] = field(default_factory=list)

    @property
    def entry(self) -> SourceEntry:
        return SourceEntry("nats", {"url": self.url, "stream": self.name, "consumer": "WORKERS"}, timeout=2)

    async def put(self, count: int) -> None:
        for number in range(count):
            await self.jetstream.publish(f"{self.name}.jobs", b"%d" % number)

    async def hand_out(self, count: int) -> None:
        subscription = await self.jetstream.pull_subscribe_bind("WORKERS", self.name)
        self.held += await subscription.fetch(count, timeout=FETCH_S)

    async def finish(self) -> None:
        """Acknowledge what was handed out."""
        for message in self.held:
            await message.ack_sync()
        self.held.clear()


@asynccontextmanager
async def stream(server: Nats) -> AsyncIterator[Stream]:
    connection = await client.connect(server.bare_url, user=server.user or None, password=server.password or None)
    try:
        jetstream = connection.jetstream()
        name = f"S{secrets.token_hex(4)}"
        await jetstream.add_stream(name=name, subjects=[f"{name}.>"])
        await jetstream.add_consumer(name, durable_name="WORKERS", ack_policy="explicit", ack_wait=600)
        yield Stream(jetstream, server.url, name)
    finally:
        await connection.close()
