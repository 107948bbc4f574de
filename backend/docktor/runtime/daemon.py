"""The daemon: opens everything in order, runs it side by side, and closes it in the other order."""

import asyncio
import logging
import os
import signal
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from docktor.config.model import Config, Flags
from docktor.config.resolve import resolve
from docktor.core.decision import Decision, Phase
from docktor.core.parking import left_at_zero
from docktor.core.world import ServiceId
from docktor.engine.base import Engine
from docktor.errors import DocktorError, ServiceNotFoundError, TemporaryError
from docktor.memory.home import Home
from docktor.memory.store import Store
from docktor.runtime.advisor import Advisor
from docktor.runtime.build import make_engine
from docktor.runtime.clock import Clock
from docktor.runtime.eventlog import EventLog
from docktor.runtime.fleet import Fleet
from docktor.runtime.history import rows
from docktor.runtime.leftovers import MOST_RECALLED, calls_of_the_day, end_waiting
from docktor.runtime.locate import Locator
from docktor.runtime.monitor import Monitor
from docktor.runtime.office import Office
from docktor.runtime.recorder import Recorder
from docktor.runtime.reload import Reloader
from docktor.runtime.sampler import Sampler
from docktor.runtime.sources import Sources
from docktor.runtime.tools import Tools
from docktor.signals import registry
from docktor.signals.secrets import Redactor

log = logging.getLogger(__name__)

SCALES_AT_ONCE = 4
FLUSH_EVERY_S = 5.0
LOOK_AT_CLOCK_EVERY_S = 0.5
STOOD_STILL_S = 3.0
PRUNE_EVERY_S = 6 * 3600.0
STOP_PATIENCE_S = 90.0
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
INTERRUPTED = "interrupted: the daemon ended while it was being done"


@dataclass(frozen=True, slots=True)
class DaemonOptions:
    """What `docktor daemon start` was given. `environment` and `cwd` are those the configuration is read in."""

    home: Path
    config: Path | None = None
    compose_file: Path | None = None
    service: str | None = None
    project: str | None = None
    manual: bool = False
    engine: str = "auto"
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    cwd: Path = field(default_factory=Path.cwd)

    def read_config(self, path: Path | None = None) -> Config:
        """`path`: a docktor.yaml to read instead. Raises ConfigError with every fault."""
        flags = Flags(path or self.config, self.compose_file, self.service, self.project, self.manual)
        return resolve(flags, self.environment, self.cwd, registry)


class Daemon:
    """`open`, then `run` until told to stop, then `close`."""

    def __init__(
        self,
        options: DaemonOptions,
        config: Config,
        said: str | None,
        store: Store,
        engine: Engine,
        *,
        redactor: Redactor | None = None,
    ) -> None:
        self._clock = Clock()
        self._events = EventLog()
        self.sources = Sources(Locator(engine, self._clock), self._events, self._clock, redactor)
        self.advisor = Advisor(options.environment, self._clock, self._events, self.sources.redactor)
        self._store = store
        self._engine = engine
        self._sampler = Sampler(engine, self._clock)
        self._recorder = Recorder(store, self._events, self._clock)
        self._owner = Home(options.home).identity()
        tools = Tools(
            engine,
            self._sampler,
            self.sources,
            self.advisor,
            self._recorder,
            self._events,
            self._clock,
            asyncio.Semaphore(SCALES_AT_ONCE),
            asyncio.Semaphore(1),
            self._owner,
        )
        self.fleet = Fleet(config, tools, store)
        self._monitor = Monitor(engine, self._clock, self._events, self.fleet.on_event, self._on_return)
        self._reloader = Reloader(options.read_config, config, self.fleet, self._events, self._clock)
        self._said = said
        self._config = config
        self._stop = asyncio.Event()
        self._unsettled: list[Decision] = []
        self._recorded: dict[ServiceId, datetime] = {}
        self._open = AsyncExitStack()
        self.office = Office(
            self.fleet,
            store,
            self._monitor,
            self._reloader,
            home=options.home,
            environment=options.environment,
            stop=self._stop.set,
        )

    @classmethod
    async def open(cls, options: DaemonOptions, redactor: Redactor | None = None) -> "Daemon":
        """Raises ConfigError, PermanentError (another daemon has this home) or StorageError; nothing stays open.

        `redactor`: a filter on the log's handlers, told of every credential in use.
        """
        config = await asyncio.to_thread(options.read_config)
        home = Home(options.home)
        await asyncio.to_thread(home.create)
        now = Clock().now
        async with AsyncExitStack() as opened:
            opened.enter_context(home.lock())
            store = await Store.open(home, now())
            opened.push_async_callback(store.close)
            engine, config, said = await make_engine(options.engine, config, now)
            opened.push_async_callback(engine.close)
            daemon = cls(options, config, said, store, engine, redactor=redactor)
            try:
                await daemon.begin()
            except BaseException:
                await daemon.advisor.close()
                await daemon.sources.close()
                raise
            daemon._open = opened.pop_all()
        return daemon

    async def begin(self) -> None:
        """Tell what was found, settle what a killed daemon left, and start the keepers."""
        if self._said:
            await self._events.add("engine", self._said, self._clock.now())
        for note in self._store.notes:
            await self._events.add("store", note, self._clock.now())
        for warning in self._config.warnings:
            await self._events.add("config", f"warning: {warning}", self._clock.now())
        await self._monitor.ask()
        await self._settle_interrupted()
        recalled = await self._store.decisions(limit=MOST_RECALLED)
        self.advisor.spent_before(calls_of_the_day(recalled, self._clock.now()))
        await end_waiting(recalled, self._recorder)
        await self.fleet.refresh()

    async def _settle_interrupted(self) -> None:
        """What a killed daemon left: half-made containers go, and its open decisions are closed as failed."""
        await self._clean_up()
        self._unsettled = [intent for intent in self._store.open_intents if intent.target_replicas == 0]
        await self._recall_parked()
        for intent in self._store.open_intents:
            await self._recorder.finish(intent, Phase.FAILED, took_s=None, reached=None, error=INTERRUPTED)

    async def _recall_parked(self) -> None:
        """A daemon killed on the way to zero may have stopped the last replica, and not come to remembering it."""
        while self._unsettled:
            intent = self._unsettled[-1]
            service = ServiceId(intent.project, intent.service)
            try:
                parked = left_at_zero(await self._engine.state(service), intent.timestamp)
                if parked is not None:
                    await self._store.set_parked(service, parked)
            except ServiceNotFoundError:
                pass  # taken down since
            except TemporaryError as error:
                log.warning("can't see now what a scale to zero came to: %s", error)
                return
            self._unsettled.pop()

    async def _clean_up(self) -> None:
        try:
            removed = await self._engine.clean_up(self._owner)
        except TemporaryError as error:
            log.warning("can't remove half-made containers now: %s", error)
            return
        if removed:
            text = f"removed half-made containers: {', '.join(removed)}"
            await self._events.add("engine", text, self._clock.now())

    async def _on_return(self) -> None:
        await self._clean_up()
        await self._recall_parked()
        await self.fleet.start_afresh()

    async def run(self) -> None:
        """Until `office.stop()`, SIGTERM, SIGINT or SIGHUP; then finishes what is under way."""
        loop = asyncio.get_running_loop()
        for sign in STOPPING:
            loop.add_signal_handler(sign, self._stop.set)
        parts = [
            asyncio.create_task(self._sampler.run(), name="sampler"),
            asyncio.create_task(self._monitor.run(), name="monitor"),
            asyncio.create_task(self.fleet.run(), name="fleet"),
            asyncio.create_task(self._keep_house(), name="housekeeping"),
            asyncio.create_task(self._watch_time(), name="time"),
            asyncio.create_task(self._reloader.run(), name="reload"),
        ]
        stopped = asyncio.create_task(self._stop.wait(), name="stop")
        try:
            await asyncio.wait([stopped, *parts], return_when=asyncio.FIRST_COMPLETED)
            await self.fleet.stop(STOP_PATIENCE_S)
        finally:
            stopped.cancel()
            for part in parts:
                part.cancel()
            ended = await asyncio.gather(*parts, return_exceptions=True)
            for sign in STOPPING:
                loop.remove_signal_handler(sign)
        for error in ended:
            if isinstance(error, Exception):
                raise error

    async def _watch_time(self) -> None:
        """A clock that was set, a machine that slept, a daemon that was stopped: what was seen before is old."""
        clock = self._clock
        while True:
            looked = clock.steady()
            await asyncio.sleep(LOOK_AT_CLOCK_EVERY_S)
            stood, drift = clock.steady() - looked, clock.jumped()
            if drift:
                text = f"the clock jumped by {drift:.0f} s"
            elif stood > STOOD_STILL_S:
                text = f"stood still for {stood:.0f} s"
            else:
                continue
            await self._events.add("engine", f"{text}: looking at everything anew", clock.now())
            await self.fleet.start_afresh()

    async def _keep_house(self) -> None:
        clock = self._clock
        prune_at = clock.steady()
        while True:
            await self._keep_numbers()
            if clock.steady() >= prune_at:
                prune_at = clock.steady() + PRUNE_EVERY_S
                await self._prune(clock.now())
            await asyncio.sleep(FLUSH_EVERY_S)

    async def _keep_numbers(self) -> None:
        for service, keeper in self.fleet.keepers.items():
            if keeper.seen is not None and keeper.seen.snapshot.at != self._recorded.get(service):
                self._recorded[service] = keeper.seen.snapshot.at
                await self._store.add_metrics(rows(keeper))
        for mended in await self._store.flush(self._clock.now()):
            await self._events.add("store", mended, self._clock.now())

    async def _prune(self, now: datetime) -> None:
        keep = self.fleet.config.retention
        try:
            await self._store.prune(now, timedelta(days=keep.decisions_days), timedelta(days=keep.metrics_days))
        except DocktorError as error:
            log.warning("can't drop what is past its retention: %s", error)

    def stop(self) -> None:
        """Makes `run` finish what is under way and return."""
        self._stop.set()

    async def close(self) -> None:
        """Write what is left and let go of everything."""
        await self.fleet.stop(STOP_PATIENCE_S)
        await self.advisor.close()
        await self.sources.close()
        await self._keep_numbers()
        await self._open.aclose()
