"""A queue, whatever keeps it: each module here has an `opened()` that makes what it needs, if nobody has yet."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol


@dataclass(frozen=True)
class Message:
    """`handle` is how its broker knows it."""

    body: str
    handle: Any


class Queue(Protocol):
    async def put(self, bodies: Sequence[str]) -> None:
        """Accepted by the broker when this returns."""

    async def take(self, most: int, seconds: float) -> Sequence[Message]:
        """So many at most, as soon as there are some; none if none come within the time."""

    async def done(self, message: Message) -> None:
        """It was worked and must not come again."""


def opened(kind: str) -> AbstractAsyncContextManager[Queue]:
    """Connected to the broker. What was taken and isn't done when it closes, somebody else gets."""
    queue: AbstractAsyncContextManager[Queue] = import_module(f"app.brokers.{kind.replace('-', '_')}").opened()
    return queue
