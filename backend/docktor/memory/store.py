"""Everything remembered, behind one door: the journal first, the index after, and what a person set."""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Unpack

from docktor.core.cost import Stretch, Used
from docktor.core.decision import Decision, Hold, Past
from docktor.core.policy import Modes
from docktor.core.world import Parked, ServiceId
from docktor.errors import StorageError
from docktor.memory.home import Home
from docktor.memory.index import Index
from docktor.memory.journal import Journal
from docktor.memory.overrides import Overrides
from docktor.memory.series import MetricRow, OneMetric, Points
from docktor.memory.tables import LONGEST_LIST
from docktor.memory.wanted import Wanted

MINUTES = 24 * 60
AT_ONCE = timedelta(days=1)
"""As much of the metric history is asked for at once."""


class Store:
    """What the runtime remembers with. Only writing the journal or a person's settings raises (StorageError)."""

    def __init__(self, journal: Journal, index: Index, overrides: Overrides, notes: tuple[str, ...]) -> None:
        self._journal = journal
        self._index = index
        self._overrides = overrides
        self._journal_trouble: str | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self.notes = notes

    @classmethod
    async def open(cls, home: Home, now: datetime) -> "Store":
        """Open what `home` holds; `notes` tells what had to be mended. Raises StorageError."""
        journal, overrides = Journal(home.decisions), Overrides(home.overrides)
        notes = []
        opened = await asyncio.to_thread(journal.open)
        if opened.torn:
            notes.append(
                f"{home.decisions} ended in half a line ({opened.torn} bytes); it is kept in {home.decisions.name}.torn"
            )
        if opened.skipped:
            notes.append(f"{opened.skipped} lines of {home.decisions} are unreadable; they are passed over")
        if problem := await asyncio.to_thread(overrides.open):
            notes.append(problem)
        index = await Index.open(home.duckdb, journal.entries, now)
        return cls(journal, index, overrides, (*notes, *index.notes))

    def state(self) -> tuple[str, str | None]:
        """(`ok`, `None`), or (`degraded`, what is wrong and what to do)."""
        troubles = [text for text in (self._journal_trouble, self._index.trouble) if text]
        return ("degraded", "; ".join(troubles)) if troubles else ("ok", None)

    def next_id(self) -> int:
        """An id for a new decision; never the same one twice."""
        return self._journal.next_id()

    @property
    def open_intents(self) -> tuple[Decision, ...]:
        """Decisions that were to be acted on and of whose end nothing is known, oldest first."""
        return self._journal.open_intents

    @property
    def newest(self) -> Mapping[ServiceId, Decision]:
        """The last decision of each service that has one."""
        return self._journal.newest

    def past(self, service: ServiceId) -> Past | None:
        """What a service's scales have left for deciding; `None` if it was never scaled."""
        scales = self._journal.scales.get(service)
        return scales.past if scales else None

    async def record(self, decision: Decision) -> None:
        """Write it down; on the disk when this returns. Raises StorageError: then it must not be acted on."""
        await self._to_the_end(self._record(decision))

    async def _record(self, decision: Decision) -> None:
        try:
            await asyncio.to_thread(self._journal.append, decision)
        except StorageError as error:
            self._journal_trouble = str(error)
            raise
        self._journal_trouble = None
        await self._index.record(decision)

    async def decisions(self, *, limit: int = 50, **wanted: Unpack[Wanted]) -> Sequence[Decision]:
        """Newest first, at most 1000. Without the index, from the journal (slower)."""
        limit = max(0, min(limit, LONGEST_LIST))
        found = await self._index.decisions(limit=limit, **wanted)
        if found is not None:
            return found
        return await asyncio.to_thread(lambda: self._journal.decisions(limit=limit, **wanted))

    async def decision(self, number: int) -> Decision | None:
        found: Sequence[Decision] | None = await self._index.decision(number)
        if found is None:
            newest = await asyncio.to_thread(self._journal.decisions, before=number + 1, limit=1)
            found = [decision for decision in newest if decision.id == number]
        return found[0] if found else None

    async def add_metrics(self, rows: Iterable[MetricRow]) -> None:
        """Remember values; `flush` writes them."""
        await self._index.add_metrics(rows)

    async def metrics(
        self, service: ServiceId, since: datetime, until: datetime, max_points: int = 300
    ) -> Mapping[str, Points]:
        """Each metric's points, oldest first, `None` where absent; empty while the index is away."""
        return await self._index.metrics(service, since, until, max_points) or {}

    async def glance(
        self, wanted: Sequence[OneMetric], since: datetime, until: datetime, most: int
    ) -> Mapping[OneMetric, Points]:
        """At most `most` points of each; none while the index is away."""
        return await self._index.glance(wanted, since, until, most) or {}

    async def minutes(self, service: ServiceId, since: datetime, names: Sequence[str]) -> Mapping[str, Points]:
        """The highest of each metric in each minute of the day from then on, as `glance`."""
        wanted = [(service, name) for name in names]
        found = await self.glance(wanted, since, since + timedelta(days=1), MINUTES + 1)
        return {name: points for (_, name), points in found.items()}

    async def history(
        self, service: ServiceId, since: datetime, until: datetime, names: Sequence[str]
    ) -> Mapping[str, Points]:
        """Every point of these metrics, oldest first; empty while the index is away."""
        found: dict[str, list[tuple[datetime, float | None]]] = {}
        while since < until:
            end = min(since + AT_ONCE, until)
            for metric, points in (await self._index.history(service, since, end, names) or {}).items():
                found.setdefault(metric, []).extend(points)
            since = end
        return {metric: tuple(points) for metric, points in found.items()}

    async def used(self, stretches: Sequence[Stretch], now: datetime) -> Mapping[ServiceId, Mapping[int, Used]]:
        """Seconds of replicas of every recorded service, by the place of the stretch; none while the index is away.

        `stretches`: one after the other, without gaps.
        """
        return await self._index.used(stretches, now) or {}

    async def flush(self, now: datetime) -> tuple[str, ...]:
        """Call every few seconds: writes metrics, mends the index. Answers what was mended."""
        return await self._index.flush(now)

    async def prune(self, now: datetime, retention: timedelta, metrics: timedelta | None = None) -> int:
        """Forget decisions older than `retention`, and metrics older than `metrics` (default: the same).

        Answers how many decisions were forgotten. Raises StorageError.
        """
        dropped = await asyncio.to_thread(self._journal.trim, now - retention)
        await self._index.prune(dropped, now - (metrics if metrics is not None else retention))
        return len(dropped)

    @property
    def holds(self) -> Mapping[ServiceId, Hold]:
        """A person's holds, ended ones too."""
        return self._overrides.holds

    @property
    def modes(self) -> Mapping[ServiceId, Modes]:
        return self._overrides.modes

    async def set_hold(self, service: ServiceId, hold: Hold | None) -> None:
        """Kept across restarts; `None` takes it away. Raises StorageError."""
        await asyncio.to_thread(self._overrides.set_hold, service, hold)

    async def set_mode(self, service: ServiceId, modes: Modes | None) -> None:
        """Kept across restarts; `None` takes it away. Raises StorageError."""
        await asyncio.to_thread(self._overrides.set_mode, service, modes)

    @property
    def parked(self) -> Mapping[ServiceId, Parked]:
        """The replicas that wait at zero."""
        return self._overrides.parked

    async def set_parked(self, service: ServiceId, parked: Parked | None) -> None:
        """Kept across restarts; `None` takes it away. Raises StorageError."""
        await asyncio.to_thread(self._overrides.set_parked, service, parked)

    async def close(self) -> None:
        """Wait for what is being written, then let go of the files."""
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self._index.close()
        await asyncio.to_thread(self._journal.close)

    async def _to_the_end(self, work: Coroutine[object, object, None]) -> None:
        """Finish even if the caller is cancelled: journal and index must not part."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._finished)
        await asyncio.shield(task)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # seen, even when the caller has gone
