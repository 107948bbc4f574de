"""Waiting for what a server of models comes to."""

import asyncio
from collections.abc import Callable

PATIENCE_S = 5.0
POLL_S = 0.01


async def until(true: Callable[[], bool]) -> None:
    """Fails the test when it is never so."""
    for _ in range(int(PATIENCE_S / POLL_S)):
        if true():
            return
        await asyncio.sleep(POLL_S)
    raise AssertionError("it never came to be")
