"""Docker Model Runner's own API: which models there are, fetching one, and having one loaded."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from docktor.advisor.endpoint import Endpoint
from docktor.advisor.http import CONNECT_S, make_client
from docktor.advisor.models import ModelInfo, is_named
from docktor.core.blot import clean
from docktor.errors import AdvisorUnavailableError, PermanentError

LOADS_WITHIN_S = 310.0
"""The runner itself gives up on a model that isn't ready after 300 s."""

STALLED_S = 120.0
LONGEST_LINE = 64 * 1024
LARGEST = 2**50
"""Bytes; no model is larger."""

_NOT_FOUND, _NOT_LET_IN, _SERVER_ERROR = 404, (401, 403), 500


@dataclass(frozen=True, slots=True)
class Progress:
    """Bytes of the model that are here, and of all of it as far as is known; `message`: the runner's last word."""

    done: int
    total: int
    message: str = ""


class Runner:
    """Every call raises AdvisorUnavailableError when it can't be done; PermanentError where the model it is about isn't
    there. Deadlines are the caller's, but for `pull`.
    """

    def __init__(self, endpoint: Endpoint, stalled: float = STALLED_S) -> None:
        """`stalled`: for how many seconds a pull may bring nothing."""
        assert endpoint.native is not None
        self._stalled = stalled
        self._root, self._socket = endpoint.native, endpoint.socket
        self._chat = f"{endpoint.openai}/chat/completions"
        self._http = make_client(endpoint.native, endpoint.socket)

    async def models(self) -> tuple[ModelInfo, ...]:
        """What is on the disk, and what of it is in memory."""
        listed = await self._get("/models")
        running = await self._get("/engines/ps")
        loading = {str(one.get("model_name")): bool(one.get("loading")) for one in _objects(running)}
        return tuple(_model(one, name, loading) for one in _objects(listed) for name in _names(one))

    async def load(self, model: str) -> None:
        """Returns once the model is in memory; nothing is inferred."""
        body = {"model": model, "messages": [{"role": "user", "content": "."}], "max_tokens": 1}
        await self._send("POST", self._chat, body, {"X-Preload-Only": "true"})

    async def is_ready(self, model: str) -> bool:
        """Whether it is in memory, and not just on its way there."""
        found = _objects(await self._get("/engines/ps"))
        return any(is_named(ModelInfo(str(one.get("model_name"))), model) and not one.get("loading") for one in found)

    async def pull(self, model: str) -> AsyncIterator[Progress]:
        """Fetches the model; what it yields grows until it is all here.

        A failure after it began comes as a line of the stream, whose status said that all is well.
        """
        url, body = f"{self._root}/models/create", {"from": model}
        headers = {"Accept": "application/json"}  # for anybody else the lines are escaped for HTML
        timeout = httpx2.Timeout(self._stalled, connect=CONNECT_S)
        try:
            async with (
                make_client(self._root, self._socket, most=None) as client,
                client.stream("POST", url, json=body, headers=headers, timeout=timeout) as answer,
            ):
                if not answer.is_success:
                    raise _failed(answer.status_code, await _start(answer), model)
                async for progress in _progress(_lines(answer), model):
                    yield progress
        except httpx2.ReadTimeout:
            raise AdvisorUnavailableError(f"nothing of {model} came for {self._stalled:.0f} s") from None
        except httpx2.HTTPError as error:
            raise AdvisorUnavailableError(f"fetching {model} was cut off: {_reason(error)}") from None

    async def _get(self, path: str) -> Any:
        answer = await self._send("GET", f"{self._root}{path}")
        try:
            return answer.json()
        except (ValueError, RecursionError):
            raise AdvisorUnavailableError(f"{path} of Docker Model Runner is not JSON", "wrong") from None

    async def _send(
        self, method: str, url: str, body: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        try:
            answer = await self._http.request(method, url, json=body, headers=headers)
        except httpx2.HTTPError as error:
            raise AdvisorUnavailableError(f"no answer from Docker Model Runner: {_reason(error)}") from None
        if not answer.is_success:
            raise _failed(answer.status_code, answer.text, str((body or {}).get("model", "")))
        return answer

    async def close(self) -> None:
        await self._http.aclose()


def _objects(found: Any) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _names(one: Mapping[str, Any]) -> list[str]:
    tags = one.get("tags")
    names = [clean(tag, ()) for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    return [name for name in names if name]


def _model(one: Mapping[str, Any], name: str, loading: Mapping[str, bool]) -> ModelInfo:
    config = one.get("config")
    facts: Mapping[str, Any] = config if isinstance(config, dict) else {}
    context = facts.get("context_size")
    state = next((value for known, value in loading.items() if is_named(ModelInfo(known), name)), None)
    return ModelInfo(
        name=name,
        parameters=_text(facts.get("parameters")),
        size=_text(facts.get("size")),
        quantization=_text(facts.get("quantization")),
        context=context if isinstance(context, int) and not isinstance(context, bool) else None,
        state="present" if state is None else "loading" if state else "ready",
    )


def _text(value: object) -> str | None:
    return clean(value, ())[:40] if isinstance(value, str) and value else None


async def _start(answer: httpx2.Response) -> str:
    """The beginning of what it says."""
    async for chunk in answer.aiter_bytes():
        return chunk.decode(errors="replace")
    return ""


async def _lines(answer: httpx2.Response) -> AsyncIterator[bytes]:
    """Its lines; of one that is far too long only the end."""
    rest = b""
    async for chunk in answer.aiter_bytes():
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line
        rest = rest[-LONGEST_LINE:]
    yield rest


async def _progress(lines: AsyncIterator[bytes], model: str) -> AsyncIterator[Progress]:
    """The stream ends well only with its word of success."""
    layers: dict[str, int] = {}
    done, total, ended = 0, 0, False
    async for line in lines:
        found = _line(line)
        if found is None:
            continue
        said = clean(str(found.get("message") or ""), ())
        if found.get("type") == "error":
            raise AdvisorUnavailableError(f"{model} could not be fetched: {said or 'no reason was given'}", "wrong")
        ended = ended or found.get("type") == "success"
        total = max(total, _size(found.get("total")))
        if isinstance(layer := found.get("layer"), dict):
            layers[str(layer.get("id"))] = _size(layer.get("current"))
        done = max(done, sum(layers.values()))  # a layer that begins anew takes nothing back
        yield Progress(done, total, said)
    if not ended:
        raise AdvisorUnavailableError(f"fetching {model} ended before it was all here")


def _line(line: bytes) -> Mapping[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _size(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST else 0


def _failed(code: int, text: str, model: str) -> AdvisorUnavailableError | PermanentError:
    """`model`: the one it was about, if any."""
    said = clean(text, ()) or f"answered {code}"
    if not model:
        return AdvisorUnavailableError(f"Docker Model Runner answered {code}: {said}", state_of(code))
    if code == _NOT_FOUND:
        return PermanentError(f"there is no model {model}: {said}")
    if code in _NOT_LET_IN:
        return AdvisorUnavailableError(f"{model} is not for everybody ({said}); `docker login` first", "refused")
    return AdvisorUnavailableError(said, state_of(code))


def state_of(code: int) -> str:
    """What a status that is no success says of the server."""
    if code in _NOT_LET_IN:
        return "refused"
    return "down" if code >= _SERVER_ERROR else "wrong"


def _reason(error: Exception) -> str:
    return clean(str(error), ()) or type(error).__name__
