"""Docker Model Runner's own API: what is on the disk, what is loaded, and pulling."""

import asyncio
import hashlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiohttp import web

from tests.models.chat import CREATED, Json
from tests.models.pulls import Pull, pulled

RUNNING = "Docker Model Runner is running"
BACKEND = "llama.cpp"
NEVER = "0001-01-01T00:00:00Z"
USED = "2026-11-25T12:00:00Z"
# as the runner writes lines for who doesn't ask for exactly `Accept: application/json`
ESCAPES = ((b"&", b"&amp;"), (b"'", b"&#39;"), (b"<", b"&lt;"), (b">", b"&gt;"), (b'"', b"&#34;"))


class LoadError(Exception):
    """The model can't be loaded."""


@dataclass
class HostedModel:
    """`load_s`: how long loading takes, in seconds; infinite is allowed. `load_error`: why it fails in the end.

    `loaded` may be set by the test, as if the model had been warmed or put out. `in_use`: requests it works on now.
    `loads`: how often it was loaded since.
    """

    quantisation: str = "IQ2_XXS/Q4_K_M"
    parameters: str = "3.21 B"
    size: str = "1.87 GiB"
    architecture: str = "llama"
    context_size: int | None = None
    loaded: bool = False
    load_s: float = 0.0
    load_error: str = ""
    loading: bool = field(default=False, init=False)
    in_use: int = field(default=0, init=False)
    loads: int = field(default=0, init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False, compare=False)

    async def load(self) -> None:
        """Returns when it is loaded; a second caller waits for the first. Raises LoadError."""
        async with self._turn:
            if self.loaded:
                return
            self.loading = True
            try:
                await asyncio.sleep(self.load_s)
            finally:
                self.loading = False
            if self.load_error:
                raise LoadError(self.load_error)
            self.loaded = True
            self.loads += 1

    @contextmanager
    def used(self) -> Iterator[None]:
        self.in_use += 1
        try:
            yield
        finally:
            self.in_use -= 1


def normal(name: str) -> str:
    """The whole name: `llama3.2` is `ai/llama3.2:latest`."""
    whole = name if "/" in name else f"ai/{name}"
    return whole if ":" in whole.rpartition("/")[2] else f"{whole}:latest"


@dataclass
class Runner:
    """`models`: by whole name. `pull`: how pulls go; those of `pulls` come first, one each. `asked_for`: pulled names.

    `status`: what the backends say of themselves.
    """

    models: dict[str, HostedModel]
    pull: Pull = field(default_factory=pulled)
    pulls: deque[Pull] = field(default_factory=deque)
    asked_for: list[str] = field(default_factory=list)
    status: dict[str, str] = field(
        default_factory=lambda: {BACKEND: "Running: llama.cpp b9879-4a0c24d", "vllm": "Not Installed"}
    )

    def routes(self, prefix: str) -> list[web.RouteDef]:
        return [
            web.get(f"{prefix}/", self._root),
            web.get(f"{prefix}/models", self._models),
            web.post(f"{prefix}/models/create", self._create),
            web.get(f"{prefix}/models/{{name:.+}}", self._model),
            web.get(f"{prefix}/engines/ps", self._ps),
            web.get(f"{prefix}/engines/status", self._status),
        ]

    def find(self, name: str) -> HostedModel | None:
        """As inference does: by the name as given, or the whole one."""
        return self.models.get(name) or self.models.get(normal(name))

    async def _root(self, request: web.Request) -> web.Response:
        return web.Response(text=RUNNING)

    async def _models(self, request: web.Request) -> web.Response:
        return web.json_response([native(name, model) for name, model in self.models.items()])

    async def _model(self, request: web.Request) -> web.Response:
        wanted = request.match_info["name"]
        for name, model in self.models.items():
            if name in (wanted, normal(wanted)) or wanted == name.rpartition("/")[2].partition(":")[0]:
                return web.json_response(native(name, model))
        return go_error(404, "error while getting model: model not found")

    async def _ps(self, request: web.Request) -> web.Response:
        there = [(name, model) for name, model in self.models.items() if model.loaded or model.loading]
        return web.json_response([running(name, model) for name, model in there])

    async def _status(self, request: web.Request) -> web.Response:
        return web.json_response(self.status)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        try:
            name = str((await request.json())["from"])
        except (ValueError, KeyError, TypeError):
            return go_error(400, "invalid request body")
        self.asked_for.append(name)
        pull = self.pulls.popleft() if self.pulls else self.pull
        if pull.code != web.HTTPOk.status_code:
            return go_error(pull.code, pull.text)
        return await self._stream(request, pull, name)

    async def _stream(self, request: web.Request, pull: Pull, name: str) -> web.StreamResponse:
        as_json = request.headers.get("Accept") == "application/json"
        kind = "application/json" if as_json else "text/plain"
        response = web.StreamResponse(headers={"Content-Type": kind, "Cache-Control": "no-cache"})
        await response.prepare(request)
        for number, line in enumerate(pull.lines, 1):
            if pull.adds and number == len(pull.lines):
                self.models.setdefault(normal(name), HostedModel())
            await response.write(line if as_json else escaped(line))
            await asyncio.sleep(pull.every)
        if pull.stalls:
            await asyncio.Event().wait()
        return response


def native(name: str, model: HostedModel) -> Json:
    config: Json = {
        "format": "gguf",
        "quantization": model.quantisation,
        "parameters": model.parameters,
        "architecture": model.architecture,
        "size": model.size,
        "gguf": {"general.architecture": model.architecture},
    }
    if model.context_size is not None:
        config["context_size"] = model.context_size
    return {"id": digest(name), "tags": [name], "created": CREATED, "config": config}


def openai(name: str, model: HostedModel, *, dmr: bool) -> Json:
    """A model in OpenAI's list; with `dmr`, the fields that Docker Model Runner adds."""
    listed: Json = {"id": name, "object": "model", "created": CREATED, "owned_by": "docker" if dmr else "system"}
    if dmr:
        details = {
            "architecture": model.architecture,
            "parameters": model.parameters,
            "quantization": model.quantisation,
            "size": model.size,
        }
        listed["dmr"] = details | ({"context_window": model.context_size} if model.context_size else {})
    return listed


def running(name: str, model: HostedModel) -> Json:
    """A line of ps: what is false is left out there."""
    busy = model.loading or model.in_use > 0
    line: Json = {
        "backend_name": BACKEND,
        "model_name": name,
        "mode": "completion",
        "last_used": NEVER if busy else USED,
    }
    return line | ({"in_use": True} if model.in_use else {}) | ({"loading": True} if model.loading else {})


def digest(name: str) -> str:
    return f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


def escaped(line: bytes) -> bytes:
    for plain, instead in ESCAPES:
        line = line.replace(plain, instead)
    return line


def go_error(code: int, text: str) -> web.Response:
    """As Go's http.Error writes it."""
    return web.Response(status=code, text=f"{text}\n", headers={"X-Content-Type-Options": "nosniff"})
