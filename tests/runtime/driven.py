"""A keeper on the simulated engine that is led from check to check: time is what the test says it is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from docktor.core.decision import Decision, Past
from docktor.core.history import History, history_of
from docktor.core.policy import Policy
from docktor.engine.simulated.engine import SimulatedEngine
from docktor.engine.simulated.world import World
from docktor.memory.home import Home
from docktor.memory.series import MetricRow
from docktor.memory.store import Store
from docktor.runtime.advisor import Advisor
from docktor.runtime.clock import Clock
from docktor.runtime.eventlog import EventLog
from docktor.runtime.history import rows
from docktor.runtime.keeper import Keeper
from docktor.runtime.locate import Locator
from docktor.runtime.recorder import Recorder
from docktor.runtime.sampler import Sampler
from docktor.runtime.sources import Sources
from docktor.runtime.tools import Tools
from tests.unit.engine_simulated.clock import START, HandClock


class LedClock(Clock):
    """The daemon's clock, moved by hand."""

    def __init__(self, hand: HandClock) -> None:
        self.hand = hand
        super().__init__()

    def now(self) -> datetime:
        return self.hand()

    def steady(self) -> float:
        return (self.hand() - START).total_seconds()


@dataclass
class Driven:
    """`recorded`: what a daemon would have kept of each check."""

    hand: HandClock
    sampler: Sampler
    keeper: Keeper
    store: Store
    recorded: list[MetricRow] = field(default_factory=list)
    checks: int = 0

    async def check(self) -> None:
        """On to the next check, with the samples taken on the way there."""
        interval, window = self.keeper.policy.check_interval, self.keeper.policy.metrics_window
        self.checks += 1
        due = self.checks * interval
        while (left := due - self._elapsed()) > 0:
            self.hand.move(min(left, window / 4))
            await self.sampler.sample_due(self._elapsed())
        await self.keeper.check()
        assert self.keeper.error is None
        self.recorded += rows(self.keeper)

    def _elapsed(self) -> float:
        return (self.hand() - START).total_seconds()

    def history(self) -> History:
        series: dict[str, list[tuple[datetime, float | None]]] = {}
        for row in self.recorded:
            series.setdefault(row.metric, []).append((row.at, row.value))
        return history_of(series)

    async def done(self) -> list[Decision]:
        """Those that were carried out, oldest first."""
        found = await self.store.decisions(limit=1000)
        return [
            one for one in reversed(found) if one.current_replicas != one.target_replicas and one.took_ms is not None
        ]


@asynccontextmanager
async def driven(folder: Path, policy: Policy, world: World) -> AsyncIterator[Driven]:
    hand = HandClock()
    clock = LedClock(hand)
    engine = SimulatedEngine(hand, world, hand.sleep)
    home = Home(folder)
    home.create()
    store = await Store.open(home, hand())
    events = EventLog()
    sampler = Sampler(engine, clock)
    sources = Sources(Locator(engine, clock), events, clock)
    tools = Tools(
        engine,
        sampler,
        sources,
        Advisor({}, clock, events, sources.redactor),
        Recorder(store, events, clock),
        events,
        clock,
        asyncio.Semaphore(1),
        asyncio.Semaphore(1),
        home.identity(),
    )
    past = Past(watching_since=hand() + timedelta(seconds=policy.check_interval))  # as long as there is a record
    keeper = Keeper(policy, past, tools, store)
    try:
        yield Driven(hand, sampler, keeper, store)
    finally:
        await keeper.close()
        await tools.advisor.close()
        await sources.close()
        await engine.close()
        await store.close()
