"""A daemon on a simulated engine whose load a test can set, with intervals short enough to watch."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from docktor.config.model import Config, Entry
from docktor.core.advisor import AdvisorPolicy
from docktor.core.decision import Decision
from docktor.core.loadmodel import ServiceModel
from docktor.core.policy import Condition, Op, Pair, Policy
from docktor.core.world import ServiceId
from docktor.engine.base import Engine
from docktor.engine.simulated.engine import SimulatedEngine
from docktor.engine.simulated.world import SimulatedService, World
from docktor.memory.home import Home
from docktor.memory.store import Store
from docktor.runtime.clock import Clock
from docktor.runtime.daemon import Daemon, DaemonOptions
from docktor.runtime.views import LogEvent, ServiceView

WEB = ServiceId("shop", "web")
API = ServiceId("shop", "api")

POLICY = Policy(
    service=WEB,
    min_replicas=1,
    max_replicas=6,
    scale_up_by=2,
    scale_down_by=1,
    check_interval=1,
    metrics_window=2,
    cooldown=Pair(0, 1),
    stabilization=Pair(0, 1),
    up_when=(Condition("cpu.avg", Op.GT, 75),),
    down_when=(Condition("cpu.avg", Op.LT, 20),),
)
PATIENCE_S = 60.0
Kept: TypeAlias = Policy | Entry


@dataclass
class Load:
    """Units per second; one replica serves 100."""

    value: float = 50.0

    def __call__(self, at: float) -> float:
        return self.value


@dataclass
class Stage:
    daemon: Daemon
    engine: SimulatedEngine
    load: Load

    async def view(self, service: ServiceId = WEB) -> ServiceView:
        return (await self.daemon.office.service(str(service))).service

    async def until(self, found: Callable[[ServiceView], bool], service: ServiceId = WEB) -> ServiceView:
        """The service's view once it is as wanted; fails the test when it never is."""
        view = await self.view(service)
        for _ in range(int(PATIENCE_S / 0.1)):
            if found(view):
                return view
            await asyncio.sleep(0.1)
            view = await self.view(service)
        raise AssertionError(f"never came to be; last seen: {view}")

    async def decisions(self, at_least: int = 1) -> Sequence[Decision]:
        """Newest first, once so many are on record: a view may show what is still being written down."""
        for _ in range(int(PATIENCE_S / 0.1)):
            found = await self.daemon.office.decisions()
            if len(found) >= at_least:
                return found
            await asyncio.sleep(0.1)
        raise AssertionError(f"never {at_least} decisions: {found}")

    async def events(self) -> list[LogEvent]:
        return list((await self.daemon.office.events(0)).events)


def simulated(load: Load, *names: ServiceId, replicas: int = 1) -> SimulatedEngine:
    model = ServiceModel(capacity=100, startup=0.2)
    services = tuple(SimulatedService(name, load, model, replicas=replicas) for name in names or (WEB,))
    return SimulatedEngine(Clock().now, World(services, create_seconds=0.1, stop_seconds=0.1))


def config_of(*kept: Kept, llm: AdvisorPolicy | None = None) -> Config:
    entries = tuple(one if isinstance(one, Entry) else Entry(one, ()) for one in kept)
    return Config(None, "shop", None, entries, general=(), watched=(), llm=llm)


@asynccontextmanager
async def daemon_on(
    engine: Engine, home: Path, *kept: Kept, keep_engine: bool = False, llm: AdvisorPolicy | None = None
) -> AsyncIterator[Daemon]:
    store = await Store.open(made(Home(home)), Clock().now())
    daemon = Daemon(DaemonOptions(home=home), config_of(*(kept or (POLICY,)), llm=llm), None, store, engine)
    running: Awaitable[None] | None = None
    try:
        await daemon.begin()
        running = asyncio.create_task(daemon.run())
        yield daemon
    finally:
        await daemon.office.stop()
        if running is not None:
            await running
        await daemon.close()
        if not keep_engine:
            await engine.close()
        await store.close()


@asynccontextmanager
async def stage(
    home: Path, *kept: Kept, load: float = 50.0, replicas: int = 1, llm: AdvisorPolicy | None = None
) -> AsyncIterator[Stage]:
    curve = Load(load)
    services = [entry.policy.service for entry in config_of(*kept).entries] or [WEB]
    engine = simulated(curve, *services, replicas=replicas)
    async with daemon_on(engine, home, *kept, llm=llm) as daemon:
        yield Stage(daemon, engine, curve)


def policy(**changes: object) -> Policy:
    return replace(POLICY, **changes)  # type: ignore[arg-type]  # field by field, typed at the call


def made(home: Home) -> Home:
    home.create()
    return home
