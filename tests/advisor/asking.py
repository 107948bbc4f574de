"""What the tests ask with: one question of the built-in scenarios, a clock that is set, and things that are closed."""

import asyncio
import time
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress

from aiohttp import web

from docktor.advisor.chat import Chat, Prompt
from docktor.advisor.counsel import Counsel
from docktor.advisor.endpoint import Endpoint
from docktor.core.advisor import AdvisorPolicy, Budget, Provider
from docktor.core.prompt import answer_schema, user_text
from docktor.core.scenarios import built_in
from tests.brokers.process import HOST, free_ports
from tests.models.chat import Behaviour, ChatRequest
from tests.models.server import MODEL, ModelServer

KEY = "sk-test-0123456789abcdef"
SECOND = "ai/second:latest"
MIB = 1 << 20
QUESTION = next(one.question for one in built_in() if len(one.question.candidates) > 2)
IDS = tuple(one.id for one in QUESTION.candidates)
NUMBERS = {one.replicas for one in QUESTION.candidates}
PROMPT = Prompt(user_text(QUESTION), answer_schema(QUESTION))
PLENTY = Budget(calls_per_minute=100_000, calls_per_day=100_000)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += seconds


def endpoint(server: ModelServer) -> Endpoint:
    return Endpoint(server.openai_url, server.url if server.dmr else None)


@asynccontextmanager
async def chat(server: ModelServer, key: str | None = None) -> AsyncIterator[Chat]:
    one = Chat(endpoint(server), key)
    try:
        yield one
    finally:
        await one.close()


@asynccontextmanager
async def counsel(
    server: ModelServer,
    chain: Sequence[str] = (MODEL,),
    *,
    steady: Callable[[], float] = time.monotonic,
    budget: Budget = PLENTY,
    key: str | None = None,
) -> AsyncIterator[Counsel]:
    provider = Provider.DMR if server.dmr else Provider.OPENAI
    one = Counsel(AdvisorPolicy(provider=provider, api_key=key, budget=budget), endpoint(server), chain, steady)
    try:
        yield one
    finally:
        await one.close()


def by_model(first: Behaviour, second: Behaviour) -> Behaviour:
    """What MODEL does, and what all others do."""

    async def behave(request: web.Request, asked: ChatRequest) -> web.StreamResponse:
        return await (first if asked.model == MODEL else second)(request, asked)

    return behave


@asynccontextmanager
async def answering(answer: Callable[[str], web.Response]) -> AsyncIterator[str]:
    """The address of a server that is none of models: what it answers to a path."""

    async def handle(request: web.Request) -> web.Response:
        return answer(request.path)

    app = web.Application()
    app.router.add_get("/{rest:.*}", handle)
    serving = web.AppRunner(app, shutdown_timeout=0.1)
    await serving.setup()
    port = free_ports(1)[0]
    await web.TCPSite(serving, HOST, port).start()
    try:
        yield f"http://{HOST}:{port}"
    finally:
        await serving.cleanup()


@asynccontextmanager
async def mute() -> AsyncIterator[str]:
    """The address of a server that takes connections and says nothing."""

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await reader.read(-1)
        writer.close()

    async with await asyncio.start_server(wait, HOST, 0) as server:
        yield f"http://{HOST}:{server.sockets[0].getsockname()[1]}"


class Stopwatch:
    """Wall-clock seconds since it was made."""

    def __init__(self) -> None:
        self._began = asyncio.get_running_loop().time()

    @property
    def seconds(self) -> float:
        return asyncio.get_running_loop().time() - self._began


class Memory:
    """`most`: what Python took beyond what it had, in bytes; known at the end."""

    most = 0


@contextmanager
def memory() -> Iterator[Memory]:
    measured = Memory()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    try:
        yield measured
        measured.most = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
