"""Servers of models as fixtures, for a folder of tests whose conftest.py has `from tests.models.fixtures import *`.

`model_server`: as Docker Model Runner is, with one cold model. Others: `await serve(ModelServer(dmr=False))`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from tests.models.server import ModelServer

__all__ = ["Serve", "model_server", "serve"]


@pytest.fixture
async def model_server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as server:
        yield server


Serve = Callable[[ModelServer], Awaitable[ModelServer]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts that server, which is gone after the test."""
    async with AsyncExitStack() as stack:
        yield stack.enter_async_context
