"""Models compared on the same situations: what they would have chosen, and how long they took."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from statistics import median, quantiles

from docktor.advisor.chat import Chat
from docktor.advisor.endpoint import Endpoint
from docktor.core.answer import read_answer
from docktor.core.situation import Situation
from docktor.errors import AdvisorUnavailableError

GIVE_UP_AFTER = 3
"""Times in a row that a model gives no answer at all until the rest is spared."""

_TWO = 2


@dataclass(frozen=True, slots=True)
class Answered:
    """One situation put to one model. `replicas`: what it chose, `None` for no advice; `failure` then says why.

    `spoilt`: it answered, but not in the form that was asked for.
    """

    situation: str
    by_rules: int
    best: int | None
    replicas: int | None
    seconds: float
    tokens: int | None = None
    failure: str | None = None
    spoilt: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """One row of the table. Shares are fractions, `None` where nothing can be told; times are seconds.

    `agreed`: with the rules, of the answers. `right`: in hindsight, of the answers to situations whose future is
    known. `too_few`, `too_many`: of the same. `spoilt`: of all that was asked. `none`: asked and not answered.
    """

    model: str
    asked: int
    agreed: float | None
    right: float | None
    too_few: float | None
    too_many: float | None
    spoilt: int
    none: int
    median_s: float | None
    p95_s: float | None
    tokens: float | None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Examiner:
    """Asks the models of one endpoint; `within`: seconds for one answer."""

    endpoint: Endpoint
    api_key: str | None
    within: float

    async def put(self, model: str, situations: Sequence[Situation]) -> AsyncIterator[Answered]:
        """One after the other. Ends early with a model that doesn't answer at all."""
        chat = Chat(self.endpoint, self.api_key)
        rung = silent = 0
        try:
            for one in situations:
                answered, rung = await self._put_one(chat, model, one, rung)
                yield answered
                silent = silent + 1 if answered.failure and not answered.spoilt else 0
                if silent == GIVE_UP_AFTER:
                    return
        finally:
            await chat.close()

    async def _put_one(self, chat: Chat, model: str, one: Situation, rung: int) -> tuple[Answered, int]:
        prompt = chat.prompt(one.question)
        begun = time.monotonic()
        nothing = Answered(one.name, one.question.by_rules, one.best, None, 0.0)
        try:
            async with asyncio.timeout(self.within):
                reply = await chat.ask(model, prompt, rung)
        except TimeoutError:
            return _failed(nothing, begun, f"no answer within {self.within:g} s"), rung
        except AdvisorUnavailableError as error:
            return _failed(nothing, begun, str(error), spoilt=error.state == "spoilt"), rung
        took = time.monotonic() - begun
        try:
            chosen = one.question.replicas(read_answer(reply.content, one.question.ids).choice)
        except ValueError as error:
            return _failed(nothing, begun, str(error), spoilt=True, tokens=reply.tokens), reply.rung
        return Answered(one.name, one.question.by_rules, one.best, chosen, took, reply.tokens), reply.rung


def _failed(nothing: Answered, begun: float, why: str, *, spoilt: bool = False, tokens: int | None = None) -> Answered:
    took = time.monotonic() - begun
    return replace(nothing, seconds=took, tokens=tokens, failure=why, spoilt=spoilt)


def score(model: str, answers: Sequence[Answered]) -> Score:
    """What the answers of one model come to."""
    chosen = [one for one in answers if one.replicas is not None]
    judged = Counter(_judged(one.replicas, one.best) for one in chosen if one.best is not None)
    known = judged.total()
    times = [one.seconds for one in chosen]
    tokens = [one.tokens for one in chosen if one.tokens is not None]
    failures = [one.failure for one in answers if one.failure]
    return Score(
        model=model,
        asked=len(answers),
        agreed=_share(sum(one.replicas == one.by_rules for one in chosen), len(chosen)),
        right=_share(judged["right"], known),
        too_few=_share(judged["few"], known),
        too_many=_share(judged["many"], known),
        spoilt=sum(one.spoilt for one in answers),
        none=sum(one.replicas is None and not one.spoilt for one in answers),
        median_s=median(times) if times else None,
        p95_s=quantiles(times, n=20)[-1] if len(times) >= _TWO else None,
        tokens=sum(tokens) / len(tokens) if tokens else None,
        failure=Counter(failures).most_common(1)[0][0] if failures else None,
    )


def of_rules(situations: Sequence[Situation]) -> Score:
    """The rules themselves, to compare with."""
    answers = [Answered(one.name, one.question.by_rules, one.best, one.question.by_rules, 0.0) for one in situations]
    scored = score("rules", answers)
    return Score(
        "rules", scored.asked, scored.agreed, scored.right, scored.too_few, scored.too_many, 0, 0, None, None, None
    )


def _judged(replicas: int | None, best: int | None) -> str:
    if replicas is None or best is None or replicas == best:
        return "right"
    return "few" if replicas < best else "many"


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
