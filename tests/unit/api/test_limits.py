"""The limit of a body, in front of a small app of its own."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from docktor.api.limits import MAX_BODY, BodyLimit


async def count(request: Request) -> JSONResponse:
    return JSONResponse(len(await request.body()))


INNER = Starlette(routes=[Route("/api/projects", count, methods=["POST"])])


def ask(app: BodyLimit) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://docktor")


@pytest.mark.parametrize(("size", "status"), [(0, 200), (MAX_BODY, 200), (MAX_BODY + 1, 413)])
async def test_a_body_may_have_a_mebibyte(size: int, status: int) -> None:
    async with ask(BodyLimit(INNER)) as client:
        answer = await client.post("/api/projects", content=b"x" * size, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    if status == 200:
        assert answer.json() == size
    else:
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_body_that_does_not_say_its_size_is_counted_too() -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * (MAX_BODY // 10)

    async with ask(BodyLimit(INNER)) as client:
        answer = await client.post("/api/projects", content=endless())
    assert answer.status_code == 413


async def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docktor.api.limits.BODY_S", 0.05)

    async def slow() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(30)

    async with ask(BodyLimit(INNER)) as client:
        answer = await client.post("/api/projects", content=slow())
    assert answer.status_code == 408
