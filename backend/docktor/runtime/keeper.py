"""Keeps one service: its loop, its tick, and the one operation it may have under way."""

import asyncio
import logging
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from docktor.core.advice import Advice, Shadow
from docktor.core.approval import moved, stale
from docktor.core.cost import Meter
from docktor.core.decide import after_failure, after_scaling, decide
from docktor.core.decision import Action, Decision, Past, Phase, Source, State, Verdict
from docktor.core.gap import after_gap
from docktor.core.guard import judge_person, only_watched
from docktor.core.observe import Reading
from docktor.core.policy import Mode, Policy
from docktor.core.world import Parked, ServiceId, ServiceState, Snapshot
from docktor.core.zero import presses
from docktor.engine.base import ScaleOutcome
from docktor.errors import (
    DocktorError,
    EngineUnavailableError,
    ScaleRefusedError,
    TemporaryError,
)
from docktor.memory.store import Store
from docktor.runtime.desk import Counselled, Desk
from docktor.runtime.foreseer import Foreseer
from docktor.runtime.observer import Observer
from docktor.runtime.pace import Pace
from docktor.runtime.review import Review
from docktor.runtime.tools import Seen, Tools

log = logging.getLogger(__name__)


class Keeper:
    """One service. `tick` and a person's `scale` never run at the same time."""

    def __init__(self, policy: Policy, past: Past, tools: Tools, store: Store) -> None:
        self.policy = policy
        self.past = past
        self.seen: Seen | None = None
        self.error: str | None = None
        self.next_check: float = 0.0
        self.meter = Meter()
        self._tools = tools
        self._store = store
        self._observer = Observer(tools.engine, tools.sampler, tools.sources, tools.clock)
        self._foreseer = Foreseer(store, tools.recalls)
        self._busy = asyncio.Lock()
        self._pace = Pace(tools.clock)
        self._desk = Desk(tools.advisor, partial(self._pace.wake, at_once=True), self._heard_in_shadow)
        self._errors = 0
        self._pressed = False
        self._told: tuple[object, ...] = ()
        self._latest: Decision | None = None
        self.review = Review(tools.recorder)
        tools.sampler.watch(policy.service, policy.metrics_window)

    @property
    def service(self) -> ServiceId:
        return self.policy.service

    async def run(self) -> None:
        """Ticks on the policy's interval, or sooner when woken, until `stop`."""
        pace = self._pace
        due = pace.first(self.policy.check_interval)
        try:
            while not pace.stopping:
                self.next_check = due
                await pace.until(due)
                if pace.stopping:
                    return
                started = self._tools.clock.steady()
                await self.check()
                due = pace.after(started, due, self.policy.check_interval, self._errors)
        finally:
            await self.close()

    async def close(self) -> None:
        """Ends what goes on beside the ticks."""
        await self._desk.close()
        await self._foreseer.close()

    def wake(self) -> None:
        self._pace.wake()

    def stop(self) -> None:
        """Finish what is under way, then end `run`."""
        self._pace.stop()

    def adopt(self, policy: Policy) -> None:
        """A changed policy takes effect at the next tick; what was learned stays."""
        if policy != self.policy:
            self.policy = policy
            self._tools.sampler.watch(policy.service, policy.metrics_window)
            self.wake()

    def start_afresh(self, now: datetime) -> None:
        """After a gap in watching: hold or grow until a window is full."""
        self.past = after_gap(self.past, self.policy, now)
        self._observer.start_afresh()

    def readings(self) -> Mapping[str, tuple[Reading, ...]]:
        """The samples at hand of the replicas last seen, by replica id."""
        return self._observer.readings(self.seen.snapshot if self.seen else None)

    def saw_oom(self, at: datetime) -> None:
        self._observer.saw_oom(at)

    def hear(self) -> None:
        """A source was read: a queue that calls for replicas now, and didn't before, is not kept waiting."""
        if self.seen is None:
            return
        pressed = presses(self.policy, self._observer.hear(self.policy, self.seen.snapshot))
        if pressed and not self._pressed:
            self.wake()
        self._pressed = pressed

    async def check(self) -> None:
        """One tick. Every failure that can be foreseen ends up in `error` and the log, never in the caller."""
        async with self._busy:
            try:
                await self._tick()
            except EngineUnavailableError as error:
                self._failed(f"engine away: {error}")
            except DocktorError as error:
                self._failed(str(error))
            except Exception:  # a bug met by one service must not end its keeping, or that of the others
                log.exception("%s: a tick failed in a way nobody foresaw", self.service)
                self._failed("internal error, see the daemon's log")
            else:
                self._errors, self.error = 0, None

    def _failed(self, text: str) -> None:
        if text != self.error:
            log.warning("%s: %s", self.service, text)
        self._errors, self.error = self._errors + 1, text

    async def _tick(self) -> None:
        if self.policy.mode is Mode.OFF:
            seen = self._snapshot(await self._state())
            self._remember(seen, None)
            await self.review.look(self.policy, None, seen.at)
            return
        seen = self._foreseer.look(self.policy, self._snapshot(await self._state()))
        tick = decide(self.policy, seen, self.past, seen.at)
        self.past = tick.past
        if tick.outside is not None:
            change = tick.outside
            await self._tools.recorder.outside(
                self.service, change.before, change.after, change.until, self.past.iteration
            )
        counselled = self._desk.counsel(self.policy, seen, tick)
        self._remember(seen, counselled.verdict)
        if counselled.waiting:
            self._remember(seen, tick.verdict._replace(reason=f"{tick.verdict.reason}; asking the model"))
            return
        await self.review.look(self.policy, counselled.verdict, seen.at)
        await self._carry_out(seen, counselled)

    @property
    def _parked(self) -> Parked | None:
        return self._store.parked.get(self.service)

    async def _state(self) -> ServiceState:
        return await self._observer.state(self.policy, self._parked)

    def _snapshot(self, state: ServiceState) -> Snapshot:
        return self._observer.snapshot(self.policy, state)

    def _remember(self, seen: Snapshot, verdict: Verdict | None) -> None:
        if verdict is None:
            text = "switched off (mode off)"
            verdict = Verdict(seen.current, seen.current, seen.current, Source.RULES, State.PAUSED, text)
        self.seen = Seen(seen, verdict, verdict.target)
        self.meter = self.meter.look(seen.at, seen.current)

    async def _carry_out(self, seen: Snapshot, counselled: Counselled) -> None:
        verdict, advice = counselled.verdict, counselled.advice
        if verdict.action is Action.HOLD:
            phase = Phase.BLOCKED if verdict.wanted != verdict.current else Phase.DONE
            await self._tell_once(seen, counselled, phase)
        elif (mode := self.policy.mode_for(verdict.action)) is Mode.AUTO:
            self._told = ()
            await self._act(seen, verdict, advice)
        elif mode is Mode.REVIEW:
            self._latest = await self.review.propose(self.policy, seen, verdict, self.past.iteration, advice)
            self._remember(seen, self.review.shown(verdict))
        else:
            shown = only_watched(verdict)
            self._remember(seen, shown)
            await self._tell_once(seen, replace(counselled, verdict=shown), Phase.BLOCKED)

    async def _tell_once(self, seen: Snapshot, counselled: Counselled, phase: Phase) -> None:
        """A wish that is stopped the same way tick after tick is one decision, not hundreds. An answer always is."""
        verdict, advice = counselled.verdict, counselled.advice
        stopped = verdict.wanted != verdict.current
        codes = tuple(limit.code for limit in verdict.limits)
        what = (phase, verdict.wanted > verdict.current, codes, verdict.action) if stopped else ()
        was_asked = counselled.anew and advice is not None and advice.model is not None
        if was_asked or (what and what != self._told):
            self._latest = self._tools.recorder.draft(seen, verdict, phase, self.past.iteration, advice)
            await self._tools.recorder.write(self._latest)
        self._told = what

    async def _act(self, seen: Snapshot, verdict: Verdict, advice: Advice | None = None) -> Decision:
        drafted = self._tools.recorder.draft(seen, verdict, Phase.INTENDED, self.past.iteration, advice)
        return await self._do(drafted)

    async def _do(self, intent: Decision) -> Decision:
        """Intent on the record, then the engine, then what came of it."""
        recorder, clock = self._tools.recorder, self._tools.clock
        await recorder.write(intent)
        started = clock.steady()
        try:
            async with self._tools.slots:
                outcome = await self._tools.engine.scale(
                    self.service, intent.target_replicas, f"{self._tools.owner}-{uuid.uuid4().hex[:8]}", self._parked
                )
            if outcome.parked != self._parked:
                await self._store.set_parked(self.service, outcome.parked)
        except DocktorError as error:
            left, took = intent.current_replicas, clock.steady() - started
            self._remember_failure(left)
            await recorder.finish(intent, Phase.FAILED, took_s=took, reached=left, error=str(error))
            raise
        self._latest = await self._acted(intent, outcome, clock.steady() - started)
        return self._latest

    async def _acted(self, intent: Decision, outcome: ScaleOutcome, took_s: float) -> Decision:
        if outcome.error is None:
            self.past = after_scaling(self.past, intent.action, outcome.replicas, self._tools.clock.now())
        else:
            self._remember_failure(outcome.replicas)
        phase = Phase.DONE if outcome.error is None else Phase.FAILED
        done = await self._tools.recorder.finish(
            intent, phase, took_s=took_s, reached=outcome.replicas, error=outcome.error
        )
        await self._look_again()
        self.wake()
        return done

    def _remember_failure(self, replicas: int) -> None:
        """A failed scale may have left any number, and what is found next is nobody else's doing."""
        failed = after_failure(self.past, self.policy, replicas, self._tools.clock.now())
        self.past = failed._replace(expected=None)

    async def _look_again(self) -> None:
        """So that who asks after a scale is shown what it came to, not what was before."""
        try:
            seen = self._foreseer.look(self.policy, self._snapshot(await self._state()))
        except TemporaryError:
            return
        if self.seen is not None:
            self.seen = Seen(seen, self.seen.verdict, self.seen.desired)

    async def scale(self, replicas: int, reason: str, by: str) -> Decision:
        """A person's number, through the guard. Raises ScaleRefusedError with what stopped it."""
        async with self._busy:
            seen = self._snapshot(await self._state())
            verdict = judge_person(self.policy, seen, replicas)
            said = f"{by} asked for {replicas}" + (f": {reason}" if reason else "")
            if verdict.limits:
                stopped = verdict._replace(reason=f"{said}; {verdict.reason}")
                decision = self._tools.recorder.draft(seen, stopped, Phase.BLOCKED, self.past.iteration)
                await self._tools.recorder.write(decision)
                raise ScaleRefusedError(verdict.limits[-1].code, f"{self.service}: {verdict.limits[-1].text}")
            verdict = verdict._replace(reason=said)
            self._remember(seen, verdict)
            done = await self._act(seen, verdict)
            respected = max(self.policy.cooldown.up, self.policy.cooldown.down)
            self.past = self.past._replace(outside_until=self._tools.clock.now() + timedelta(seconds=respected))
            return done

    async def approve(self, decision_id: int, replicas: int | None, reason: str, by: str) -> Decision:
        """Carries a proposal out, or another number instead. ScaleRefusedError when it is too late for that."""
        async with self._busy:
            waiting = self._waiting(decision_id)
            seen = self._foreseer.look(self.policy, self._snapshot(await self._state()))
            if replicas is None or replicas == waiting.target_replicas:
                replicas = waiting.target_replicas
                why = stale(self.policy, seen, decide(self.policy, seen, self.past, seen.at), waiting)
            else:
                limits = judge_person(self.policy, seen, replicas).limits
                why = limits[-1].text if limits else moved(seen, waiting)
            if why is not None:
                raise ScaleRefusedError("stale", f"#{decision_id} can't be carried out now: {why}")
            return await self._do(self.review.approved(by, seen.at, replicas, reason))

    async def reject(self, decision_id: int, reason: str, by: str) -> Decision:
        """It is not done, and not proposed again for as long as it might have waited."""
        async with self._busy:
            self._waiting(decision_id)
            return await self.review.reject(self.policy, by, self._tools.clock.now(), reason)

    def _waiting(self, decision_id: int) -> Decision:
        waiting = self.review.waiting
        if waiting is None or waiting.decision.id != decision_id:
            raise ScaleRefusedError("settled", f"#{decision_id} does not wait for approval any more")
        return waiting.decision

    async def _heard_in_shadow(self, shadow: Shadow) -> None:
        """An answer that nobody hears is put beside what was decided without it."""
        async with self._busy:
            done = self._latest if self._latest and self._latest.iteration == shadow.iteration else None
            await self._tools.recorder.annotate(shadow, done)
