"""What the tests of every provider need: their surroundings, a source made of options, the fault of a read."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import pytest

from docktor.errors import SignalUnavailableError
from docktor.signals.base import Around, Numbers, Provider
from docktor.signals.connections import Connections
from docktor.signals.registry import options_of, provider

Changes = Mapping[str, object]
"""Options that take the place of others."""

DEADLINE = 5.0
"""Seconds a read may take, as Docktor has it."""


def around(project: str = "shop") -> Around:
    return Around(project, Connections())


def source(kind: str, surroundings: Around | None = None, /, **options: object) -> Provider:
    """A provider with those options, as docktor.yaml gives them."""
    return provider(kind)(options_of(kind).model_validate(options), surroundings or around())


@asynccontextmanager
async def opened(kind: str, surroundings: Around | None = None, /, **options: object) -> AsyncIterator[Provider]:
    one = source(kind, surroundings, **options)
    try:
        yield one
    finally:
        await one.close()


async def read(one: Provider, seconds: float = DEADLINE) -> Numbers:
    """Within the deadline; TimeoutError after it."""
    async with asyncio.timeout(seconds):
        return await one.read()


async def until(true: Callable[[], bool], seconds: float = DEADLINE) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


async def fault(one: Provider) -> SignalUnavailableError:
    """Of a read that must fail within the deadline."""
    with pytest.raises(SignalUnavailableError) as caught:
        await read(one)
    return caught.value
