"""The one proposal of a service that may wait for a person. A newer one takes its place."""

from dataclasses import replace
from datetime import datetime

from docktor.core.advice import Advice
from docktor.core.approval import ApprovalState, Pending, Refused, covers, end_of, pending, refused, settled
from docktor.core.decision import Decision, Phase, State, Verdict, action_of
from docktor.core.policy import Mode, Policy
from docktor.core.world import Snapshot
from docktor.runtime.recorder import Recorder


class Review:
    """Everything it does is on record before it returns; StorageError leaves it as it was."""

    def __init__(self, recorder: Recorder) -> None:
        self.waiting: Pending | None = None
        self._recorder = recorder
        self._refused: Refused | None = None

    async def look(self, policy: Policy, verdict: Verdict | None, now: datetime) -> None:
        """With every tick: what waits may have expired, or is not wanted any more."""
        wanted = verdict if verdict and policy.mode_for(verdict.action) is Mode.REVIEW else None
        no = self._refused
        if no is not None and (wanted is None or now >= no.until or not covers(no.decision, wanted)):
            self._refused = None
        if self.waiting is not None and (state := end_of(self.waiting, wanted, now)) is not None:
            why = "nobody answered in time" if state is ApprovalState.EXPIRED else "something else is wanted by now"
            await self.end(state, None, now, why)

    async def propose(
        self, policy: Policy, seen: Snapshot, verdict: Verdict, iteration: int, advice: Advice | None
    ) -> Decision | None:
        """Puts it before people, unless it is before them already, or was just rejected."""
        if self.waiting is not None or self._refused is not None:
            return None
        drafted = self._recorder.draft(seen, verdict, Phase.PROPOSED, iteration, advice)
        await self._recorder.write(drafted)
        self.waiting = pending(policy, drafted)
        return drafted

    def shown(self, verdict: Verdict) -> Verdict:
        """The verdict as people are told of it."""
        if self.waiting is not None:
            return verdict._replace(state=State.WAITING, reason=f"#{self.waiting.decision.id}: {verdict.reason}")
        return verdict._replace(state=State.HELD, reason=f"{verdict.reason}; a person rejected that")

    async def end(self, state: ApprovalState, by: str | None, now: datetime, reason: str) -> Decision:
        """What waits is over, and not done."""
        assert self.waiting is not None
        done = settled(self.waiting.decision, state, by, now, reason)
        await self._recorder.write(done)
        self.waiting = None
        return done

    async def reject(self, policy: Policy, by: str, now: datetime, reason: str) -> Decision:
        done = await self.end(ApprovalState.REJECTED, by, now, f"rejected by {by}" + (f": {reason}" if reason else ""))
        self._refused = refused(policy, done, now)
        return done

    def approved(self, by: str, now: datetime, replicas: int, reason: str) -> Decision:
        """What waits as the intent it becomes, perhaps with another number; nothing is written yet."""
        assert self.waiting is not None
        decision = self.waiting.decision
        said = f"approved by {by}" if replicas == decision.target_replicas else f"changed to {replicas} by {by}"
        intent = settled(decision, ApprovalState.APPROVED, by, now, said + (f": {reason}" if reason else ""))
        self.waiting = None
        return replace(intent, target_replicas=replicas, action=action_of(intent.current_replicas, replicas))
