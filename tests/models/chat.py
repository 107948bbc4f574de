"""OpenAI's chat protocol: what was asked, and answers in its form."""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

CREATED = 1_795_000_000
CHARACTERS_PER_TOKEN = 4

Json = dict[str, Any]


@dataclass(frozen=True)
class ChatRequest:
    """`when`: the loop's time, in seconds. `at_once`: how many chat requests were in flight then, this one included."""

    path: str
    headers: Mapping[str, str]
    """By name, in whatever case."""
    body: Json
    when: float
    at_once: int

    @property
    def model(self) -> str:
        return str(self.body.get("model", ""))

    @property
    def preload(self) -> bool:
        return self.headers.get("X-Preload-Only") == "true"

    @property
    def prompt(self) -> str:
        """The text of all messages, in their order."""
        return "\n".join(_text(message) for message in self._messages())

    def text_of(self, role: str) -> str:
        """The text of the messages of that role."""
        return "\n".join(_text(message) for message in self._messages() if message.get("role") == role)

    @property
    def ids(self) -> tuple[str, ...]:
        """What may be chosen: the enum of the schema's `choice`; without one, the candidates of the prompt."""
        place: Any = self.body
        for key in ("response_format", "json_schema", "schema", "properties", "choice", "enum"):
            place = place.get(key) if isinstance(place, dict) else None
        if isinstance(place, list):
            return tuple(str(one) for one in place)
        return tuple(str(one.get("id")) for one in self._candidates())

    @property
    def rules(self) -> str | None:
        """The candidate that the prompt says the rules want."""
        return next((str(one.get("id")) for one in self._candidates() if one.get("rules") is True), None)

    def _messages(self) -> Iterator[Json]:
        messages = self.body.get("messages")
        yield from (one for one in (messages if isinstance(messages, list) else []) if isinstance(one, dict))

    def _candidates(self) -> list[Json]:
        asked = [_text(message) for message in self._messages() if message.get("role") == "user"]
        for found in _objects(asked[-1] if asked else ""):
            if isinstance(candidates := found.get("candidates"), list):
                return [one for one in candidates if isinstance(one, dict)]
        return []


Behaviour = Callable[[web.Request, ChatRequest], Awaitable[web.StreamResponse]]
"""How a chat request is answered: what it returns has been sent, or is sent then."""


def _text(message: Json) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _objects(text: str) -> Iterator[Json]:
    """The JSON objects in a text, the outer before the inner."""
    decoder = json.JSONDecoder()
    at = text.find("{")
    while at >= 0:
        try:
            found, _ = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            pass
        else:
            yield found
        at = text.find("{", at + 1)


def completion(asked: ChatRequest, content: str | None, finish: str = "stop", **message: object) -> Json:
    """A well-formed completion; `message`: further fields of the message, or others in place of its own."""
    prompt, said = len(asked.prompt) // CHARACTERS_PER_TOKEN, len(content or "") // CHARACTERS_PER_TOKEN
    return {
        "id": f"chatcmpl-{asked.when}",
        "object": "chat.completion",
        "created": CREATED,
        "model": asked.model,
        "system_fingerprint": "b9879",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": content, **message},
            }
        ],
        "usage": {"prompt_tokens": prompt, "completion_tokens": said, "total_tokens": prompt + said},
    }
