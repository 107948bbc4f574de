"""How much a request may carry."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from docktor.api.problems import problem

MAX_BODY = 1024 * 1024


class BodyLimit:
    """Reads a body whole, up to 1 MiB, before the app sees the request; 413 beyond that."""

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
        whole: list[Message] = [{"type": "http.request", "body": b"".join(parts), "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        await self.app(scope, replay, send)
