"""Guards in front of the app: the size of a body, and who may come in over TCP."""

import hmac
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from docktor.api.problems import problem

MAX_BODY = 1024 * 1024
OPEN_PATHS = frozenset({"/api/health"})
SOCKET_ONLY_PATHS = frozenset({"/api/stop"})


class BodyLimit:
    """Reads a body whole, up to 1 MiB, before the app sees the request; 413 beyond that, 415 if it isn't JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        parts: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            more = message.get("more_body", False)
            if size > MAX_BODY:
                refusal = problem(413, "Body too large", f"a body may have at most {MAX_BODY} bytes")
                refusal.headers["Connection"] = "close"
                await refusal(scope, receive, send)
                return
        if size and not _is_json(Headers(scope=scope).get("content-type", "")):
            await problem(415, "Not JSON", "send the body with 'Content-Type: application/json'")(scope, receive, send)
            return
        whole: list[Message] = [{"type": "http.request", "body": b"".join(parts), "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        await self.app(scope, replay, send)


def _is_json(media_type: str) -> bool:
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or (essence.startswith("application/") and essence.endswith("+json"))


class TcpGuard:
    """What a request over TCP must show: a Host (and Origin, if any) that is ours, and the bearer token.

    `hosts`: the `host:port` names this listener answers to. Stopping the daemon is for the unix socket alone.
    """

    def __init__(self, app: ASGIApp, token: str, hosts: Collection[str]) -> None:
        self.app = app
        self.token = token.encode()
        self.hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = None
        if scope["type"] == "http":
            refusal = self._refuse(scope["path"], Headers(scope=scope))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if refusal is None:
            await self.app(scope, receive, send)
            return
        status, title, detail = refusal
        headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None  # noqa: PLR2004 - as in RFC 6750
        await problem(status, title, detail, headers=headers)(scope, receive, send)

    def _refuse(self, path: str, headers: Headers) -> tuple[int, str, str] | None:
        origin = headers.get("origin")
        if headers.get("host", "").lower() not in self.hosts:
            return 421, "Misdirected request", "this address answers only to its own host name"
        if origin is not None and urlsplit(origin).netloc.lower() not in self.hosts:
            return 403, "Foreign origin", "requests from other web pages are refused"
        if path in OPEN_PATHS:
            return None
        if path in SOCKET_ONLY_PATHS:
            return 403, "Not over TCP", "this is possible over the unix socket only"
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), self.token):
            return 401, "Token needed", "send 'Authorization: Bearer' with the token from the daemon's home"
        return None
