"""Replays a service's recorded history, under the rules in force and under others. One at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from docktor.core.figures import Replayed
from docktor.core.history import History, history_of
from docktor.core.policy import Policy
from docktor.core.replay import assumptions, common_yardstick, recorded_names, replay
from docktor.core.world import ServiceId
from docktor.errors import BusyError
from docktor.memory.store import Store
from docktor.runtime.views import ChangeView, Remark, ReplayedView, ReplayView

LONGEST_HOURS = 168.0
PATIENCE_S = 10.0


class Replays:
    """It is much work, in a thread of its own: whoever comes meanwhile waits a little, then gets BusyError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._one_at_a_time = asyncio.Lock()

    async def answer(
        self,
        service: ServiceId,
        now: Policy,
        proposed: Callable[[], Awaitable[Policy]] | None,
        hours: float,
        until: datetime,
    ) -> ReplayView:
        """The `hours` before `until`. `proposed`: makes the other rules; what that raises is raised."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._one_at_a_time.acquire()
        except TimeoutError:
            raise BusyError("another replay is being worked out, one at a time; try again", PATIENCE_S) from None
        try:
            other = await proposed() if proposed else None
            policies = (now, other) if other else (now,)
            names = recorded_names(*policies)
            series = await self._store.history(service, until - timedelta(hours=hours), until, names)
            work = asyncio.create_task(asyncio.to_thread(lambda: _view(now, other, history_of(series), hours)))
            found = await _to_the_end(work)
        finally:
            self._one_at_a_time.release()
        return found if (trouble := self._store.state()[1]) is None else _with(found, trouble)


async def _to_the_end(work: "asyncio.Task[ReplayView]") -> ReplayView:
    """A thread can't be broken off: who gave up waiting must not let the next one begin beside it."""
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        raise


def _view(now: Policy, proposed: Policy | None, history: History, hours: float) -> ReplayView:
    policies = (now, proposed) if proposed else (now,)
    by = common_yardstick(now, proposed) if proposed else None
    return ReplayView(
        now=_replayed(replay(now, history)),
        proposed=_replayed(replay(proposed, history, by)) if proposed else None,
        assumptions=assumptions(history, *policies),
        hours_found=round(history.seconds / 3600, 3),
        problems=tuple(_remarks(history, policies, hours)),
    )


def _remarks(history: History, policies: tuple[Policy, ...], hours: float) -> Iterator[Remark]:
    if not history.moments:
        yield Remark("", f"nothing is recorded of the last {hours:g} h")
        return
    for name in sorted({name for policy in policies for name in policy.metrics} - history.metrics):
        yield Remark("rules", f"{name} is not recorded in that time, and counts as unknown throughout")


def _with(found: ReplayView, trouble: str) -> ReplayView:
    return replace(found, problems=(*found.problems, Remark("", trouble)))


def _replayed(found: Replayed) -> ReplayedView:
    changes = [
        ChangeView(at=one.at, before=one.before, after=one.after, reason=one.reason, limits=one.limits)
        for one in found.changes
    ]
    return ReplayedView(
        changes=tuple(changes),
        replicas=found.replicas,
        metric=found.metric,
        threshold=found.threshold,
        points=found.points,
        changes_count=found.changes_count,
        minutes_above=found.minutes_above,
        replica_hours=found.replica_hours,
        flaps=found.flaps,
        limited=found.limited,
        blind_minutes=found.blind_minutes,
    )
