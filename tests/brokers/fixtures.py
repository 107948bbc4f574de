"""The brokers as fixtures. A folder of tests has them when its conftest.py says `from tests.brokers.fixtures import *`.

Shared by the whole run, never to be stopped or frozen, so tests name what they make there after themselves: `nats`,
`rabbitmq`, `redis`, `redis6`, `kafka`, `sqs`, `prometheus`. A test's own, to be mistreated: `private(Nats, user="a",
password="b")`. In front of any of them: `await proxy(nats)`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import ParamSpec, Protocol, TypeVar

import pytest

from tests.brokers.kafka import Kafka
from tests.brokers.nats import Nats
from tests.brokers.process import Server, find
from tests.brokers.prometheus import Prometheus
from tests.brokers.proxy import Proxy
from tests.brokers.rabbitmq import RabbitMQ
from tests.brokers.redis import Redis, Redis6
from tests.brokers.sqs import Sqs
from tests.real_parts import require

S = TypeVar("S", bound=Server)
P = ParamSpec("P")

__all__ = [
    "MakePrivate",
    "MakeProxy",
    "kafka",
    "nats",
    "private",
    "prometheus",
    "proxy",
    "rabbitmq",
    "redis",
    "redis6",
    "sqs",
]


def there(kind: type[Server]) -> None:
    """Skip or fail when its program is absent. Redis 6 goes with the mirrors' bullseye, which is nobody's fault."""
    absent = [program for program in kind.programs if not find(program)]
    if absent and kind is Redis6:
        pytest.skip("no Redis 6 on this machine's Debian mirror")
    require(not absent, f"{' and '.join(absent)} (scripts/brokers.sh ensure)")


@contextmanager
def running(server: S) -> Iterator[S]:
    with closing(server):
        server.start()
        yield server


@pytest.fixture(scope="session")
def nats() -> Iterator[Nats]:
    there(Nats)
    with running(Nats()) as server:
        yield server


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQ]:
    there(RabbitMQ)
    with running(RabbitMQ()) as server:
        yield server


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    there(Redis)
    with running(Redis()) as server:
        yield server


@pytest.fixture(scope="session")
def redis6() -> Iterator[Redis6]:
    there(Redis6)
    with running(Redis6()) as server:
        yield server


@pytest.fixture(scope="session")
def kafka() -> Iterator[Kafka]:
    with running(Kafka()) as server:
        yield server


@pytest.fixture(scope="session")
def sqs() -> Iterator[Sqs]:
    with running(Sqs()) as server:
        yield server


@pytest.fixture(scope="session")
def prometheus() -> Iterator[Prometheus]:
    there(Prometheus)
    with running(Prometheus()) as server:
        server.wait_for_scrape()
        yield server


class MakePrivate(Protocol):
    """`private(Nats, user="a", password="b")`: such a server, started, and gone after the test."""

    def __call__(self, kind: Callable[P, S], *args: P.args, **kwargs: P.kwargs) -> S: ...


@pytest.fixture
def private() -> Iterator[MakePrivate]:
    with ExitStack() as stack:

        def make(kind: Callable[P, S], *args: P.args, **kwargs: P.kwargs) -> S:
            if isinstance(kind, type) and issubclass(kind, Server):
                there(kind)
            return stack.enter_context(running(kind(*args, **kwargs)))

        yield make


MakeProxy = Callable[[Server], Awaitable[Proxy]]


@pytest.fixture
async def proxy() -> AsyncIterator[MakeProxy]:
    """`await proxy(nats)`: a proxy in front of it. A Kafka, a private one, then sends its clients there."""
    made: list[Proxy] = []

    async def make(server: Server) -> Proxy:
        made.append(await Proxy(server.port).start())
        if isinstance(server, Kafka):
            server.advertise(made[-1].port)
        return made[-1]

    yield make
    for one in made:
        await one.close()
