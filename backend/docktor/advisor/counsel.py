"""Asks the models of a chain, one question at a time, and always comes back with an Advice: it never raises."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from docktor.advisor.breaker import FIRST_REST_S, LONGEST_REST_S, Breaker
from docktor.advisor.budget import Spent, used_up
from docktor.advisor.chat import Chat, Prompt, Reply
from docktor.advisor.endpoint import Endpoint
from docktor.advisor.runner import LOADS_WITHIN_S, Runner
from docktor.core.advice import Advice
from docktor.core.advisor import RULES, AdvisorPolicy
from docktor.core.answer import read_answer, short
from docktor.core.question import Question
from docktor.errors import AdvisorUnavailableError, DocktorError

log = logging.getLogger(__name__)

LONGEST_SAID = 200
LEAST_S = 0.1
NO_TIME, CLOSED = "there was no time left to ask", "it is being closed"
LOADING = "it is being loaded"
LOOK_WITHIN_S = 5.0
UNTRIED = Breaker()


@dataclass(frozen=True, slots=True)
class ModelState:
    """How one model of the chain does.

    state: untried | ok | loading | busy | down | refused | missing | wrong | spoilt.
    """

    state: str = "untried"
    error: str | None = None
    breaker: Breaker = UNTRIED
    rung: int = 0


class Counsel:
    """`chain`: the models in the order they are tried, perhaps with `rules` at the end."""

    def __init__(
        self, policy: AdvisorPolicy, endpoint: Endpoint, chain: Sequence[str], steady: Callable[[], float]
    ) -> None:
        self.endpoint = endpoint
        self.chain = tuple(model for model in chain if model != RULES)
        self.states = {model: ModelState() for model in self.chain}
        self.spent = Spent()
        self._policy = policy
        self._steady = steady
        self._chat = Chat(endpoint, policy.api_key)
        self._runner = Runner(endpoint) if endpoint.native is not None else None
        self._turn = asyncio.Lock()
        self._loading: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    def unable(self) -> str | None:
        """Why no model would be asked now, without trying; `None` if one would."""
        if self._closed:
            return CLOSED
        if not self.chain:
            return "there is no model to ask"
        if not self._ready():
            first = self.chain[0]
            if self.states[first].state in ("loading", "missing"):
                return f"{first}: {self.states[first].error}"
            return f"{first} failed again and again and is left alone for a while"
        return used_up(self._policy.budget, self.spent, self._steady())

    def _ready(self) -> list[str]:
        """The models worth trying. One that its runner is loading, or hasn't got, would only cost time."""
        now = self._steady()
        idle = {one for one in self.chain if self._runner and self.states[one].state in ("loading", "missing")}
        return [one for one in self.chain if one not in idle and self.states[one].breaker.may_ask(now)]

    async def ask(self, question: Question, deadline: float) -> Advice:
        """Within `deadline` seconds, waiting for one's turn included."""
        started = self._steady()
        advice = await self._in_turn(question, started + deadline)
        if advice.model is None:
            return advice
        return replace(advice, latency_ms=round((self._steady() - started) * 1000, 1))

    async def _in_turn(self, question: Question, ends: float) -> Advice:
        try:
            async with asyncio.timeout(ends - self._steady()):
                await self._turn.acquire()
        except TimeoutError:
            return self._nothing(None, "busy with the questions of other services")
        try:
            return await self._along_the_chain(question, ends)
        finally:
            self._turn.release()

    async def _along_the_chain(self, question: Question, ends: float) -> Advice:
        prompt = self._chat.prompt(question)
        if reason := self.unable():
            return self._nothing(None, reason)
        ready = self._ready()
        last = self._nothing(None, "no model to ask")
        for at, model in enumerate(ready):
            left = ends - self._steady()
            if reason := self._why_no_more(left):
                return self._nothing(last.model, _join(last.failure if last.model else None, reason))
            advice = await self._one(model, prompt, question, left / (len(ready) - at))
            if advice.replicas is not None:
                return advice
            last = replace(advice, failure=_join(last.failure if last.model else None, f"{model}: {advice.failure}"))
        return last

    def _why_no_more(self, left: float) -> str | None:
        if self._closed:
            return CLOSED
        if left < LEAST_S:  # it was spent waiting for one's turn, which is no fault of the model
            return NO_TIME
        return used_up(self._policy.budget, self.spent, self._steady())

    async def _one(self, model: str, prompt: Prompt, question: Question, within: float) -> Advice:
        """One model, one question: what it chose, or why there is nothing to go by."""
        before = self.states[model]
        self.states[model] = replace(before, breaker=before.breaker.asked(self._steady()))
        tokens = 0
        said = None
        try:
            reply = await self._reply(model, prompt, before.rung, within)
            tokens, said = reply.tokens or 0, short(reply.content, LONGEST_SAID)
            self.states[model] = replace(self.states[model], rung=reply.rung)
            answer = read_answer(reply.content, question.ids)
        except ValueError as error:
            return self._failed(model, AdvisorUnavailableError(str(error), "spoilt"), said, tokens)
        except AdvisorUnavailableError as error:
            return self._failed(model, error, None, tokens)
        except asyncio.CancelledError:
            self.states[model] = replace(before, breaker=before.breaker.given_up())
            raise
        finally:
            self.spent = self.spent.plus(self._steady(), tokens)
        self.states[model] = ModelState("ok", None, before.breaker.succeeded(), reply.rung)
        return Advice(
            provider=self._policy.provider.value,
            model=model,
            replicas=question.replicas(answer.choice),
            said=answer.reason,
            tokens=reply.tokens,
        )

    async def _reply(self, model: str, prompt: Prompt, rung: int, within: float) -> Reply:
        try:
            async with asyncio.timeout(within):
                return await self._chat.ask(model, prompt, rung)
        except TimeoutError:
            self._have_loaded(model)
            raise AdvisorUnavailableError(f"no answer within {within:.1f} s") from None
        except DocktorError as error:
            if isinstance(error, AdvisorUnavailableError) and error.state == "loading":
                self._have_loaded(model)  # else nobody would learn when it is loaded
            raise
        except Exception as error:  # whatever a library does with an answer nobody foresaw, the rules go on
            log.exception("a question failed in a way nobody foresaw")
            raise AdvisorUnavailableError(f"internal error: {type(error).__name__}", "wrong") from None

    def _have_loaded(self, model: str) -> None:
        """Late, or dead: the model runner tells. It stops loading when the one who asked goes away, so this one stays.

        Nobody waits for it.
        """
        if self._runner is not None and model not in self._loading and not self._closed:
            self._loading[model] = asyncio.create_task(self._load(model, self._runner), name=f"loading {model}")
            self._loading[model].add_done_callback(lambda _: self._loading.pop(model, None))

    async def _load(self, model: str, runner: Runner) -> None:
        try:
            async with asyncio.timeout(LOOK_WITHIN_S):
                ready = await runner.is_ready(model)
            if ready and self.states[model].state != "loading":
                return  # it is slow, or hangs
            self.states[model] = ModelState("loading", LOADING, rung=self.states[model].rung)
            async with asyncio.timeout(LOADS_WITHIN_S):
                await runner.load(model)
        except TimeoutError:
            self.note(model, "down", "Docker Model Runner did not load it in time")
        except DocktorError as error:
            self.note(model, "down", str(error))
        else:
            self.note(model, "untried")

    def _failed(self, model: str, error: AdvisorUnavailableError, said: str | None, tokens: int) -> Advice:
        before = self.states[model]
        breaker = before.breaker.given_up()
        if error.state == "busy":
            rest = FIRST_REST_S if error.delay is None else min(error.delay, LONGEST_REST_S)
            breaker = replace(breaker, rests_until=self._steady() + rest)
        elif error.state != "loading":  # that says nothing about whether it works
            breaker = breaker.failed(self._steady())
        self.states[model] = replace(before, state=error.state, error=str(error), breaker=breaker)
        return replace(self._nothing(model, str(error)), said=said, tokens=tokens or None)

    def _nothing(self, model: str | None, failure: str) -> Advice:
        return Advice(provider=self._policy.provider.value, model=model, failure=failure)

    def note(self, model: str, state: str, error: str | None = None) -> None:
        """What was learned of a model beside questions: it was loaded, or isn't there."""
        if model in self.states:
            self.states[model] = replace(self.states[model], state=state, error=error)

    @property
    def runner(self) -> Runner | None:
        """Docker Model Runner's own API, where that is what answers."""
        return self._runner

    async def close(self) -> None:
        """What is being asked ends with it, without advice."""
        self._closed = True
        loading = list(self._loading.values())
        for task in loading:
            task.cancel()
        await asyncio.gather(*loading, return_exceptions=True)
        await self._chat.close()
        if self._runner is not None:
            await self._runner.close()


def _join(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)
