"""Turns verdicts into decisions, and puts them on the record before and after acting."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from docktor.core.advice import Advice, Shadow, metadata
from docktor.core.decision import Action, Approval, Decision, Metadata, Outcome, Phase, Source, Verdict
from docktor.core.explain import news, shadow_news
from docktor.core.record import to_dict
from docktor.core.world import ServiceId, Snapshot
from docktor.memory.store import Store
from docktor.runtime.clock import Clock
from docktor.runtime.eventlog import EventLog
from docktor.runtime.tally import Tally


@dataclass(frozen=True, slots=True)
class Recorder:
    """The journal, the index and the event log, told of every decision in that order."""

    store: Store
    events: EventLog
    clock: Clock
    tally: Tally = field(default_factory=Tally)

    def draft(
        self, seen: Snapshot, verdict: Verdict, phase: Phase, iteration: int, advice: Advice | None = None
    ) -> Decision:
        """A decision from a verdict, with the next free id; nothing is written yet."""
        by_model = verdict.source is Source.ADVISOR
        cpu = seen.observations.get("cpu.avg")
        return Decision(
            id=self.store.next_id(),
            timestamp=self.clock.now(),
            iteration=iteration,
            project=seen.state.service.project,
            service=seen.state.service.name,
            action=verdict.action,
            current_replicas=verdict.current,
            target_replicas=verdict.target,
            reason=verdict.reason,
            avg_cpu=cpu.value if cpu else None,
            observations=plain(seen),
            rules=verdict.rules,
            limits=verdict.limits,
            source=verdict.source,
            phase=phase,
            metadata=metadata(advice, changed=by_model) if advice else Metadata(),
            approval=Approval("waiting") if phase is Phase.PROPOSED else None,
        )

    async def write(self, decision: Decision) -> None:
        """Raises StorageError when the journal can't take it: then nothing may be acted on."""
        await self.store.record(decision)
        self.tally.count(decision)
        service = ServiceId(decision.project, decision.service)
        await self.events.add("decision", news(decision), self.clock.now(), service, to_dict(decision))

    async def annotate(self, shadow: Shadow, done: Decision | None) -> None:
        """What a model in the shadows said: beside the decision it was about, or as one of its own."""
        if done is None:
            phase = Phase.DONE if shadow.verdict.action is Action.HOLD else Phase.BLOCKED
            done = self.draft(shadow.seen, shadow.verdict, phase, shadow.iteration)
            self.tally.count(done)
        noted = replace(done, metadata=metadata(shadow.advice, changed=False))
        await self.store.record(noted)
        service = ServiceId(noted.project, noted.service)
        await self.events.add("advisor", shadow_news(noted), self.clock.now(), service, to_dict(noted))

    async def finish(
        self, decision: Decision, phase: Phase, *, took_s: float | None, reached: int | None, error: str | None = None
    ) -> Decision:
        """The second line of an intended decision: what came of it. `reached`: replicas there are now, if known."""
        took_ms = None if took_s is None else round(took_s * 1000, 1)
        done = replace(decision, phase=phase, took_ms=took_ms, error=error)
        if reached is not None and reached != decision.target_replicas:
            done = replace(done, outcome=Outcome("partial", self.clock.now(), MappingProxyType({"replicas": reached})))
        await self.write(done)
        return done

    async def outside(self, service: ServiceId, before: int, after: int, until: datetime, iteration: int) -> None:
        """Somebody else changed the number: recorded as a person's decision."""
        left = max((until - self.clock.now()).total_seconds(), 0)
        decision = Decision(
            id=self.store.next_id(),
            timestamp=self.clock.now(),
            iteration=iteration,
            project=service.project,
            service=service.name,
            action=Action.HOLD,
            current_replicas=after,
            target_replicas=after,
            reason=f"changed from {before} to {after} outside Docktor; left alone for {left:.0f} s",
            avg_cpu=None,
            observations=MappingProxyType({}),
            rules=(),
            limits=(),
            source=Source.PERSON,
            phase=Phase.DONE,
        )
        await self.write(decision)


def plain(seen: Snapshot) -> Mapping[str, float | None]:
    """Every metric's value, absent ones as `None`."""
    values: dict[str, float | None] = {name: found.value for name, found in seen.observations.items()}
    return MappingProxyType(values | dict.fromkeys(seen.missing))
