"""What producer and worker share: settings from the environment, a graceful end, trying again."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

from app.brokers import Queue, opened

AGAIN_S = 1.0


def setting(name: str, default: float) -> float:
    return float(os.environ.get(name) or default)


def say(text: str) -> None:
    print(text, flush=True)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """That long, or until told to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def _keep(kind: str, do: Callable[[Queue, asyncio.Event], Awaitable[None]]) -> None:
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    while not stop.is_set():
        try:
            async with opened(kind) as queue:
                await do(queue, stop)
        except Exception as error:  # the broker may be starting, or away
            say(f"{kind}: {type(error).__name__} {error}; again in {AGAIN_S:g} s")
            await pause(stop, AGAIN_S)


def run(do: Callable[[Queue, asyncio.Event], Awaitable[None]]) -> None:
    """`do` with a connection, anew whenever that fails, until SIGTERM or Ctrl-C sets `stop`; then exit code 0."""
    match sys.argv[1:]:
        case [kind]:
            asyncio.run(_keep(kind, do))
        case _:
            sys.exit("give the kind of broker: one of the modules in app/brokers")
