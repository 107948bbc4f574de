"""The JetStream of the example from outside: messages with ids go in, and who worked which of them comes out."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import nats
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig

STREAM, SUBJECT, CONSUMER = "JOBS", "jobs.new", "workers"
DONE, DONE_SUBJECT = "DONE", "done.*"
PAGE, PAGE_S = 500, 5.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Left:
    """Of the consumer: messages not handed out, those in work, and how often it ever handed one out.

    A message whose worker was cut off is handed out again, so that `handed_out` is more than the messages there were.
    """

    waiting: int
    in_work: int
    handed_out: int

    @property
    def lag(self) -> int:
        return self.waiting + self.in_work


@dataclass(frozen=True, slots=True)
class Worked:
    """A message that was worked: `worker` is the container's id, `at` when it was done (seconds since 1970)."""

    id: str
    worker: str
    at: float


@dataclass(frozen=True, slots=True)
class JetStream:
    """`url` as it is reached from this machine. Every call has a connection of its own."""

    url: str

    def put(self, ids: Iterable[str]) -> None:
        """All at once; kept by the stream when this returns."""
        self._with(lambda stream: _put(stream, list(ids)))

    def left(self) -> Left:
        return self._with(_left)

    def worked(self) -> Sequence[Worked]:
        """Every time that a message was worked."""
        return self._with(_worked)

    def ready(self) -> bool:
        """Whether the workers' consumer is there."""
        try:
            self.left()
        except (nats.errors.Error, nats.js.errors.Error, OSError):
            return False
        return True

    def _with(self, ask: Callable[[JetStreamContext], Awaitable[T]]) -> T:
        async def asked() -> T:
            client = await nats.connect(self.url, allow_reconnect=False, connect_timeout=5, error_cb=_ignore)
            try:
                return await ask(client.jetstream())
            finally:
                await client.close()

        return asyncio.run(asked())


async def _ignore(_: Exception) -> None:
    return None


async def _put(stream: JetStreamContext, ids: Sequence[str]) -> None:
    for first in range(0, len(ids), PAGE):
        await asyncio.gather(*(stream.publish(SUBJECT, id_.encode()) for id_ in ids[first : first + PAGE]))


async def _left(stream: JetStreamContext) -> Left:
    info = await stream.consumer_info(STREAM, CONSUMER)
    return Left(info.num_pending or 0, info.num_ack_pending or 0, info.delivered.consumer_seq if info.delivered else 0)


async def _worked(stream: JetStreamContext) -> Sequence[Worked]:
    total = (await stream.stream_info(DONE)).state.messages
    reader = await stream.pull_subscribe(DONE_SUBJECT, stream=DONE, config=ConsumerConfig(ack_policy=AckPolicy.NONE))
    found: list[Worked] = []
    while len(found) < total:
        for one in await reader.fetch(min(PAGE, total - len(found)), timeout=PAGE_S):
            found.append(Worked(one.data.decode(), one.subject.partition(".")[2], one.metadata.timestamp.timestamp()))
    await reader.unsubscribe()
    return found
