"""One source of numbers, read in the background, so that no tick ever waits for it."""

import asyncio
import json
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from docktor.config.model import SourceEntry
from docktor.core.blot import clean
from docktor.core.signals import Point, fault_of, rates
from docktor.core.world import ServiceId
from docktor.errors import PermanentError, SignalUnavailableError
from docktor.runtime.clock import Clock
from docktor.signals import registry
from docktor.signals.base import Around, Numbers, Provider, Total
from docktor.signals.secrets import Redactor, secrets_of

log = logging.getLogger(__name__)

VALUE, BACKLOG = "value", "backlog"
OK, CONNECTING = "ok", "connecting"
SHORTEST_S, LONGEST_S = 1.0, 15.0
REFUSED_S = 60.0  # asking again and again with a wrong password gets an account locked
POINTS_KEPT = 500
CLOSE_S = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What one read gave: plain `values`, and running `totals`. `at`: steady seconds."""

    at: float
    values: Mapping[str, float]
    totals: Mapping[str, float]


def understood(answer: Numbers, at: float) -> Answer:
    """The answer, if every number in it can be one; its main number is called backlog, whatever it is.

    Raises SignalUnavailableError (lying).
    """
    for name, value in answer.items():
        if fault := fault_of(value):
            raise SignalUnavailableError(f"{name} is {fault}", "lying")
    values = {name: float(value) for name, value in answer.items() if not isinstance(value, Total)}
    if VALUE in values:
        values.setdefault(BACKLOG, values.pop(VALUE))
    totals = {name: float(value) for name, value in answer.items() if isinstance(value, Total)}
    return Answer(at, values, totals)


def make_provider(entry: SourceEntry, around: Around) -> Provider:
    """Raises SignalUnavailableError when the kind, its client library or its settings are not right."""
    try:
        kind = registry.provider(entry.kind)
        if kind.library is not None and kind.library.missing:
            raise PermanentError(f"its client library is missing: {kind.library.install}")
        return kind(kind.Options.model_validate(dict(entry.options)), around)
    except PermanentError as error:
        raise SignalUnavailableError(str(error), "not-installed") from error
    except ValidationError as error:
        names = ", ".join(".".join(map(str, fault["loc"])) or "settings" for fault in error.errors())
        raise SignalUnavailableError(f"its settings are not right: {names}", "wrong") from error
    except Exception as error:  # a stranger's provider; its text may hold what it was given
        raise SignalUnavailableError(f"it can't be made: {type(error).__name__}", "wrong") from error


def place_of(provider: Provider) -> str:
    """Where it reads, fit to show."""
    try:
        return clean(provider.where, secrets_of(provider.options))
    except Exception:  # a stranger's provider: what it reads matters more than what it is called
        return ""


async def read_once(provider: Provider, deadline: float, clock: Clock) -> Answer:
    """One read within `deadline` seconds. Raises SignalUnavailableError for whatever goes wrong."""
    try:
        async with asyncio.timeout(deadline):
            answer = await provider.read()
    except SignalUnavailableError as error:
        raise SignalUnavailableError(clean(str(error), secrets_of(provider.options)), error.state) from None
    except TimeoutError:
        raise SignalUnavailableError(f"no answer within {deadline:g} s") from None
    except Exception as error:  # a provider's own mistake must not end the reading
        text = clean(f"{type(error).__name__}: {error}", secrets_of(provider.options))
        raise SignalUnavailableError(text, "wrong") from None
    return understood(answer, clock.steady())


async def let_go(provider: Provider) -> None:
    """Close it, within a few seconds, whatever it does."""
    try:
        async with asyncio.timeout(CLOSE_S):
            await provider.close()
    except Exception as error:  # it is of no use any more either way
        log.warning("closing a source: %s", clean(f"{type(error).__name__}: {error}", secrets_of(provider.options)))


class Source:
    """Reads one place again and again. `users`: each service that goes by it, and how often it is checked (s)."""

    def __init__(self, entry: SourceEntry, around: Around, clock: Clock, redactor: Redactor) -> None:
        self.entry = entry
        self.users: dict[ServiceId, float] = {}
        self.state = CONNECTING
        self.error: str | None = None
        self.began = self.since = clock.now()
        self.took_s: float | None = None
        self.where = ""
        self.ended = False
        self._around = around
        self._clock = clock
        self._redactor = redactor
        self._provider: Provider | None = None
        self._secrets: frozenset[str] = frozenset()
        self._answer: Answer | None = None
        self._points: deque[Point] = deque(maxlen=POINTS_KEPT)
        self._known: dict[str, datetime] = {}
        self._failures = 0

    @property
    def interval(self) -> float:
        """Seconds between reads: a quarter of the shortest check interval, from 1 to 15."""
        return min(max(min(self.users.values(), default=LONGEST_S) / 4, SHORTEST_S), LONGEST_S)

    async def run(self, heard: Callable[["Source", str], Awaitable[None]]) -> None:
        """Until `ended`; `heard` is told of every read, with the state before it."""
        while not self.ended:
            before, started = self.state, self._clock.steady()
            try:
                answer = await self._read()
            except SignalUnavailableError as error:
                self._failed(error)
            else:
                self._took_in(answer, started)
            if not self.ended:
                await heard(self, before)
                await asyncio.sleep(self._pause())

    async def _read(self) -> Answer:
        if self._provider is None:
            self._provider = make_provider(self.entry, self._around)
            self._secrets = secrets_of(self._provider.options)
            self._redactor.add(self._secrets)
            self.where = place_of(self._provider)
        return await read_once(self._provider, self.entry.timeout, self._clock)

    def _took_in(self, answer: Answer, started: float) -> None:
        now = self._clock.now()
        self._answer, self._failures = answer, 0
        self.took_s = answer.at - started
        self._points.append(Point(answer.at, answer.totals))
        self._known |= dict.fromkeys(answer.values, now)
        if self.state != OK:
            self.state, self.error, self.since = OK, None, now

    def _failed(self, error: SignalUnavailableError) -> None:
        self._failures += 1
        self.error = str(error)
        if self.state != error.state:
            self.state, self.since = error.state, self._clock.now()

    def _pause(self) -> float:
        if not self._failures:
            return self.interval * random.uniform(0.95, 1.05)
        wait = min(self.interval * 2.0 ** min(self._failures - 1, 10), max(LONGEST_S, self.interval))
        if self.state in ("refused", "not-installed"):
            wait = max(wait, REFUSED_S)
        return wait * random.uniform(0.75, 1.25)

    def fresh(self, window: float) -> bool:
        """Whether the latest answer is young enough for a service with that window (seconds)."""
        longest = max(window, 2 * self.interval) + self.entry.timeout
        return self._answer is not None and self._clock.steady() - self._answer.at <= longest

    def numbers(self, window: float) -> Mapping[str, float]:
        """The latest numbers by short name, rates over the window among them; empty unless its last read was well."""
        if self._answer is None or self.state != OK or not self.fresh(window):
            return {}
        found = rates(self._points, window)
        self._known |= dict.fromkeys(found, self._clock.now())
        return {**self._answer.values, **found}

    def why_absent(self, name: str, window: float) -> str:
        """Why there is no number of that name now."""
        place = f"{self.entry.kind} {self.where}".strip()
        if self.state == CONNECTING:
            return f"{place} has not answered yet"
        if self.state != OK:
            return f"{place} is {self.state}: {self.error}"
        if not self.fresh(window):
            return f"{place} is stale: its last answer is too old"
        if self._answer is not None and name in self._answer.totals:
            return f"{place}: a rate takes two answers"
        return f"{place} does not tell {name}"

    def unknown_since(self, name: str) -> datetime:
        """When the number was last known, else when this source began."""
        return self._known.get(name, self.began)

    def forget(self) -> None:
        """After a gap what was read before tells nothing."""
        self._answer = None
        self._points.clear()

    async def close(self) -> None:
        provider, self._provider = self._provider, None
        self._redactor.remove(self._secrets)
        self._secrets = frozenset()
        if provider is not None:
            await let_go(provider)


def identity(project: str, entry: SourceEntry) -> str:
    """The same for entries that ask the same thing of the same place. Holds secrets: not to be shown."""
    return json.dumps([project, entry.kind, entry.timeout, entry.options], sort_keys=True, default=str)
