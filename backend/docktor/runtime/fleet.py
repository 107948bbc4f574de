"""All managed services: starts, updates and ends their keepers as configuration and containers come and go."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from docktor.config.model import Config
from docktor.core.decision import Hold, Past
from docktor.core.gap import after_gap
from docktor.core.policy import Modes, Policy
from docktor.core.world import ServiceId
from docktor.engine.base import EngineEvent, ProjectState
from docktor.errors import TemporaryError
from docktor.memory.store import Store
from docktor.runtime.keeper import Keeper
from docktor.runtime.managed import Managed, plan
from docktor.runtime.sources import Wanted
from docktor.runtime.tools import Tools

log = logging.getLogger(__name__)

LIST_EVERY_S = 30.0
WAKING = ("die", "oom", "health", "destroy", "pause", "unpause", "start")


class Fleet:
    """One keeper and one task per managed service."""

    def __init__(self, config: Config, tools: Tools, store: Store) -> None:
        self.config = config
        self.keepers: dict[ServiceId, Keeper] = {}
        self.managed: Mapping[ServiceId, Managed] = {}
        self.projects: Sequence[ProjectState] = ()
        self.modes: dict[ServiceId, Modes] = dict(store.modes)
        self.tools = tools
        self._store = store
        self._tasks: dict[ServiceId, asyncio.Task[None]] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._relist = asyncio.Event()
        self._unheeded: tuple[str, ...] = ()
        self._stopping = False
        tools.sources.on_news = self.on_news

    async def run(self) -> None:
        """List everything now and then, and at once when something unknown appears. For ever."""
        while True:
            self._relist.clear()
            await self.refresh()
            try:
                await asyncio.wait_for(self._relist.wait(), LIST_EVERY_S)
                await asyncio.sleep(0.5)  # a project comes up in a burst of events
            except TimeoutError:
                continue

    async def refresh(self) -> None:
        """Ask the engine for all projects, then bring the keepers in line."""
        try:
            self.projects = await self.tools.engine.projects()
        except TemporaryError as error:
            log.debug("can't list projects: %s", error)
        await self.align()

    async def reload(self, config: Config) -> None:
        """A new configuration takes effect; what keepers have learned stays."""
        self.config = config
        await self.align()
        self._relist.set()

    async def align(self) -> None:
        """Advisor, keepers and sources as configuration and containers have it now."""
        self.tools.advisor.adopt(self.config.llm)
        planned = plan(self.config, self.projects, self.modes)
        self.managed = planned.services
        await self._tell_unheeded(planned.unheeded)
        for service in [one for one in self.keepers if one not in self.managed]:
            self._end(service)
        for service, one in self.managed.items():
            keeper = self.keepers.get(service)
            if keeper is not None:
                keeper.adopt(one.policy)
            elif not self._stopping:
                self._start(service, one.policy)
        kept = {service: self.managed[service] for service in self.keepers}
        self.tools.sources.align(
            {service: Wanted(one.sources, one.policy.check_interval) for service, one in kept.items() if one.sources}
        )

    def _start(self, service: ServiceId, policy: Policy) -> None:
        keeper = Keeper(policy, self._past(policy), self.tools, self._store)
        self.keepers[service] = keeper
        self._tasks[service] = asyncio.create_task(keeper.run(), name=f"keeper {service}")

    def _past(self, policy: Policy) -> Past:
        """What a former daemon left: its cooldowns, holds and learned patience go on, its window does not."""
        now = self.tools.clock.now()
        past = self._store.past(policy.service) or Past(watching_since=now)
        return after_gap(past._replace(hold=self._store.holds.get(policy.service)), policy, now)

    def _end(self, service: ServiceId) -> None:
        """It finishes what it is doing by itself; nobody waits for it here."""
        self.keepers.pop(service).stop()
        self.tools.sampler.unwatch(service)
        task = self._tasks.pop(service)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _tell_unheeded(self, unheeded: tuple[str, ...]) -> None:
        for text in unheeded:
            if text not in self._unheeded:
                log.warning("not heeded: %s", text)
                await self.tools.events.add("config", f"not heeded: {text}", self.tools.clock.now())
        self._unheeded = unheeded

    async def on_event(self, event: EngineEvent) -> None:
        """Wakes the service's keeper for what others caused; what we caused is known already."""
        if event.service is None:
            self._relist.set()
            return
        keeper = self.keepers.get(event.service)
        if keeper is None:
            if event.kind == "start":
                self._relist.set()
            return
        if event.kind == "oom":
            keeper.saw_oom(event.at)
        if event.kind in WAKING and event.op_id is None:
            keeper.wake()

    def on_news(self, service: ServiceId) -> None:
        """A source of that service was read."""
        if keeper := self.keepers.get(service):
            keeper.hear()

    async def start_afresh(self) -> None:
        """After a gap (engine restart, clock jump): nothing shrinks until a window is full again."""
        self.tools.sampler.forget_all()
        self.tools.sources.forget_all()
        now = self.tools.clock.now()
        for keeper in self.keepers.values():
            keeper.start_afresh(now)
            keeper.wake()
        self._relist.set()

    async def set_mode(self, service: ServiceId, modes: Modes) -> None:
        await self._store.set_mode(service, modes)
        self.modes[service] = modes
        await self.align()

    async def forget_mode(self, service: ServiceId) -> None:
        """The mode is the configured one again."""
        if service in self.modes:
            await self._store.set_mode(service, None)
            del self.modes[service]
            await self.align()

    async def set_hold(self, service: ServiceId, hold: Hold | None) -> None:
        keeper = self.keepers[service]
        await self._store.set_hold(service, hold)
        keeper.past = keeper.past._replace(hold=hold)

    async def stop(self, patience_s: float) -> None:
        """Let every keeper finish what it is doing; after `patience_s` seconds give up waiting."""
        self._stopping = True
        for keeper in self.keepers.values():
            keeper.stop()
        tasks = [*self._tasks.values(), *self._ending]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=patience_s)
            for task in late:
                log.warning("%s did not finish in time", task.get_name())
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._tasks.clear()
