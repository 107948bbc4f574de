"""Where one service's questions to the model are put and its answers fetched. No tick ever waits for one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from docktor.core.advice import Advice, Shadow
from docktor.core.advisor import AdvisorMode
from docktor.core.asking import Standing, answered, heed, offered, still_counts, watched
from docktor.core.candidates import Candidate
from docktor.core.decide import Tick
from docktor.core.decision import Verdict
from docktor.core.policy import Policy
from docktor.core.question import Question, question
from docktor.core.world import Snapshot
from docktor.errors import DocktorError
from docktor.runtime.advisor import Advisor

log = logging.getLogger(__name__)

SHARE_OF_INTERVAL = 0.45
"""The longest an answer is waited for, of the check interval: the rules act long before the next check."""


@dataclass(frozen=True, slots=True)
class Counselled:
    """`advice`: the answer that counts, or why nobody could be asked. `anew`: it came just now.

    `waiting`: the model is being asked, so that nothing is done yet.
    """

    verdict: Verdict
    advice: Advice | None = None
    anew: bool = False
    waiting: bool = False


class Desk:
    """`on_answer` is called once an answer is there; `on_shadow` takes those that are not heard."""

    def __init__(
        self, advisor: Advisor, on_answer: Callable[[], None], on_shadow: Callable[[Shadow], Awaitable[None]]
    ) -> None:
        self._advisor = advisor
        self._on_answer = on_answer
        self._on_shadow = on_shadow
        self._standing = Standing()
        self._latest: Advice | None = None
        self._open: asyncio.Task[Advice] | None = None
        self._shadows: set[asyncio.Task[None]] = set()

    def counsel(self, policy: Policy, seen: Snapshot, tick: Tick) -> Counselled:
        """The rules' verdict as the model would have it, as far as that is known at this moment."""
        mode = self._advisor.policy.mode
        if mode is AdvisorMode.OFF:
            self.drop()
            return Counselled(tick.verdict)
        self._standing = watched(self._standing, policy, seen, tick)
        choice = offered(self._advisor.policy, policy, seen, tick, self._standing)
        if not choice:
            self.drop()
            return Counselled(tick.verdict)
        if mode is AdvisorMode.SHADOW:
            self.drop()
            self._ask_in_shadow(policy, seen, tick, choice)
            return Counselled(tick.verdict)
        return self._heard(policy, seen, tick, choice)

    def _heard(self, policy: Policy, seen: Snapshot, tick: Tick, choice: tuple[Candidate, ...]) -> Counselled:
        if self._open is not None:
            if not self._open.done():
                return Counselled(tick.verdict, waiting=True)
            done, self._open = self._open, None
            return self._settle(seen, tick, choice, done.result())
        if (earlier := still_counts(policy, tick, choice, self._standing, seen.at)) is not None:
            verdict = heed(tick.verdict, choice, earlier.replicas, _who(self._latest))
            self._standing = answered(self._standing, tick.verdict, verdict, earlier.replicas, seen.at, anew=False)
            return Counselled(verdict, self._latest)
        if (reason := self._advisor.unable()) is not None:
            return Counselled(tick.verdict, Advice(self._advisor.policy.provider.value, None, failure=reason))
        asked = question(policy, seen, tick, choice, self._standing.trail)
        self._open = asyncio.create_task(self._ask(asked, self._deadline(policy)), name=f"advice {policy.service}")
        self._open.add_done_callback(lambda task: None if task.cancelled() else self._on_answer())
        return Counselled(tick.verdict, waiting=True)

    async def _ask(self, asked: Question, deadline: float) -> Advice:
        return await self._advisor.ask(asked, deadline)

    def _settle(self, seen: Snapshot, tick: Tick, choice: tuple[Candidate, ...], advice: Advice) -> Counselled:
        """An answer is weighed against what is allowed now, not against what was when it was asked for."""
        self._latest = advice
        verdict = heed(tick.verdict, choice, advice.replicas, _who(advice))
        changed = verdict.target != tick.verdict.target
        self._standing = answered(self._standing, tick.verdict, verdict, advice.replicas, seen.at, anew=True)
        self._advisor.scores.count(advice, tick.verdict.target, changed=changed)
        return Counselled(verdict, advice, anew=True)

    def _ask_in_shadow(self, policy: Policy, seen: Snapshot, tick: Tick, choice: tuple[Candidate, ...]) -> None:
        if self._shadows or self._advisor.unable() is not None:
            return
        if still_counts(policy, tick, choice, self._standing, seen.at) is not None:
            return
        asked = question(policy, seen, tick, choice, self._standing.trail)
        task = asyncio.create_task(self._shadow(asked, policy, seen, tick), name=f"shadow advice {policy.service}")
        self._shadows.add(task)
        task.add_done_callback(self._shadows.discard)

    async def _shadow(self, asked: Question, policy: Policy, seen: Snapshot, tick: Tick) -> None:
        verdict = tick.verdict
        advice = await self._advisor.ask(asked, self._deadline(policy))
        self._standing = answered(self._standing, verdict, verdict, advice.replicas, seen.at, anew=True)
        self._advisor.scores.count(advice, verdict.target, changed=False)
        try:
            await self._on_shadow(Shadow(seen, verdict, tick.past.iteration, advice))
        except DocktorError as error:
            log.warning("%s: what the model said is not on record: %s", policy.service, error)

    def _deadline(self, policy: Policy) -> float:
        return min(self._advisor.policy.timeout, SHARE_OF_INTERVAL * policy.check_interval)

    def drop(self) -> None:
        """Whatever is being asked is of no interest any more."""
        if self._open is not None:
            self._open.cancel()
            self._open = None

    async def close(self) -> None:
        self.drop()
        for task in list(self._shadows):
            task.cancel()
        await asyncio.gather(*self._shadows, return_exceptions=True)


def _who(advice: Advice | None) -> str:
    return (advice and advice.model) or "the advisor"
