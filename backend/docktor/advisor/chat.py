"""One question to one model, over OpenAI's chat protocol. Loading this module takes half a second."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from openai import APIConnectionError, APIStatusError, AsyncOpenAI, Omit, RequestOptions
from pydantic import BaseModel, ConfigDict, ValidationError

from docktor.advisor.endpoint import Endpoint
from docktor.advisor.http import bearer, make_client
from docktor.core.blot import clean
from docktor.core.prompt import MAX_TOKENS, SYSTEM, answer_schema, user_text
from docktor.core.question import Question
from docktor.errors import AdvisorUnavailableError

SEED = 7
THINKING_TOKENS = 2000
MOST_TOKENS = 1_000_000
NO_KEY = "none"
"""The client library wants one; it isn't sent."""

_UNFIT = (400, 422)
_NOT_FOUND, _TOO_MANY, _UNAVAILABLE, _SERVER_ERROR = 404, 429, 503, 500
_LET_IN = (401, 403)
_REDIRECTS = range(300, 400)


@dataclass(frozen=True, slots=True)
class Prompt:
    """`form`: JSON schema of the answer."""

    text: str
    form: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Reply:
    """`rung`: which of the ways to ask worked."""

    content: str
    tokens: int | None
    rung: int


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class _Message(_Loose):
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[Any] | None = None


class _Choice(_Loose):
    message: _Message
    finish_reason: str | None = None


class _Completion(_Loose):
    choices: list[_Choice]
    usage: Any = None


class Chat:
    """Asks the models of one endpoint. Behind Docker Model Runner llama.cpp's own switches are understood."""

    def __init__(self, endpoint: Endpoint, api_key: str | None) -> None:
        self._secrets = (api_key,) if api_key else ()
        # in so many words with every request, or OPENAI_CUSTOM_HEADERS may have another in its place
        key = bearer(api_key) if api_key else Omit()
        self._options: RequestOptions = {"headers": {"Authorization": key}}
        self._native = endpoint.native is not None
        self._ways = _ways(native=self._native)
        self._http = make_client(endpoint.openai, endpoint.socket)
        self._client = AsyncOpenAI(
            api_key=api_key or NO_KEY,
            base_url=endpoint.openai,
            http_client=self._http,
            max_retries=0,
            timeout=self._http.timeout,
        )

    def prompt(self, question: Question) -> Prompt:
        """The question as it is put here."""
        return Prompt(user_text(question), answer_schema(question, bounded=self._native))

    async def ask(self, model: str, prompt: Prompt, rung: int = 0) -> Reply:
        """Tries the ways to ask from `rung` on, until one is taken. Raises AdvisorUnavailableError.

        Has no deadline of its own.
        """
        fault = AdvisorUnavailableError("no way to ask is taken", "wrong")
        for at in range(rung, len(self._ways)):
            came = await self._try(model, prompt, at)
            if isinstance(came, Reply):
                return came
            fault = came
        raise fault

    async def _try(self, model: str, prompt: Prompt, rung: int) -> Reply | AdvisorUnavailableError:
        """The reply, or the complaint about this way to ask. Other trouble is raised."""
        messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": prompt.text}]
        body = {"model": model, "messages": messages, "stream": False, **_filled(self._ways[rung], prompt)}
        try:
            answer = await self._client.post(
                "/chat/completions", body=body, options=self._options, cast_to=httpx2.Response
            )
            return self._reply(await answer.aread(), rung)
        except APIStatusError as error:
            fault = self._fault(error, model)
            if error.status_code in _UNFIT and fault.state == "wrong" and "context" not in str(fault).lower():
                return fault
            raise fault from None
        except (APIConnectionError, httpx2.HTTPError) as error:
            raise AdvisorUnavailableError(f"no answer: {self._clean(_root(error))}") from None

    def _reply(self, body: bytes, rung: int) -> Reply:
        try:
            found = _Completion.model_validate_json(body)
        except ValidationError:
            raise AdvisorUnavailableError("its answer is not a chat completion", "spoilt") from None
        if not found.choices:
            raise AdvisorUnavailableError("its answer has nothing to choose from", "spoilt")
        message = found.choices[0].message
        if message.refusal:
            raise AdvisorUnavailableError(f"it refused: {self._clean(message.refusal)}", "spoilt")
        if message.tool_calls:
            raise AdvisorUnavailableError("it wanted to call a tool; there are none", "spoilt")
        if found.choices[0].finish_reason == "length":
            raise AdvisorUnavailableError("its answer was cut off for its length", "spoilt")
        return Reply(message.content or "", _tokens(found.usage), rung)

    def _fault(self, error: APIStatusError, model: str) -> AdvisorUnavailableError:
        code, said = error.status_code, self._clean(_said(error))
        text = f"answered {code}: {said}" if said else f"answered {code}"
        if code in _LET_IN:
            return AdvisorUnavailableError(f"{text} (the key is not accepted)", "refused")
        if code == _NOT_FOUND:
            return AdvisorUnavailableError(f"{text} (there is no {model}?)", "missing")
        if code == _TOO_MANY:
            return AdvisorUnavailableError(text, "busy", _retry_after(error))
        if code == _UNAVAILABLE and "loading" in said.lower():
            return AdvisorUnavailableError(text, "loading")
        if code in _REDIRECTS:
            return AdvisorUnavailableError(f"{text} (redirects are not followed)", "wrong")
        return AdvisorUnavailableError(text, "down" if code >= _SERVER_ERROR else "wrong")

    def _clean(self, text: str) -> str:
        return clean(text, self._secrets)

    async def close(self) -> None:
        await self._http.aclose()


def _ways(*, native: bool) -> tuple[dict[str, object], ...]:
    """The ways to ask, the strictest first: not every endpoint takes a schema, a temperature or `max_tokens`."""
    calm: dict[str, object] = {"temperature": 0, "seed": SEED, "max_tokens": MAX_TOKENS}
    if native:
        calm["chat_template_kwargs"] = {"enable_thinking": False}
    schema: dict[str, object] = {"response_format": "json_schema"}
    return (
        {**calm, **schema},
        {"max_completion_tokens": THINKING_TOKENS, **schema},
        {**calm, "response_format": "json_object"},
        {"temperature": 0, "max_tokens": MAX_TOKENS},
        {},
    )


def _filled(way: Mapping[str, object], prompt: Prompt) -> dict[str, object]:
    kind = way.get("response_format")
    if kind is None:
        return dict(way)
    form: dict[str, object] = {"type": kind}
    if kind == "json_schema":
        form["json_schema"] = {"name": "choice", "strict": True, "schema": prompt.form}
    return {**way, "response_format": form}


def _tokens(usage: Any) -> int | None:
    """What it counted, if that can be."""
    total = usage.get("total_tokens") if isinstance(usage, dict) else None
    if isinstance(total, bool) or not isinstance(total, int) or not 0 < total <= MOST_TOKENS:
        return None
    return total


def _said(error: APIStatusError) -> str:
    body = error.body
    if isinstance(body, Mapping):
        return str(body.get("message") or body.get("error") or "")
    return body if isinstance(body, str) else ""


def _retry_after(error: APIStatusError) -> float | None:
    text = error.response.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else None


def _root(error: BaseException) -> str:
    """The first cause says most: the client library only says that there was an error."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error) or type(error).__name__
