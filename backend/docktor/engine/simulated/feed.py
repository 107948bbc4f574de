"""Passes each event of the simulated engine to everyone who listens."""

import asyncio

from docktor.engine.base import EngineEvent

LONGEST = 4096  # events a listener may be behind before it is cut off, and has to list everything anew


class Feed:
    """Each listener has a queue of its own; `None` in it means: cut off."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[EngineEvent | None]] = set()

    def open(self) -> asyncio.Queue[EngineEvent | None]:
        queue: asyncio.Queue[EngineEvent | None] = asyncio.Queue()
        self._queues.add(queue)
        return queue

    def close(self, queue: asyncio.Queue[EngineEvent | None]) -> None:
        self._queues.discard(queue)

    def publish(self, event: EngineEvent) -> None:
        for queue in tuple(self._queues):
            if queue.qsize() < LONGEST:
                queue.put_nowait(event)
            else:
                self._queues.discard(queue)
                queue.put_nowait(None)

    def cut(self) -> None:
        """End every listener's stream."""
        for queue in self._queues:
            queue.put_nowait(None)
        self._queues.clear()
