"""What the tests of the contract say again and again."""

import asyncio
import itertools
import time
import traceback
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from docktor.errors import SignalUnavailableError
from docktor.signals.base import Numbers, Provider
from docktor.signals.connections import CLOSE_SECONDS
from tests.brokers.process import Server
from tests.brokers.proxy import Mode
from tests.signals.asking import Changes, opened, read
from tests.signals.contract.rigs.base import PASSWORD, USER, WRONG, Rig

STATISTICS_S = 60.0  # until what was done shows: the management API counts now and then, Prometheus scrapes
CUT_OFF_S = 2.0
SHORT_S = 0.3
NASTY: list[Mode] = ["garbage", "close", "hang"]

Hands = Rig[Any]
_numbers = itertools.count()


@asynccontextmanager
async def made(kind: type[Hands], server: Server) -> AsyncIterator[Hands]:
    one = kind(server, f"orders{next(_numbers)}")
    await one.make()
    try:
        yield one
    finally:
        await one.close()


def reader(rig: Hands, changes: Changes | None = None) -> Any:
    return opened(rig.kind, **rig.options(**(changes or {})))


async def shows(rig: Hands, one: Provider, **expected: float) -> Numbers:
    """Read until these numbers are there; the kind's own word for the backlog is understood."""
    wanted = {rig.main if name == "backlog" else name: value for name, value in expected.items()}
    end = time.monotonic() + STATISTICS_S
    while True:
        try:
            found = await read(one)
        except SignalUnavailableError as error:
            said = str(error)
        else:
            if found.items() >= wanted.items():
                return found
            said = repr(found)
        assert time.monotonic() < end, f"{wanted} wanted: {said}"
        await asyncio.sleep(0.05)


async def nothing(one: Provider, seconds: float) -> None:
    """A read must end in the time with no numbers: with a fault, or cut off by its deadline."""
    began = time.monotonic()
    with pytest.raises((SignalUnavailableError, TimeoutError)) as caught:
        await read(one, seconds)
    assert time.monotonic() - began < seconds + CLOSE_SECONDS + SHORT_S
    assert not isinstance(caught.value, SignalUnavailableError) or caught.value.state in ("down", "wrong", "lying")


def hidden(one: Provider, error: SignalUnavailableError) -> bool:
    """Whether no password shows in anything that people may see."""
    told = [one.where, repr(one), repr(one.options), str(one.options), repr(error), *traceback.format_exception(error)]
    secrets = [PASSWORD, *map(str, WRONG.values())]
    secrets += [b64encode(f"{USER}:{secret}".encode()).decode() for secret in secrets]
    return not any(secret in text for secret in secrets for text in told)
