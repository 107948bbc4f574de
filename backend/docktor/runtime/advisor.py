"""The daemon's advisor: finds where the model is, keeps it at hand, and asks it. What goes wrong is a state of it."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from docktor.advisor.budget import DAY_S, Spent
from docktor.advisor.catalog import chain_of, list_models, missing
from docktor.advisor.endpoint import Endpoint, check_allowed, find
from docktor.advisor.models import ModelInfo
from docktor.advisor.runner import LOADS_WITHIN_S
from docktor.core.advice import Advice
from docktor.core.advisor import AdvisorMode, AdvisorPolicy
from docktor.core.question import Question
from docktor.errors import AdvisorUnavailableError
from docktor.runtime.clock import Clock
from docktor.runtime.eventlog import EventLog
from docktor.runtime.pulls import Pulls
from docktor.runtime.scores import Scores
from docktor.runtime.views import AdvisorView, AskedModel
from docktor.signals.secrets import Redactor

if TYPE_CHECKING:
    from docktor.advisor.counsel import Counsel

log = logging.getLogger(__name__)

OFF = AdvisorPolicy(mode=AdvisorMode.OFF)
FIRST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 60.0
WARM_EVERY_S = 240.0
"""A model that nobody asked for five minutes is unloaded."""

_NO_MODEL = (
    "has no model to take; fetch one (`docktor models pull ai/llama3.2`) or name one (`docktor config set-model`)"
)
WELL = ("ok", "untried")


class Advisor:
    """`policy` is what is in force; `adopt` another one at any time."""

    def __init__(self, env: Mapping[str, str], clock: Clock, events: EventLog, redactor: Redactor) -> None:
        self.policy = OFF
        self.scores = Scores()
        self.pulls = Pulls(self._pulled)
        self._env = env
        self._clock = clock
        self._events = events
        self._redactor = redactor
        self._counsel: Counsel | None = None
        self._task: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._trouble: AdvisorUnavailableError | None = None
        self._told = "off"
        self._since = clock.now()
        self._again = asyncio.Event()
        self._spent = Spent()

    def adopt(self, policy: AdvisorPolicy | None) -> None:
        """What is being asked goes on; everything after it is asked of the new model."""
        wanted = policy or OFF
        if wanted == self.policy:
            return
        self._redactor.add((wanted.api_key,) if wanted.api_key else ())
        self._redactor.remove((self.policy.api_key,) if self.policy.api_key else ())
        self.policy, self._trouble = wanted, None
        self._end()
        if wanted.mode is not AdvisorMode.OFF:
            self._task = asyncio.create_task(self._run(), name="advisor")

    def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._ending.add(self._task)
            self._task.add_done_callback(self._ending.discard)
        self._task = self._counsel = None

    def unable(self) -> str | None:
        """Why nobody can be asked now, `None` if somebody can."""
        if self._counsel is not None:
            return self._counsel.unable()
        return str(self._trouble) if self._trouble else "the model's endpoint is being looked for"

    async def ask(self, question: Question, deadline: float) -> Advice:
        """Comes back within `deadline` seconds, with advice or with the reason why there is none."""
        counsel = self._counsel
        if counsel is None:
            return Advice(self.policy.provider.value, None, failure=self.unable())
        advice = await counsel.ask(question, deadline)
        await self._tell()
        return advice

    async def endpoint(self) -> Endpoint:
        """The endpoint in use, else the one that would be. Raises AdvisorUnavailableError."""
        return self._counsel.endpoint if self._counsel else await find(self.policy, self._env)

    async def first(self, endpoint: Endpoint) -> str:
        """The model that is asked first there, or would be. Raises AdvisorUnavailableError when there is none."""
        if self._counsel is not None:
            return self._counsel.chain[0]
        return self.policy.model or self._chain(endpoint, await self._listed(endpoint))[0]

    @property
    def in_use(self) -> Endpoint | None:
        return self._counsel.endpoint if self._counsel else None

    async def _run(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            try:
                counsel = await self._open()
                pause = FIRST_PAUSE_S
                await self._keep(counsel)
            except AdvisorUnavailableError as error:
                self._trouble = error
            except Exception:  # a bug of the advisor must not end the daemon: the rules go on without advice
                log.exception("the advisor failed in a way nobody foresaw")
                self._trouble = AdvisorUnavailableError("internal error, see the daemon's log", "wrong")
            await self._tell()
            await self._sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    async def _open(self) -> "Counsel":
        endpoint = await find(self.policy, self._env)
        check_allowed(endpoint, self.policy)
        models = await self._listed(endpoint)
        chain = self._chain(endpoint, models)
        make = await asyncio.to_thread(_counsel_class)
        counsel = make(self.policy, endpoint, chain, self._clock.steady)
        counsel.spent = self._spent
        self._note_missing(counsel, models)
        return counsel

    def _chain(self, endpoint: Endpoint, models: tuple[ModelInfo, ...] | None) -> tuple[str, ...]:
        chain = chain_of(self.policy, models or ())
        if not chain:
            raise AdvisorUnavailableError(f"{endpoint.where} {_NO_MODEL}", "missing")
        return chain

    def _note_missing(self, counsel: "Counsel", models: tuple[ModelInfo, ...] | None) -> None:
        absent = missing(counsel.chain, models) if models is not None else ()
        for name in counsel.chain:
            if name in absent:
                counsel.note(name, "missing", f"{counsel.endpoint.where} has no {name}")
            elif counsel.states[name].state == "missing":
                counsel.note(name, "untried")

    async def _listed(self, endpoint: Endpoint) -> tuple[ModelInfo, ...] | None:
        """`None` where an endpoint does not list its models, which says nothing against asking them."""
        try:
            return await list_models(endpoint, self.policy.api_key)
        except AdvisorUnavailableError as error:
            if error.state == "wrong" and endpoint.native is None:
                return None
            raise

    async def _keep(self, counsel: "Counsel") -> None:
        """Has the first model loaded now, and kept so. Ends when models should be looked at anew."""
        self._counsel, self._trouble = counsel, None
        try:
            while counsel.runner is not None:
                await self._warm(counsel)
                if not self.policy.keep_warm:
                    break
                if await self._sleep(WARM_EVERY_S):
                    return
                self._note_missing(counsel, await self._listed(counsel.endpoint))
            await self._tell()
            await self._sleep(None)
        finally:
            if self._counsel is counsel:
                self._counsel = None
            self._spent = counsel.spent
            await counsel.close()

    async def _warm(self, counsel: "Counsel") -> None:
        model = next((one for one in counsel.chain if counsel.states[one].state != "missing"), None)
        if model is None or counsel.runner is None:
            return
        if counsel.states[model].state != "ok":
            counsel.note(model, "loading", "it is being loaded")
            await self._tell()
        try:
            async with asyncio.timeout(LOADS_WITHIN_S):
                await counsel.runner.load(model)
        except TimeoutError:
            counsel.note(model, "down", f"was not loaded within {LOADS_WITHIN_S:.0f} s")
        except AdvisorUnavailableError as error:
            counsel.note(model, error.state, str(error))
        else:
            counsel.note(model, "ok")
        await self._tell()

    async def _sleep(self, seconds: float | None) -> bool:
        """Whether it was woken."""
        self._again.clear()
        try:
            await asyncio.wait_for(self._again.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def _pulled(self) -> None:
        """A model that came may be the one that was missing."""
        self._again.set()

    def spent_before(self, calls: Iterable[tuple[float, int]]) -> None:
        """What former daemons asked within the last day: seconds ago, and tokens, oldest first."""
        now = self._clock.steady()
        self._spent = Spent(tuple((now - ago, tokens) for ago, tokens in calls))

    @property
    def view(self) -> AdvisorView:
        counsel, scores, now = self._counsel, self.scores, self._clock.steady()
        spent = counsel.spent if counsel else self._spent
        state, error = self._state()
        return AdvisorView(
            mode=self.policy.mode.value,
            state=state,
            provider=self.policy.provider.value,
            base_url=counsel.endpoint.where if counsel else self.policy.base_url,
            remote=counsel.endpoint.is_remote if counsel else False,
            model=counsel.chain[0] if counsel else self.policy.model,
            error=error,
            since=self._since,
            models=tuple(
                AskedModel(name, one.state, one.error, one.breaker.state(now))
                for name, one in (counsel.states.items() if counsel else ())
            ),
            asked=scores.asked,
            agreed=scores.agreed,
            changed=scores.changed,
            failed=scores.failed,
            median_ms=scores.median_ms,
            calls_day=spent.calls_since(now - DAY_S),
            tokens_day=spent.tokens_since(now - DAY_S),
        )

    def _state(self) -> tuple[str, str | None]:
        """That of the first model that can be asked, else of the first of all."""
        if self.policy.mode is AdvisorMode.OFF:
            return "off", None
        if self._counsel is None:
            return (self._trouble.state, str(self._trouble)) if self._trouble else ("finding", None)
        now = self._clock.steady()
        states = list(self._counsel.states.values())
        if any(one.state in WELL and one.breaker.may_ask(now) for one in states):
            return "ok", None
        resting = all(one.breaker.state(now) == "open" for one in states)
        return ("resting" if resting else states[0].state), states[0].error

    async def _tell(self) -> None:
        """An event for each change of state."""
        state, error = self._state()
        if state == self._told:
            return
        self._told, self._since = state, self._clock.now()
        who = self.view.model or self.policy.profile.value
        await self._events.add("advisor", f"advisor {who}: {error or state}", self._since)

    async def close(self) -> None:
        self._end()
        await asyncio.gather(*self._ending, return_exceptions=True)
        await self.pulls.close()


def _counsel_class() -> "type[Counsel]":
    """In a thread: loading the client library takes half a second, and nobody who asks no model should wait for it."""
    from docktor.advisor.counsel import Counsel

    return Counsel
