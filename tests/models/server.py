"""A server of models on loopback: OpenAI's chat protocol, and Docker Model Runner's own API.

    async with ModelServer() as server:
        server.behave(pick_rules())
        server.script([late(0.2, pick("B")), reset()])
        ... AsyncOpenAI(base_url=server.openai_url, api_key="none", max_retries=0) ...
        assert [request.model for request in server.requests] == ["ai/llama3.2"]

Behaviours are in `answers` and `failures`, pulls in `pulls`. It streams no chat: such a request gets 400.
"""

import asyncio
import socket
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.brokers.process import HOST, free_ports
from tests.models.answers import pick_rules
from tests.models.chat import Behaviour, ChatRequest
from tests.models.failures import error_body, refuse_key
from tests.models.runner import HostedModel, LoadError, Runner, go_error, openai

PREFIX = "/exp/vDD4.40"
"""Where Docker Desktop has the runner on its unix socket."""
MODEL = "ai/llama3.2:latest"
MAX_BODY = 10 * 1024 * 1024
CLOSE_S = 0.05

Spelling = Literal["engines", "v1", "both"]


class ModelServer:
    """`requests`: the chat requests that name a model, refused ones too; `preloads`: those that only load it.
    `most_at_once`: the most of `requests` in flight together; `in_flight`: those of now. `asked`: all there was, as
    "GET /models".

    `spelling`: which of `/engines/v1` and `/v1` there is. `dmr`: whether the runner's own API is there; without it all
    models are loaded. `api_key`: what every request must bring. `uds`: a unix socket to listen on, where all is under
    `PREFIX` too. `models`: by whole name; one cold model when not given. The port is the same after `stop` and `start`.
    """

    def __init__(
        self,
        *,
        models: Mapping[str, HostedModel] | None = None,
        spelling: Spelling = "both",
        dmr: bool = True,
        api_key: str | None = None,
        tcp: bool = True,
        uds: Path | None = None,
    ) -> None:
        self.models = dict(models) if models is not None else {MODEL: HostedModel()}
        self.runner = Runner(self.models)
        self.spelling, self.dmr, self.api_key, self.uds = spelling, dmr, api_key, uds
        self.requests: list[ChatRequest] = []
        self.preloads: list[ChatRequest] = []
        self.asked: list[str] = []
        self.in_flight = self.most_at_once = 0
        self._port = free_ports(1)[0] if tcp else None
        self._usual = pick_rules()
        self._next: deque[Behaviour] = deque()
        self._faults: list[Exception] = []
        self._serving: web.AppRunner | None = None

    @property
    def url(self) -> str:
        assert self._port is not None, "it is on a unix socket only"
        return f"http://{HOST}:{self._port}"

    @property
    def openai_url(self) -> str:
        return f"{self.url}/v1" if self.spelling == "v1" else f"{self.url}/engines/v1"

    def behave(self, usual: Behaviour) -> None:
        """How chat requests are answered from now on, once the script is through."""
        self._usual = usual

    def script(self, behaviours: Iterable[Behaviour]) -> None:
        """One for each of the next chat requests, after those scripted before."""
        self._next.extend(behaviours)

    async def start(self) -> None:
        app = web.Application(middlewares=[self._gate], client_max_size=MAX_BODY)
        for prefix in ("", PREFIX) if self.uds else ("",):
            app.add_routes(self._routes(prefix))
        self._serving = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=CLOSE_S)
        await self._serving.setup()
        if self._port is not None:
            await web.TCPSite(self._serving, HOST, self._port, reuse_address=True).start()
        if self.uds is not None:
            await web.UnixSite(self._serving, str(self.uds)).start()

    async def stop(self) -> None:
        """Ends what is in flight. Raises what a behaviour raised, which no behaviour should."""
        serving, self._serving = self._serving, None
        if serving is not None:
            await serving.cleanup()
        if self._faults:
            raise self._faults.pop(0)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    def _routes(self, prefix: str) -> list[web.RouteDef]:
        roots = {
            "engines": ["/engines", "/engines/{backend}"],
            "v1": [""],
            "both": ["", "/engines", "/engines/{backend}"],
        }
        routes = self.runner.routes(prefix) if self.dmr else []
        for root in roots[self.spelling]:
            routes.append(web.post(f"{prefix}{root}/v1/chat/completions", self._chat))
            routes.append(web.get(f"{prefix}{root}/v1/models", self._list))
            routes.append(web.get(f"{prefix}{root}/v1/models/{{name:.+}}", self._show))
        return routes

    @web.middleware
    async def _gate(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path}")
        if request.path.startswith(PREFIX) and not _on_unix(request):
            return go_error(404, "not found")
        if self._locked_for(request) and not request.path.endswith("/chat/completions"):
            return refuse_key(request.headers)
        try:
            return await handler(request)
        except (web.HTTPException, ConnectionError):
            raise
        except Exception as error:
            self._faults.append(error)
            raise

    def _locked_for(self, request: web.Request) -> bool:
        return self.api_key is not None and request.headers.get("Authorization") != f"Bearer {self.api_key}"

    async def _list(self, request: web.Request) -> web.Response:
        listed = [openai(name, model, dmr=self.dmr) for name, model in self.models.items()]
        return web.json_response({"object": "list", "data": listed})

    async def _show(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        model = self._find(name)
        return self._no_model(name) if model is None else web.json_response(openai(name, model, dmr=self.dmr))

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await request.json()
        except ValueError:
            return go_error(400, "invalid request")
        if not isinstance(body, dict) or not body.get("model"):
            return go_error(400, "model is required")
        when = asyncio.get_running_loop().time()
        asked = ChatRequest(request.path, request.headers, body, when, self.in_flight + 1)
        if asked.preload:
            self.preloads.append(asked)
            return await self._answer(request, asked)
        self.requests.append(asked)
        self.in_flight += 1
        self.most_at_once = max(self.most_at_once, self.in_flight)
        try:
            return await self._answer(request, asked)
        finally:
            self.in_flight -= 1

    async def _answer(self, request: web.Request, asked: ChatRequest) -> web.StreamResponse:
        if self._locked_for(request):
            return refuse_key(request.headers)
        model = self._find(asked.model)
        if model is None:
            return self._no_model(asked.model)
        if asked.body.get("stream"):
            return web.json_response(error_body("no streaming here", "invalid_request_error"), status=400)
        if self.dmr:
            try:
                await model.load()
            except LoadError as error:
                return go_error(500, f"unable to load runner: {error}")
            if asked.preload:
                return web.Response()
        with model.used():
            return await (self._next.popleft() if self._next else self._usual)(request, asked)

    def _find(self, name: str) -> HostedModel | None:
        return self.runner.find(name) if self.dmr else self.models.get(name)

    def _no_model(self, name: str) -> web.Response:
        if self.dmr:
            return go_error(404, "error while getting model: model not found")
        message = f"The model `{name}` does not exist or you do not have access to it."
        return web.json_response(error_body(message, "invalid_request_error", "model_not_found"), status=404)


def _on_unix(request: web.Request) -> bool:
    if request.transport is None:
        return False
    own: socket.socket = request.transport.get_extra_info("socket")
    return own.family == socket.AF_UNIX
