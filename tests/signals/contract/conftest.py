"""A queue of every kind, a proxy before its server, and silence."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.brokers.fixtures import running, there
from tests.brokers.process import Server
from tests.brokers.proxy import Proxy
from tests.signals.contract.owed import Hands, made
from tests.signals.contract.rigs import RIGS
from tests.signals.contract.rigs.base import PASSWORD


@pytest.fixture(scope="session")
def servers() -> Iterator[Callable[[type[Hands]], Server]]:
    """A kind's server, which kinds that ask the same sort of server share."""
    started: dict[object, Server] = {}
    with ExitStack() as stack:

        def server_of(kind: type[Hands]) -> Server:
            sort = kind.new_server.__func__  # type: ignore[attr-defined]
            if sort not in started:
                server = kind.new_server()
                there(type(server))
                started[sort] = stack.enter_context(running(server))
            return started[sort]

        yield server_of


@pytest.fixture(params=RIGS, scope="session")
def place(request: pytest.FixtureRequest, servers: Callable[[type[Hands]], Server]) -> tuple[type[Hands], Server]:
    """A kind and its server."""
    kind = RIGS[request.param]
    return kind, servers(kind)


@pytest.fixture
async def rig(place: tuple[type[Hands], Server]) -> AsyncIterator[Hands]:
    """A fresh queue; the server is itself again afterwards."""
    async with made(*place) as one:
        yield one
    place[1].thaw()
    if not place[1].running:
        place[1].start()


@pytest.fixture
async def proxy(rig: Hands) -> AsyncIterator[Proxy]:
    """In front of the server."""
    one = await Proxy(rig.port).start()
    yield one
    await one.close()


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What client libraries think of it all is nobody's business, and passwords least of all."""
    with caplog.at_level(logging.INFO):
        yield
    logged = caplog.get_records("call")
    assert not [record for record in logged if record.levelno >= logging.WARNING]
    assert not any(PASSWORD in logging.Formatter().format(record) for record in logged)
