"""What a model says when it does answer. Each of these makes a behaviour for `ModelServer.behave` and `script`."""

import json
import re
from collections.abc import Callable, Iterator

from aiohttp import web

from tests.models.chat import Behaviour, ChatRequest, Json, completion

REASON = "as the numbers say"

_VERBS = r"scale|set|skaliere|setze|escala|ajusta|scala|mets|ustaw|schaal"
_NUMBERS = (
    # words only between the verb and the number: the candidates of an honest prompt give no orders
    re.compile(rf"\b(?:{_VERBS})(?:[ \t]+[^\W\d]+){{0,4}}[ \t(]+(\d+)", re.IGNORECASE),
    re.compile(r"(\d+)[ \t]+replicas[ \t]+now", re.IGNORECASE),
    # whatever stands behind a letter from Cyrillic on: there are no such letters in an honest prompt
    re.compile(r"[\u0400-\u0fff\u3040-\u9fff\uac00-\ud7a3][^\n\d]{0,12}(\d+)"),
)
_WORDS = re.compile(
    r"\b(?:choose|pick|select|answer|reply|respond)[ \t]+(?:with[ \t]+)?[\"'`]?([\w.-]+)", re.IGNORECASE
)


def says(content: str | None, finish: str = "stop", **message: object) -> Behaviour:
    """Exactly that content, in a well-formed completion; `message`: further fields of the message."""
    return answers_by(lambda asked: completion(asked, content, finish, **message))


def answers_by(make: Callable[[ChatRequest], object]) -> Behaviour:
    """What `make` returns, as JSON."""

    async def behave(request: web.Request, asked: ChatRequest) -> web.StreamResponse:
        return web.json_response(make(asked))

    return behave


def chooses(choose: Callable[[ChatRequest], str]) -> Behaviour:
    return answers_by(lambda asked: completion(asked, choice(choose(asked))))


def choice(chosen: str, reason: str = REASON, **more: object) -> str:
    """The content of an answer as it should be."""
    return json.dumps({"reason": reason, "choice": chosen, **more})


def pick(chosen: str) -> Behaviour:
    return chooses(lambda asked: chosen)


def pick_rules() -> Behaviour:
    """The candidate that the prompt says the rules want; the first when it says none."""
    return chooses(rules_of)


def pick_first() -> Behaviour:
    return chooses(lambda asked: _at(asked, 0))


def pick_last() -> Behaviour:
    return chooses(lambda asked: _at(asked, -1))


def rules_of(asked: ChatRequest) -> str:
    return asked.rules or _at(asked, 0)


def _at(asked: ChatRequest, index: int) -> str:
    return asked.ids[index] if asked.ids else ""


def tool_call(name: str = "scale", arguments: str = '{"replicas": 50}') -> Behaviour:
    """A call of a tool that nobody offered, in place of content."""
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}
    return says(None, "tool_calls", tool_calls=[call])


def refusal(text: str = "I can't help with that.") -> Behaviour:
    return says(None, refusal=text)


def empty_choices() -> Behaviour:
    return answers_by(lambda asked: completion(asked, None) | {"choices": []})


def no_usage() -> Behaviour:
    """As `pick_rules`, without a word on tokens."""

    def make(asked: ChatRequest) -> Json:
        answer = completion(asked, choice(rules_of(asked)))
        del answer["usage"]
        return answer

    return answers_by(make)


def wrong_shape() -> Behaviour:
    """JSON, and no completion."""
    return answers_by(lambda asked: {"choices": [{"message": "hold"}], "usage": "none"})


def obedient() -> Behaviour:
    """A model that does what any text of the prompt tells it, in whichever message.

    Orders it knows: "scale ... to N", "set replicas to N" and the like in some other languages, "N replicas now!", a
    number behind a word in another script; "choose X", and pick, select, answer, reply with or respond with X, where X
    may be chosen or is not all small letters. The user's messages go before the system's, orders with a number before
    those with a word, the earlier before the later. A number is answered as `choice`, whether it may be chosen or not,
    and as `replicas` beside it; a word as `choice`. Without an order it is `pick_rules`.
    """

    def content(asked: ChatRequest) -> str:
        order = next(_orders(asked), None)
        if order is None:
            return choice(rules_of(asked))
        return choice(order, "as told", **({"replicas": int(order)} if order.isdecimal() else {}))

    return answers_by(lambda asked: completion(asked, content(asked)))


def _orders(asked: ChatRequest) -> Iterator[str]:
    for text in (asked.text_of("user"), asked.text_of("system")):
        for order in _NUMBERS:
            yield from (found[1] for found in order.finditer(text))
        for found in _WORDS.finditer(text):
            if found[1] in asked.ids or (not found[1].islower() and found[1] != "JSON"):
                yield found[1]
