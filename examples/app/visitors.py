"""VISITS requests a second to the page at URL, on new connections, so that every replica gets its share."""

import asyncio
import os
import time
from contextlib import suppress

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from app.loop import say, setting

URL = os.environ.get("URL", "http://web:8000/")
REPORT_S = 5.0
MOST_UNANSWERED = 30
"""A page that is too slow gets no more visitors than that at once."""


async def visit(session: ClientSession, answers: list[str]) -> None:
    with suppress(ClientError, TimeoutError):
        async with session.get(URL) as answer:
            answers.append((await answer.text()).rpartition("page by ")[2].strip())


async def main() -> None:
    rate, answers, told = setting("VISITS", 20), list[str](), time.monotonic()
    visits: set[asyncio.Task[None]] = set()
    connector = TCPConnector(force_close=True, use_dns_cache=False)
    async with ClientSession(connector=connector, timeout=ClientTimeout(total=10)) as session:
        while True:
            if len(visits) < MOST_UNANSWERED:
                visits.add(task := asyncio.create_task(visit(session, answers)))
                task.add_done_callback(visits.discard)
            await asyncio.sleep(1 / rate)
            if time.monotonic() - told > REPORT_S:
                say(
                    f"{len(answers) / (time.monotonic() - told):.0f} answers a second from {len(set(answers))} replicas"
                )
                told = time.monotonic()
                answers.clear()


if __name__ == "__main__":
    asyncio.run(main())
