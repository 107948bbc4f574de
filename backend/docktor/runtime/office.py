"""Every verb a person or a program can say to Docktor, once. HTTP, CLI, chat and MCP are thin doors to it."""

import asyncio
import math
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Unpack

from docktor import __version__
from docktor.compose.document import Value
from docktor.config.rewrite import Preview
from docktor.core.advisor import Choice
from docktor.core.decision import Decision, Hold
from docktor.core.policy import Modes
from docktor.core.similar import Similar
from docktor.core.world import ServiceId, ServiceState
from docktor.errors import PermanentError, ScaleRefusedError
from docktor.memory.home import HOME_LOST
from docktor.memory.store import Store
from docktor.memory.wanted import Wanted
from docktor.runtime.clock import local_zone
from docktor.runtime.costing import Costing
from docktor.runtime.cure import Cures
from docktor.runtime.exposition import Facts, exposition
from docktor.runtime.fleet import Fleet
from docktor.runtime.glance import glances
from docktor.runtime.keeper import Keeper
from docktor.runtime.look import find_service, project_views, service_detail, watched
from docktor.runtime.modelroom import ModelRoom
from docktor.runtime.monitor import Monitor
from docktor.runtime.process import resident_bytes
from docktor.runtime.proposals import Proposals
from docktor.runtime.reload import Reloader
from docktor.runtime.replaying import Replays
from docktor.runtime.rulebook import Rulebook, written
from docktor.runtime.similar import similar
from docktor.runtime.trial import entry_from, provider_views, try_sources
from docktor.runtime.views import (
    AdviceView,
    AdvisorView,
    ApprovalView,
    CostView,
    EventPage,
    Glance,
    HealthView,
    LogEvent,
    ModelsView,
    ModelTest,
    OverrideView,
    ProjectView,
    ProviderView,
    PullView,
    ReplayView,
    Series,
    ServiceDetail,
    SourceTest,
    StoreView,
)

LONGEST_HOLD_MINUTES = 60 * 24 * 365
POINTS = 720
ADVISOR_WELL = ("off", "finding", "loading", "ok")


class Office:
    """`service` is `name` or `project/name`; an ambiguous or unknown one raises ServiceNotFoundError."""

    def __init__(
        self,
        fleet: Fleet,
        store: Store,
        monitor: Monitor,
        reloader: Reloader,
        *,
        home: Path,
        environment: Mapping[str, str],
        stop: Callable[[], None],
    ) -> None:
        self._fleet = fleet
        self._store = store
        self._monitor = monitor
        self._reloader = reloader
        self._home = home
        self._environment = environment
        self._stop = stop
        self._advisor = fleet.tools.advisor
        self._events = fleet.tools.events
        self._clock = fleet.tools.clock
        self._proposals = Proposals(fleet, store)
        self._rulebook = Rulebook(fleet, reloader, self._events, self._clock)
        self._models = ModelRoom(fleet.tools, reloader, self._rulebook, environment)
        self._replays = Replays(store)
        self._costing = Costing(fleet.keepers, store, self._clock, local_zone(environment))
        self._cures = Cures()
        self._started_at = self._clock.now()

    async def health(self) -> HealthView:
        state, error = self._store.state()
        if lost := self._environment.get(HOME_LOST):
            state, error = "degraded", f"{lost}; {error}" if error else lost
        store = StoreView(state, error)
        config = self._reloader.view
        engine = self._monitor.view
        sources = self._fleet.tools.sources.views()
        advisor = self._advisor.view
        well = (
            all(source.state in ("ok", "connecting") for source in sources)
            and engine.state == "ok"
            and engine.error is None
            and store.state == "ok"
            and config.state == "ok"
            and advisor.state in ADVISOR_WELL
        )
        return HealthView(
            status="ok" if well else "degraded",
            version=__version__,
            pid=os.getpid(),
            started_at=self._started_at,
            home=str(self._home),
            services=len(self._fleet.keepers),
            engine=engine,
            config=config,
            store=store,
            advisor=advisor,
            sources=sources,
            notifiers=(),
        )

    async def exposition(self) -> str:
        """Its own numbers and its services', for Prometheus."""
        now, steady = self._clock.now(), self._clock.steady()
        running = self._running()
        kept = [
            watched(running.get(service, ServiceState(service, ())), keeper, now, steady)
            for service, keeper in sorted(self._fleet.keepers.items())
        ]
        tally = self._fleet.tools.recorder.tally
        return exposition(Facts(await self.health(), kept, tally, self._events.last, resident_bytes()))

    async def projects(self) -> Sequence[ProjectView]:
        return project_views(self._fleet.projects, self._fleet.keepers, self._store.newest, self._clock.steady())

    async def service(self, service: str) -> ServiceDetail:
        return self._detail(self._find(service))

    async def metrics(self, service: str, minutes: float, points: int = POINTS) -> Sequence[Series]:
        """At most `points` values of each metric, over the last `minutes`."""
        found = self._find(service)
        now = self._clock.now()
        series = await self._store.metrics(found, now - timedelta(minutes=minutes), now, points)
        return tuple(Series(metric, found) for metric, found in sorted(series.items()))

    async def glance(self, minutes: float) -> Sequence[Glance]:
        """Every managed service's driving metric over the last `minutes`, at most 60 points each."""
        return await glances(self._fleet.keepers, self._store, self._clock, minutes)

    async def costs(self, days: int, project: str | None, service: str | None) -> Sequence[CostView]:
        """Replica-hours of the last `days`, of every service or only of those so called."""
        return await self._costing.answer(days, project, service)

    async def advice(self, service: str) -> AdviceView:
        """What would suit the service better, from its recorded week."""
        return await self._costing.advice(self._keeper(service))

    async def scale(self, service: str, replicas: int, reason: str, by: str) -> Decision:
        """Through the guard. Raises ScaleRefusedError with the limit that stopped it."""
        return await self._keeper(service).scale(replicas, reason, by)

    async def hold(self, service: str, minutes: float, reason: str, by: str) -> ServiceDetail:
        """Leave the service as it is for `minutes`; survives a restart of the daemon."""
        if not (math.isfinite(minutes) and 0 < minutes <= LONGEST_HOLD_MINUTES):
            raise PermanentError(f"a hold lasts from a moment to 365 days, not {minutes:g} minutes")
        keeper = self._keeper(service)
        hold = Hold(self._clock.now() + timedelta(minutes=minutes), reason, by)
        await self._fleet.set_hold(keeper.service, hold)
        await self._say(keeper.service, f"held for {minutes:g} min by {by}" + (f": {reason}" if reason else ""))
        await keeper.check()
        return self._detail(keeper.service)

    async def resume(self, service: str, by: str) -> ServiceDetail:
        keeper = self._keeper(service)
        await self._fleet.set_hold(keeper.service, None)
        await self._say(keeper.service, f"hold ended by {by}")
        await keeper.check()
        return self._detail(keeper.service)

    async def set_mode(self, service: str, modes: Modes, by: str) -> ServiceDetail:
        keeper = self._keeper(service)
        await self._fleet.set_mode(keeper.service, modes)
        await self._say(keeper.service, f"mode {modes}, set by {by}")
        await keeper.check()
        return self._detail(keeper.service)

    async def set_rules(self, service: str, entry: Mapping[str, Value], by: str) -> ServiceDetail:
        """Writes the service's entry into docktor.yaml and puts it in force. Raises ConfigError, nothing changed."""
        found = self._find(service)
        self._must_be_ours(found)
        await self._rulebook.set(found, entry, by)
        if keeper := self._fleet.keepers.get(found):
            await keeper.check()
        return self._detail(found)

    async def check_rules(self, service: str, entry: Mapping[str, Value]) -> Preview:
        """What `set_rules` would make of docktor.yaml, or the faults it would find; nothing is changed."""
        found = self._find(service)
        self._must_be_ours(found)
        return await self._rulebook.try_out(found, entry)

    async def remove_rules(self, service: str, by: str) -> ServiceDetail:
        """Takes the service out of docktor.yaml. Raises ConfigError when it isn't in it, nothing changed."""
        found = self._find(service)
        await self._rulebook.remove(found, by)
        return self._detail(found)

    async def override(self, service: str) -> OverrideView:
        """The Compose override that lets it have replicas, from the files its containers name; or why there is none."""
        found = self._find(service)
        self._must_be_ours(found)
        kinds = {project.name: project.kind for project in self._fleet.projects}
        return await self._cures.look(found, self._running().get(found), kinds.get(found.project, "compose"))

    async def replay(self, service: str, entry: Mapping[str, Value] | None, hours: float) -> ReplayView:
        """What the rules in force, and those of `entry` if given, would have decided over the last `hours`.

        Raises ConfigError with the entry's faults, ScaleRefusedError for a service without a record, BusyError.
        """
        keeper = self._keeper(service)
        proposed = None if entry is None else lambda: self._rulebook.rehearse(keeper.service, entry)
        return await self._replays.answer(keeper.service, keeper.policy, proposed, hours, self._clock.now())

    async def check(self, service: str) -> ServiceDetail:
        """Evaluate now; answers after that tick."""
        keeper = self._keeper(service)
        await keeper.check()
        return self._detail(keeper.service)

    async def decisions(self, *, limit: int = 50, **wanted: Unpack[Wanted]) -> Sequence[Decision]:
        """Newest first."""
        return await self._store.decisions(limit=limit, **wanted)

    async def decision(self, decision_id: int) -> Decision | None:
        return await self._store.decision(decision_id)

    async def similar(self, decision_id: int, limit: int) -> Sequence[Similar] | None:
        """Decisions of the same service in situations like that one's; `None` when there is no such decision."""
        return await similar(self._store, decision_id, limit)

    async def approvals(self) -> Sequence[ApprovalView]:
        """The proposals that wait, the one that ends first in front."""
        return self._proposals.views(self._clock.now())

    async def approve(self, decision_id: int, replicas: int | None, reason: str, by: str) -> Decision:
        """Does what was proposed, or with another number; answers once it is done.

        Raises ApprovalNotFoundError, or ScaleRefusedError when it can't be carried out any more.
        """
        return await (await self._proposals.keeper(decision_id)).approve(decision_id, replicas, reason, by)

    async def reject(self, decision_id: int, reason: str, by: str) -> Decision:
        """Nothing is done. Raises as `approve`."""
        return await (await self._proposals.keeper(decision_id)).reject(decision_id, reason, by)

    async def events(self, after: int) -> EventPage:
        return self._events.page(after)

    def follow(self, after: int) -> AsyncIterator[LogEvent]:
        """Events after the cursor, then new ones as they come, for ever."""
        return self._events.follow(after)

    async def providers(self) -> Sequence[ProviderView]:
        """Every kind of source that is installed; one that can't be loaded is left out."""
        return await asyncio.to_thread(provider_views)

    async def test_source(self, service: str) -> Sequence[SourceTest]:
        """One read of each source of the service."""
        found = self._find(service)
        managed = self._fleet.managed.get(found)
        return await try_sources(self._fleet.tools.sources, found, managed.sources if managed else ())

    async def test_queue(self, block: Mapping[str, object], project: str) -> Sequence[SourceTest]:
        """One read of what a `queue` block describes. Raises ConfigError with its faults."""
        entry = await asyncio.to_thread(entry_from, block, self._environment)
        return await try_sources(self._fleet.tools.sources, ServiceId(project, ""), (entry,))

    async def models(self) -> ModelsView:
        """The models at the advisor's endpoint, and those being fetched."""
        return await self._models.view()

    async def set_model(self, choice: Choice, by: str) -> AdvisorView:
        """Writes it into docktor.yaml and puts it in force. Raises ConfigError with every fault, nothing changed."""
        return await self._models.choose(choice, by)

    async def test_model(self, model: str | None) -> ModelTest:
        """One test question to that model, or to the one in use. Raises AdvisorUnavailableError, BusyError."""
        return await self._models.tests.ask(model)

    async def pulls(self) -> Sequence[PullView]:
        """Those of `pull_model` that go on, and the latest that ended."""
        return self._advisor.pulls.views

    async def pull_model(self, model: str, by: str) -> PullView:
        """Begins to fetch it; look at `pulls` for how far it is. Raises PermanentError for what can't be fetched."""
        return await self._models.fetch(model, by)

    async def stop(self) -> None:
        """Finish what is under way and end the daemon."""
        self._stop()

    async def _say(self, service: ServiceId, text: str) -> None:
        await self._events.add("state", f"{service} {text}", self._clock.now(), service)

    def _detail(self, service: ServiceId) -> ServiceDetail:
        kinds = {project.name: project.kind for project in self._fleet.projects}
        state = self._running().get(service, ServiceState(service, ()))
        return service_detail(
            state,
            kinds.get(service.project, "compose"),
            self._fleet.keepers.get(service),
            written(self._reloader.config, state, self._fleet.managed.get(service)),
            newest=self._store.newest,
            now_steady=self._clock.steady(),
        )

    def _running(self) -> dict[ServiceId, ServiceState]:
        return {state.service: state for project in self._fleet.projects for state in project.services}

    def _keeper(self, service: str) -> Keeper:
        found = self._find(service)
        keeper = self._fleet.keepers.get(found)
        if keeper is None:
            self._must_be_ours(found)
            raise ScaleRefusedError(
                "unmanaged", f"{found} is not managed; add it to docktor.yaml or label it docktor.enable=true"
            )
        return keeper

    def _must_be_ours(self, service: ServiceId) -> None:
        state = self._running().get(service)
        if state is not None and state.off_limits:
            raise ScaleRefusedError("off-limits", state.unscalable or "")

    def _find(self, text: str) -> ServiceId:
        return find_service(text, self._fleet.keepers, self._running())
