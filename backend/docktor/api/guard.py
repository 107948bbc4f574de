"""The guard of the TCP door. Every request is judged here, before the app sees it."""

import asyncio
import contextlib
from collections.abc import Collection

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from docktor.api.doors import MOST_STREAMS, Caller, Doors, set_caller
from docktor.api.hosts import foreign, local_name
from docktor.api.problems import problem
from docktor.api.roles import ACCESS, STREAMS, VISITED, Access, Operations, Special

MOST_HEADER_BYTES = 16 * 1024
SAFE = frozenset({"GET", "HEAD"})
LOGIN = "open_session"
KEY_HEADER = "x-docktor"
RECHECK_S = 5.0
FULL_RETRY_S = 10


class Refused(Exception):
    """The answer in place of the app's."""

    def __init__(self, status: int, title: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.response = problem(status, title, detail, headers=headers)


class TcpGuard:
    """What a request over TCP must show: a Host and an origin that are ours, and a token or session with the role
    that its operation asks for. `hosts`: the `host:port` names this listener answers to.
    """

    def __init__(self, app: FastAPI, doors: Doors, hosts: Collection[str]) -> None:
        self.app = app
        self.doors = doors
        self.hosts = frozenset(host.lower() for host in hosts)
        self.operations = Operations(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        try:
            name, caller = self._judge(scope, Headers(scope=scope))
        except Refused as refused:
            await refused.response(scope, receive, send)
            return
        set_caller(scope, caller)
        if name in STREAMS and caller is not None:
            await self._stream(caller, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _judge(self, scope: Scope, headers: Headers) -> tuple[str, Caller | None]:
        """The operation asked for, and who asks. Raises Refused."""
        # h11 counts only those that come in pieces.
        if sum(len(name) + len(value) for name, value in headers.raw) > MOST_HEADER_BYTES:
            raise Refused(431, "Headers too large", f"headers may have at most {MOST_HEADER_BYTES} bytes")
        name, methods = self.operations.find(scope["method"], scope["path"])
        visited = name in VISITED and scope["method"] == "GET"
        refusal = foreign(headers, self.hosts, local_name(scope.get("server")), scope["path"], visited=visited)
        if refusal is not None:
            raise Refused(*refusal)
        access = ACCESS.get(name) if name else None
        caller = self._caller(headers)
        if access is not Special.OPEN:
            if caller is None:
                raise _token_needed()
            # Whoever has no token learns nothing of what there is, so this comes second.
            _check_known(scope, name, methods)
            _check_role(access, caller)
        self._check_kind(name, caller, scope["method"], headers)
        self._check_rate(name, caller, scope)
        return str(name), caller

    def _caller(self, headers: Headers) -> Caller | None:
        given = headers.getlist("authorization")
        if given:  # a wrong token is never made good by a cookie
            kind, _, text = given[0].partition(" ")
            return self.doors.by_token(text.strip()) if kind.lower() == "bearer" and len(given) == 1 else None
        cookie = _cookie(headers, self.doors.cookie)
        return self.doors.by_cookie(cookie, headers.get(KEY_HEADER, "")) if cookie else None

    def _check_kind(self, name: str | None, caller: Caller | None, method: str, headers: Headers) -> None:
        """What a page elsewhere can send without asking first must not be enough to change anything."""
        if method in SAFE:
            return
        by_cookie = caller is not None and caller.session is not None
        has_body = "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if (by_cookie or has_body or name == LOGIN) and kind != "application/json":
            raise Refused(415, "JSON needed", "send 'Content-Type: application/json'")

    def _check_rate(self, name: str | None, caller: Caller | None, scope: Scope) -> None:
        peer = scope["client"][0] if scope.get("client") else ""
        if name == LOGIN:
            seconds = self.doors.logins.take(peer, self.doors.clock.steady())
        else:
            seconds = self.doors.wait(caller, peer, writes=scope["method"] not in SAFE)
        if not seconds and name in STREAMS and self.doors.streams >= MOST_STREAMS:
            seconds = FULL_RETRY_S
        if seconds:
            detail = f"too many requests: try again in {seconds} s"
            raise Refused(429, "Too many requests", detail, {"Retry-After": str(seconds)})

    async def _stream(self, caller: Caller, scope: Scope, receive: Receive, send: Send) -> None:
        """An answer that goes on for long ends when the token or session it was given to does."""
        begun = ended = False

        async def watched(message: Message) -> None:
            nonlocal begun, ended
            begun = begun or message["type"] == "http.response.start"
            ended = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        self.doors.streams += 1
        answering = asyncio.create_task(self.app(scope, receive, watched))
        try:
            while self.doors.still_open(caller) and not answering.done():
                await asyncio.wait({answering}, timeout=RECHECK_S)
            if answering.done():
                answering.result()
        finally:
            self.doors.streams -= 1
            if not answering.done():
                answering.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await answering
        if begun and not ended:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def _token_needed() -> Refused:
    detail = "send 'Authorization: Bearer' with a token: `docktor token show`"
    return Refused(401, "Token needed", detail, {"WWW-Authenticate": "Bearer"})


def _check_known(scope: Scope, name: str | None, methods: Collection[str]) -> None:
    # Answered here, not by the app: what isn't in the table of operations must not be reached past it.
    if name is not None:
        return
    asked = f"{scope['method']} {scope['path']}"
    if methods:
        raise Refused(405, "Method Not Allowed", asked, {"Allow": ", ".join(sorted(methods))})
    raise Refused(404, "Not Found", asked)


def _check_role(access: Access | None, caller: Caller) -> None:
    if access is None:
        raise Refused(403, "Not over TCP", "no role is said to be enough for this: a bug in Docktor")
    if access is Special.SOCKET:
        raise Refused(403, "Not over TCP", "this is possible over the unix socket only")
    if not isinstance(access, Special) and not caller.role.covers(access):
        raise Refused(403, "Not allowed", f"this needs the role {access}; yours is {caller.role}")


def _cookie(headers: Headers, name: str) -> str | None:
    for line in headers.getlist("cookie"):
        for part in line.split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                return value
    return None
