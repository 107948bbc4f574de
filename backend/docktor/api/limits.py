"""How much a request may carry."""

import asyncio

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from docktor.api.problems import problem

MAX_BODY = 1024 * 1024
BODY_S = 60.0


class BodyLimit:
    """Reads a body whole before the app sees the request: up to 1 MiB, 413 beyond that; within a minute, else 408; and
    415 for one that isn't said to be JSON.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(BODY_S):
                body = await _read(receive)
        except TimeoutError:
            await _refuse(408, "Body too slow", f"a body must be here within {BODY_S:.0f} s")(scope, receive, send)
            return
        if body is None:
            return
        if len(body) > MAX_BODY:
            refusal = _refuse(413, "Body too large", f"a body may have at most {MAX_BODY} bytes")
            await refusal(scope, receive, send)
            return
        if body and not _is_json(Headers(scope=scope).get("content-type", "")):
            await problem(415, "JSON needed", "send the body with 'Content-Type: application/json'")(
                scope, receive, send
            )
            return
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        await self.app(scope, replay, send)


def _is_json(media_type: str) -> bool:
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or (essence.startswith("application/") and essence.endswith("+json"))


async def _read(receive: Receive) -> bytes | None:
    """The body, or as much of it as shows that it is too large; `None` when the sender has left."""
    body = bytearray()
    more = True
    while more and len(body) <= MAX_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def _refuse(status: int, title: str, detail: str) -> JSONResponse:
    refusal = problem(status, title, detail)
    refusal.headers["Connection"] = "close"  # the rest of the body must not be taken for a request
    return refusal
