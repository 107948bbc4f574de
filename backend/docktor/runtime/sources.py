"""Every source of numbers in use: one reader each, shared by the services that go by it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType

from docktor.config.model import SourceEntry
from docktor.core.world import Observation, ServiceId
from docktor.errors import SignalUnavailableError
from docktor.runtime.clock import Clock
from docktor.runtime.eventlog import EventLog
from docktor.runtime.locate import Locator
from docktor.runtime.source import BACKLOG, OK, VALUE, Source, identity, let_go, make_provider, place_of, read_once
from docktor.runtime.views import SourceTest, SourceView
from docktor.signals.base import Around
from docktor.signals.connections import Connections
from docktor.signals.secrets import Redactor

QUEUE = "queue."
CANCEL_AGAIN_S = 0.5


@dataclass(frozen=True, slots=True)
class Heard:
    """What the sources of one service tell now, by the names rules use; for absent ones why, and since when."""

    observations: Mapping[str, Observation]
    missing: Mapping[str, str]
    unknown_since: Mapping[str, datetime]


NOTHING = Heard(MappingProxyType({}), MappingProxyType({}), MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A service that goes by sources: its entries, and how often it is checked (seconds)."""

    entries: tuple[SourceEntry, ...]
    check_interval: float


class Sources:
    """`align` starts and ends readers; `heard` is at hand at once. `redactor` goes onto the log's handlers."""

    def __init__(self, locator: Locator, events: EventLog, clock: Clock, redactor: Redactor | None = None) -> None:
        self.redactor = redactor or Redactor()
        self._locator = locator
        self._events = events
        self._clock = clock
        self._connections = Connections()
        self._sources: dict[str, Source] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._of: dict[ServiceId, tuple[tuple[SourceEntry, Source], ...]] = {}
        self.on_news: Callable[[ServiceId], None] = lambda _: None

    def align(self, wanted: Mapping[ServiceId, Wanted]) -> None:
        """Exactly these are read from now on; what stays the same goes on undisturbed."""
        users: dict[str, dict[ServiceId, float]] = {}
        found: dict[ServiceId, list[tuple[SourceEntry, str]]] = {}
        for service, want in wanted.items():
            for entry in want.entries:
                key = identity(service.project, entry)
                users.setdefault(key, {})[service] = want.check_interval
                found.setdefault(service, []).append((entry, key))
                if key not in self._sources:
                    self._start(key, service.project, entry)
        for key in [key for key in self._sources if key not in users]:
            self._end(key)
        for key, source in self._sources.items():
            source.users = users[key]
        self._of = {
            service: tuple((entry, self._sources[key]) for entry, key in entries) for service, entries in found.items()
        }

    def _start(self, key: str, project: str, entry: SourceEntry) -> None:
        source = Source(entry, self._around(project, self._connections), self._clock, self.redactor)
        self._sources[key] = source
        self._tasks[key] = asyncio.create_task(source.run(self._news), name=f"source {entry.kind} of {project}")

    def _around(self, project: str, connections: Connections) -> Around:
        return Around(project, connections, partial(self._locator.locate, project))

    def _end(self, key: str) -> None:
        source, task = self._sources.pop(key), self._tasks.pop(key)
        source.ended = True
        ending = asyncio.create_task(_ended(source, task), name=f"end of {task.get_name()}")
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def _news(self, source: Source, before: str) -> None:
        if source.state != before and not (source.state == OK and before == "connecting"):
            place = f"{source.entry.kind} {source.where}".strip()
            names = ", ".join(str(service) for service in source.users)
            told = "answers again" if source.state == OK else f"{source.state}: {source.error}"
            await self._events.add("source", f"{place} (for {names}) {told}", self._clock.now())
        for service in source.users:
            self.on_news(service)

    def heard(self, service: ServiceId, spoken_of: Iterable[str], window: float) -> Heard:
        """The numbers of a service's sources now; `spoken_of`: the metrics its rules need."""
        pairs = self._of.get(service)
        if not pairs:
            return NOTHING
        observations: dict[str, Observation] = {}
        missing: dict[str, str] = {}
        since: dict[str, datetime] = {}
        for entry, source in pairs:
            numbers = named(entry, source.numbers(window))
            observations |= {name: Observation.exact(value) for name, value in numbers.items()}
            for name in _expected(entry, spoken_of):
                if name not in numbers:
                    short = name.removeprefix(QUEUE) if entry.metric is None else _picked(entry)
                    missing[name] = source.why_absent(short, window)
                    since[name] = source.unknown_since(short)
        return Heard(observations, missing, since)

    def views(self) -> tuple[SourceView, ...]:
        """Every source in use, for people."""
        return tuple(_view(source) for source in self._sources.values())

    async def test(self, project: str, entry: SourceEntry) -> SourceTest:
        """One read through a connection of its own."""
        started = self._clock.steady()
        try:
            provider = make_provider(entry, self._around(project, Connections()))
        except SignalUnavailableError as error:
            return SourceTest(entry.kind, "", error.state, str(error))
        where = place_of(provider)
        try:
            answer = await read_once(provider, entry.timeout, self._clock)
        except SignalUnavailableError as error:
            return SourceTest(entry.kind, where, error.state, str(error))
        finally:
            await let_go(provider)
        took_ms = round((self._clock.steady() - started) * 1000, 1)
        totals = {} if entry.metric else named(entry, answer.totals)
        return SourceTest(entry.kind, where, OK, None, named(entry, answer.values), totals, took_ms)

    def forget_all(self) -> None:
        """After a gap (clock jump, machine asleep)."""
        for source in self._sources.values():
            source.forget()

    async def close(self) -> None:
        """Ends every reader and closes every connection."""
        for key in list(self._sources):
            self._end(key)
        while self._ending:
            await asyncio.gather(*self._ending)


async def _ended(source: Source, task: asyncio.Task[None]) -> None:
    while not task.done():
        task.cancel()  # not once only: client libraries now and then swallow it
        await asyncio.wait([task], timeout=CANCEL_AGAIN_S)
    await source.close()


def named(entry: SourceEntry, numbers: Mapping[str, float]) -> dict[str, float]:
    """Numbers by the names that rules use. A queue's main number is its backlog."""
    if entry.metric is not None:
        value = numbers.get(_picked(entry))
        return {} if value is None else {entry.metric: value}
    return {QUEUE + name: value for name, value in numbers.items()}


def _picked(entry: SourceEntry) -> str:
    """Which of the numbers a metric of one's own is."""
    return BACKLOG if entry.number in (None, VALUE) else str(entry.number)


def _expected(entry: SourceEntry, spoken_of: Iterable[str]) -> Sequence[str]:
    if entry.metric is not None:
        return (entry.metric,)
    return sorted({QUEUE + BACKLOG, *(name for name in spoken_of if name.startswith(QUEUE))})


def _view(source: Source) -> SourceView:
    services = tuple(sorted(str(service) for service in source.users))
    took_ms = None if source.took_s is None else round(source.took_s * 1000, 1)
    return SourceView(source.entry.kind, source.where, source.state, source.error, source.since, services, took_ms)
