"""The index: decisions and metric history in DuckDB, for questions. It can always be made again from the journal."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar, Unpack

import duckdb

from docktor.core.cost import Stretch, Used
from docktor.core.decision import Decision
from docktor.core.world import ServiceId
from docktor.errors import StorageError
from docktor.memory import series, tables, usage
from docktor.memory.lines import Entry
from docktor.memory.probe import Fault, Finding, examine, judge
from docktor.memory.series import MetricRow, OneMetric, Points
from docktor.memory.wanted import Wanted

T = TypeVar("T")

_RETRY = timedelta(seconds=30)
_QUERY_LIMIT_S = 5
_LARGEST_BUFFER = 50_000
_KEPT_ASIDE = 2
_TRIES_WHEN_BUSY = 3
_PAUSE_S = 0.3


class Index:
    """Never raises because of DuckDB: a fault makes it `degraded`, and `flush` opens it again later.

    While degraded, questions are answered with `None`. All work is done by one thread of its own.
    """

    def __init__(self, path: Path, entries: Callable[[], Iterable[Entry]]) -> None:
        self._path = path
        self._entries = entries
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="docktor-index")
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._trouble: str | None = None
        self._tried_at: datetime | None = None
        self._closed = False
        self._waiting: deque[MetricRow] = deque(maxlen=_LARGEST_BUFFER)
        self.notes: tuple[str, ...] = ()

    @classmethod
    async def open(cls, path: Path, entries: Callable[[], Iterable[Entry]], now: datetime) -> "Index":
        """Open or create it and make its decisions equal to `entries()`. `notes` says what had to be mended."""
        index = cls(path, entries)
        await index._in_thread(lambda: index._open(now, thorough=False))
        return index

    @property
    def trouble(self) -> str | None:
        """`None` while all is well, else what is wrong."""
        return self._trouble

    async def record(self, decision: Decision) -> None:
        """Put in a decision, or its newer form."""
        await self._ask(lambda db: tables.upsert(db, decision), limited=False)

    async def add_metrics(self, rows: Iterable[MetricRow]) -> None:
        """Remember values; `flush` writes them. While degraded the newest 50 000 are kept."""
        self._waiting.extend(rows)

    async def flush(self, now: datetime) -> tuple[str, ...]:
        """Write the waiting metrics; when degraded, try to open again (twice a minute at most).

        Call every few seconds. Answers what was mended, if anything.
        """
        return () if self._closed else await self._in_thread(lambda: self._flush(now))

    async def decisions(self, *, limit: int = 50, **wanted: Unpack[Wanted]) -> tuple[Decision, ...] | None:
        """Newest first, at most 1000."""
        return await self._ask(lambda db: tables.decisions(db, wanted, limit))

    async def decision(self, number: int) -> tuple[Decision, ...] | None:
        """The one decision, or nothing."""
        return await self._ask(lambda db: tuple(filter(None, [tables.decision(db, number)])))

    async def metrics(
        self, service: ServiceId, since: datetime, until: datetime, max_points: int = 300
    ) -> Mapping[str, Points] | None:
        """Each metric's history, oldest first. Above `max_points` points: the lowest and the highest of each of equal
        stretches of time, for a mean would hide what crossed a threshold.

        A point is `None` where the metric was absent or nothing was measured (one such point per gap, beyond
        `max_points`; thinned out, gaps shorter than a stretch don't show).
        """

        def question(db: duckdb.DuckDBPyConnection) -> Mapping[str, Points]:
            self._write_waiting(db)
            return series.metrics(db, service, since, until, max(1, max_points))

        return await self._ask(question)

    async def glance(
        self, wanted: Sequence[OneMetric], since: datetime, until: datetime, most: int
    ) -> Mapping[OneMetric, Points] | None:
        """At most `most` points of each; see series.glance."""

        def question(db: duckdb.DuckDBPyConnection) -> Mapping[OneMetric, Points]:
            self._write_waiting(db)
            return series.glance(db, wanted, since, until, most)

        return await self._ask(question)

    async def history(
        self, service: ServiceId, since: datetime, until: datetime, names: Sequence[str]
    ) -> Mapping[str, Points] | None:
        """These metrics as they were written, oldest first. A day at most: a question has its limit."""

        def question(db: duckdb.DuckDBPyConnection) -> Mapping[str, Points]:
            self._write_waiting(db)
            return series.history(db, service, since, until, names)

        return await self._ask(question)

    async def used(self, stretches: Sequence[Stretch], now: datetime) -> Mapping[ServiceId, Mapping[int, Used]] | None:
        """Seconds of replicas of every service in each stretch; see usage.used. Slow once, on a long record."""

        def settle(db: duckdb.DuckDBPyConnection) -> bool:
            self._write_waiting(db)
            return usage.settle(db, now)

        while await self._ask(settle, limited=False):
            pass
        return await self._ask(lambda db: usage.used(db, stretches))

    async def prune(self, dropped: Collection[int], metrics_before: datetime) -> None:
        """Forget these decisions (the journal has dropped them) and metrics older than a moment."""

        def work(db: duckdb.DuckDBPyConnection) -> None:
            tables.forget(db, dropped)
            usage.forget(db, metrics_before)
            series.forget_metrics(db, metrics_before)

        await self._ask(work, limited=False)

    async def close(self) -> None:
        """Write what waits and let go of the file. Doing it twice is fine."""
        if not self._closed:
            self._closed = True
            await self._in_thread(self._shut)
            self._thread.shutdown(wait=False)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _ask(self, work: Callable[[duckdb.DuckDBPyConnection], T], *, limited: bool = True) -> T | None:
        run = self._limited if limited else self._attempt
        return None if self._closed else await self._in_thread(lambda: run(work))

    def _limited(self, question: Callable[[duckdb.DuckDBPyConnection], T]) -> T | None:
        """Run a question that is broken off when it takes too long."""
        if self._connection is None:
            return None
        watch = threading.Timer(_QUERY_LIMIT_S, self._connection.interrupt)
        watch.daemon = True
        watch.start()
        try:
            return self._attempt(question)
        finally:
            watch.cancel()

    def _attempt(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T | None:
        if self._connection is None:
            return None
        try:
            return work(self._connection)
        except duckdb.InterruptException:
            self._fail(f"a question to {self._path} took longer than {_QUERY_LIMIT_S} s")
        except duckdb.Error as error:
            self._fail(_describe(judge(self._path, str(error)), self._path))
        return None

    def _fail(self, text: str) -> None:
        self._trouble = text
        self._let_go()

    def _let_go(self) -> None:
        if self._connection is not None:
            with suppress(duckdb.Error):
                self._connection.close()
            self._connection = None

    def _shut(self) -> None:
        self._attempt(self._write_waiting)
        self._let_go()

    def _flush(self, now: datetime) -> tuple[str, ...]:
        tried = self._tried_at
        if self._connection is None and (tried is None or not timedelta() <= now - tried < _RETRY):
            self._open(now, thorough=True)
            notes = self.notes
        else:
            notes = ()
        self._attempt(self._write_waiting)
        self._attempt(lambda db: usage.settle(db, now))
        return notes

    def _write_waiting(self, db: duckdb.DuckDBPyConnection) -> None:
        rows: Sequence[MetricRow] = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if rows:
            try:
                series.add_metrics(db, rows)
            except duckdb.Error:
                self._waiting.extendleft(reversed(rows))
                raise

    def _open(self, now: datetime, *, thorough: bool) -> None:
        self._tried_at = now
        self.notes = ()
        try:
            self._open_file(now, thorough)
        except duckdb.Error as error:
            self._fail(_describe(judge(self._path, str(error)), self._path))
        except StorageError as error:
            self._fail(str(error))
        except OSError as error:
            self._fail(f"cannot use {self._path}: {error.strerror or error}")

    def _open_file(self, now: datetime, thorough: bool) -> None:
        finding = examine(self._path, thorough=thorough) or self._join()
        for _ in range(0 if thorough else _TRIES_WHEN_BUSY):
            if finding is None or finding.fault is not Fault.BUSY:
                break
            time.sleep(_PAUSE_S)  # a killed daemon may have left its own trial of the file running
            finding = examine(self._path, thorough=thorough) or self._join()
        if finding is not None and finding.fault is Fault.BROKEN:
            self._start_afresh(now, finding.text)
            finding = self._join()
        if finding is not None:
            self._fail(_describe(finding, self._path))
        else:
            self._trouble = None

    def _join(self) -> Finding | None:
        """Connect and make equal to the journal; answers what is in the way, if anything."""
        wal = _wal(self._path)
        if not self._path.exists() and wal.exists():
            return Finding(Fault.BROKEN, "the file is gone and has left its write-ahead log")
        try:
            self._connection = tables.connect(self._path)
            found = tables.schema(self._connection)
            if found != str(tables.SCHEMA):
                self._let_go()
                return Finding(Fault.BROKEN, f"its tables are of version {found}, not {tables.SCHEMA}")
            usage.prepare(self._connection)
            changed = tables.sync(self._connection, self._entries())
        except duckdb.Error as error:
            self._let_go()
            return judge(self._path, str(error))
        if changed:
            self.notes += (f"the index took {changed} decisions from the journal",)
        return None

    def _start_afresh(self, now: datetime, why: str) -> None:
        """Move a bad file aside; only the metric history in it is lost."""
        stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        aside = self._path.with_name(f"{self._path.name}.corrupt-{stamp}")
        for source, target in ((self._path, aside), (_wal(self._path), _wal(aside))):
            with suppress(FileNotFoundError):
                source.replace(target)
        self.notes += (
            f"the index {self._path} could not be used ({why}); it was moved to {aside.name} and made again from the "
            "journal; the history of metrics in it is lost",
        )
        old = sorted(self._path.parent.glob(f"{self._path.name}.corrupt-*Z"))[:-_KEPT_ASIDE]
        for file in old:
            for part in (file, _wal(file)):
                with suppress(OSError):
                    part.unlink(missing_ok=True)


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _describe(finding: Finding, path: Path) -> str:
    return f"{path}: {finding.text}" if finding.fault is Fault.BROKEN else finding.text
