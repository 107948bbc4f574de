"""Client libraries, loaded beside the event loop and kept quiet."""

import asyncio
import importlib
import logging


async def load(module: str, *loud: str) -> None:
    """Import a module in a thread: some take the better part of a second. After that `import` costs nothing.

    `loud`: loggers that say nothing from then on. They repeat every failed attempt, which whoever reads tells once
    and better, and at their lower levels they write out what they send, credentials too.
    """
    await asyncio.to_thread(importlib.import_module, module)
    for name in loud:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
