"""The guards in front of the app, on a small app of their own."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from docktor.api.limits import MAX_BODY, BodyLimit, TcpGuard

TOKEN = "a-token"
HOST = "127.0.0.1:8099"


async def count(request: Request) -> JSONResponse:
    return JSONResponse(len(await request.body()))


INNER = Starlette(
    routes=[Route(path, count, methods=["GET", "POST"]) for path in ("/api/health", "/api/projects", "/api/stop")]
)


def ask(app: BodyLimit | TcpGuard) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=f"http://{HOST}")


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


GUARDED = TcpGuard(INNER, TOKEN, {HOST, "localhost:8099"})
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/api/projects", BEARER, 200),
        ("/api/projects", BEARER | {"Host": "LOCALHOST:8099"}, 200),
        ("/api/projects", BEARER | {"Origin": f"http://{HOST}"}, 200),
        ("/api/projects", {"Authorization": f"bearer  {TOKEN} "}, 200),
        ("/api/health", {}, 200),
        ("/api/projects", {}, 401),
        ("/api/projects", {"Authorization": "Bearer wrong"}, 401),
        ("/api/projects", {"Authorization": "Bearer ümlaut".encode("latin-1").decode("latin-1")}, 401),
        ("/api/projects", {"Authorization": f"Basic {TOKEN}"}, 401),
        ("/api/projects", {"Authorization": "Bearer"}, 401),
        ("/api/projects", BEARER | {"Host": "evil.example"}, 421),
        ("/api/health", {"Host": "evil.example"}, 421),
        ("/api/projects", BEARER | {"Host": "127.0.0.1.evil.example:8099"}, 421),
        ("/api/projects", BEARER | {"Origin": "http://evil.example"}, 403),
        ("/api/projects", BEARER | {"Origin": "null"}, 403),
        ("/api/stop", BEARER, 403),
    ],
)
async def test_who_may_come_in_over_tcp(path: str, headers: dict[str, str], status: int) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    async with ask(GUARDED) as client:
        answer = await client.post(path, headers=raw)
    assert answer.status_code == status
    if status == 401:
        assert answer.headers["www-authenticate"] == "Bearer"
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert TOKEN not in answer.text
