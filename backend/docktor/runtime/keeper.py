"""Keeps one service: its loop, its tick, and the one operation it may have under way."""

import asyncio
import logging
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from docktor.core.decide import Tick, after_failure, after_scaling, decide
from docktor.core.decision import Action, Decision, Past, Phase, Source, State, Verdict
from docktor.core.guard import judge_person
from docktor.core.observe import Reading
from docktor.core.policy import Mode, Policy
from docktor.core.world import Parked, ServiceId, ServiceState, Snapshot
from docktor.core.zero import presses
from docktor.engine.base import Engine, ScaleOutcome
from docktor.errors import (
    DocktorError,
    EngineUnavailableError,
    ScaleRefusedError,
    TemporaryError,
)
from docktor.memory.store import Store
from docktor.runtime.clock import Clock
from docktor.runtime.eventlog import EventLog
from docktor.runtime.gap import after_gap
from docktor.runtime.observer import Observer
from docktor.runtime.recorder import Recorder
from docktor.runtime.sampler import Sampler
from docktor.runtime.sources import Sources

log = logging.getLogger(__name__)

SHORTEST_GAP_S = 0.5
LONGEST_BACKOFF_S = 15.0


@dataclass(frozen=True, slots=True)
class Tools:
    """What every keeper shares.

    `slots` bounds how many services scale at the same time; `owner` begins the id of each operation.
    """

    engine: Engine
    sampler: Sampler
    sources: Sources
    recorder: Recorder
    events: EventLog
    clock: Clock
    slots: asyncio.Semaphore
    owner: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The latest tick, for those who look in."""

    snapshot: Snapshot
    verdict: Verdict
    desired: int


class Keeper:
    """One service. `tick` and a person's `scale` never run at the same time."""

    def __init__(self, policy: Policy, past: Past, tools: Tools, store: Store) -> None:
        self.policy = policy
        self.past = past
        self.seen: Seen | None = None
        self.error: str | None = None
        self.next_check: float = 0.0
        self._tools = tools
        self._store = store
        self._observer = Observer(tools.engine, tools.sampler, tools.sources, tools.clock)
        self._busy = asyncio.Lock()
        self._wake = asyncio.Event()
        self._stopping = False
        self._errors = 0
        self._pressed = False
        self._told: tuple[object, ...] = ()
        tools.sampler.watch(policy.service, policy.metrics_window)

    @property
    def service(self) -> ServiceId:
        return self.policy.service

    async def run(self) -> None:
        """Ticks on the policy's interval, or sooner when woken, until `stop`."""
        clock = self._tools.clock
        due = clock.steady() + random.uniform(0, min(1.0, self.policy.check_interval / 4))  # spread the services
        while not self._stopping:
            self.next_check = due
            await self._sleep_until(due)
            if self._stopping:
                return
            started = clock.steady()
            await self.check()
            backoff = self._backoff()
            interval = self.policy.check_interval
            due = started + backoff if backoff else max(due + interval, started + SHORTEST_GAP_S)
            if due < clock.steady():
                due = clock.steady() + interval  # late ticks are dropped, not caught up on

    async def _sleep_until(self, due: float) -> None:
        wait = due - self._tools.clock.steady()
        try:
            await asyncio.wait_for(self._wake.wait(), max(wait, 0))
        except TimeoutError:
            return
        self._wake.clear()
        if not self._stopping:
            await asyncio.sleep(SHORTEST_GAP_S)  # events come in bursts: one tick for all of them
            self._wake.clear()

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        """Finish what is under way, then end `run`."""
        self._stopping = True
        self._wake.set()

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
            except Exception:
                log.exception("%s: a tick failed in a way nobody foresaw", self.service)
                self._failed("internal error, see the daemon's log")
            else:
                self._errors, self.error = 0, None

    def _failed(self, text: str) -> None:
        if text != self.error:
            log.warning("%s: %s", self.service, text)
        self._errors, self.error = self._errors + 1, text

    def _backoff(self) -> float:
        if not self._errors:
            return 0.0
        wait = min(0.5 * 2.0 ** min(self._errors, 10), LONGEST_BACKOFF_S)
        return wait * random.uniform(0.75, 1.25)

    async def _tick(self) -> None:
        if self.policy.mode is Mode.OFF:
            state = await self._state()
            self._remember(self._snapshot(state), None)
            return
        state = await self._state()
        seen = self._snapshot(state)
        tick = decide(self.policy, seen, self.past, seen.at)
        self.past = tick.past
        self._remember(seen, tick.verdict)
        if tick.outside is not None:
            change = tick.outside
            await self._tools.recorder.outside(
                self.service, change.before, change.after, change.until, self.past.iteration
            )
        await self._carry_out(seen, tick)

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

    async def _carry_out(self, seen: Snapshot, tick: Tick) -> None:
        verdict = tick.verdict
        if verdict.action is Action.HOLD:
            await self._tell_once(seen, verdict, Phase.BLOCKED)
        elif self.policy.mode is Mode.AUTO:
            self._told = ()
            await self._act(seen, verdict)
        elif self.policy.mode is Mode.REVIEW:
            self._remember(seen, replace(verdict, state=State.WAITING))
            await self._tell_once(seen, verdict, Phase.PROPOSED)
        else:
            await self._tell_once(seen, verdict, Phase.BLOCKED)

    async def _tell_once(self, seen: Snapshot, verdict: Verdict, phase: Phase) -> None:
        """A wish that is stopped the same way tick after tick is one decision, not hundreds."""
        stopped = verdict.wanted != verdict.current
        codes = tuple(limit.code for limit in verdict.limits)
        what = (phase, verdict.wanted > verdict.current, codes, verdict.action) if stopped else ()
        if what and what != self._told:
            await self._tools.recorder.write(self._tools.recorder.draft(seen, verdict, phase, self.past.iteration))
        self._told = what

    async def _act(self, seen: Snapshot, verdict: Verdict) -> Decision:
        """Intent on the record, then the engine, then what came of it."""
        recorder, clock = self._tools.recorder, self._tools.clock
        intent = recorder.draft(seen, verdict, Phase.INTENDED, self.past.iteration)
        await recorder.write(intent)
        started = clock.steady()
        try:
            async with self._tools.slots:
                outcome = await self._tools.engine.scale(
                    self.service, verdict.target, f"{self._tools.owner}-{uuid.uuid4().hex[:8]}", self._parked
                )
            if outcome.parked != self._parked:
                await self._store.set_parked(self.service, outcome.parked)
        except DocktorError as error:
            self._remember_failure(seen.current)
            await recorder.finish(
                intent, Phase.FAILED, took_s=clock.steady() - started, reached=seen.current, error=str(error)
            )
            raise
        return await self._acted(intent, outcome, clock.steady() - started)

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
        self.past = replace(failed, expected=None)

    async def _look_again(self) -> None:
        """So that who asks after a scale is shown what it came to, not what was before."""
        try:
            seen = self._snapshot(await self._state())
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
                decision = self._tools.recorder.draft(
                    seen, replace(verdict, reason=f"{said}; {verdict.reason}"), Phase.BLOCKED, self.past.iteration
                )
                await self._tools.recorder.write(decision)
                raise ScaleRefusedError(verdict.limits[-1].code, f"{self.service}: {verdict.limits[-1].text}")
            verdict = replace(verdict, reason=said)
            self._remember(seen, verdict)
            done = await self._act(seen, verdict)
            respected = max(self.policy.cooldown.up, self.policy.cooldown.down)
            self.past = replace(self.past, outside_until=self._tools.clock.now() + timedelta(seconds=respected))
            return done
