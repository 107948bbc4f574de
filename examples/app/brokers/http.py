"""The queue of `app.jobs`, over HTTP: for the examples whose numbers come from a service of one's own."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import ClientSession, ClientTimeout

from app.brokers import Message

URL = os.environ.get("JOBS_URL", "http://jobs:8000")


class Http:
    def __init__(self, session: ClientSession) -> None:
        self._session = session

    async def put(self, bodies: Sequence[str]) -> None:
        async with self._session.post("/put", json=list(bodies)):
            pass

    async def take(self, most: int, seconds: float) -> Sequence[Message]:
        async with self._session.post("/take", json={"most": most, "seconds": seconds}) as answer:
            return [Message(one["body"], one["id"]) for one in await answer.json()]

    async def done(self, message: Message) -> None:
        async with self._session.post("/done", json=message.handle):
            pass


@asynccontextmanager
async def opened() -> AsyncIterator[Http]:
    async with ClientSession(URL, raise_for_status=True, timeout=ClientTimeout(total=10)) as session:
        yield Http(session)
