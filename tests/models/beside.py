"""A server of models beside a test that is not asynchronous, or whose daemon is another process."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.models.server import ModelServer

READY_S = 10.0


@contextmanager
def serving(server: ModelServer) -> Iterator[ModelServer]:
    """It answers from a thread of its own; what it was asked may be looked at any time."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="server of models")
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result(READY_S)
        yield server
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(READY_S)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
