"""What docktor.yaml says of a service: shown to be edited, and changed by the running daemon."""

from collections.abc import Mapping
from dataclasses import dataclass

from docktor.compose.document import Value
from docktor.config.edit_service import preview_service, remove_service, set_service, try_service
from docktor.config.entry import entry_of_policy, first_entry
from docktor.config.model import Config, Setting
from docktor.config.rewrite import Changed, Preview
from docktor.core.policy import Policy
from docktor.core.world import ServiceId, ServiceState
from docktor.errors import PermanentError
from docktor.runtime.clock import Clock
from docktor.runtime.eventlog import EventLog
from docktor.runtime.fleet import Fleet
from docktor.runtime.managed import Managed, plan
from docktor.runtime.reload import Reloader


@dataclass(frozen=True, slots=True)
class Written:
    """An entry of `services`, and what is in force.

    `origin`: docktor.yaml, labels, or none when nobody wrote anything down.
    """

    entry: Mapping[str, Value]
    origin: str
    settings: tuple[Setting, ...] = ()


def written(config: Config, state: ServiceState, managed: Managed | None) -> Written:
    """The service's entry, fit to show; for one that docktor.yaml doesn't name, what would come to the same."""
    service, named = state.service, config.entry(state.service)
    settings = managed.settings if managed else ()
    if named is not None and named.written:
        return Written(named.written, "docktor.yaml", settings)
    if managed is None:
        return Written(first_entry(service, len(state.replicas), config.project), "none")
    return Written(entry_of_policy(managed.policy, config.project), "labels" if named is None else "none", settings)


class Rulebook:
    """Every change is in force when it returns; ConfigError has every fault, and nothing was changed then."""

    def __init__(self, fleet: Fleet, reloader: Reloader, events: EventLog, clock: Clock) -> None:
        self._fleet = fleet
        self._reloader = reloader
        self._events = events
        self._clock = clock

    async def set(self, service: ServiceId, entry: Mapping[str, Value], by: str) -> None:
        """Makes `entry` what docktor.yaml says of the service; without a file there is one afterwards."""
        self._must_be_kept(service)
        changed = await self._reloader.edit(
            lambda path, check: set_service(
                path,
                service,
                entry,
                project=self._config.project,
                check=check,
                others=self.unwritten(service),
            )
        )
        await self._say(service, f"rules set by {by}: {changed}")
        if any(one.path.partition(".")[0] == "mode" for one in changed.values):
            await self._fleet.forget_mode(service)

    async def try_out(self, service: ServiceId, entry: Mapping[str, Value]) -> Preview:
        """What `set` would make of docktor.yaml."""
        self._must_be_kept(service)
        project, others = self._config.project, self.unwritten(service)
        return await self._reloader.try_out(
            lambda path, check: preview_service(path, service, entry, project=project, check=check, others=others)
        )

    async def rehearse(self, service: ServiceId, entry: Mapping[str, Value]) -> Policy:
        """What `set` would put in force, labels heeded. Nothing is changed."""
        self._must_be_kept(service)
        config = await self._reloader.try_out(
            lambda path, check: try_service(
                path, service, entry, project=self._config.project, check=check, others=self.unwritten(service)
            )
        )
        return plan(config, self._fleet.projects, self._fleet.modes).services[service].policy

    async def remove(self, service: ServiceId, by: str) -> None:
        """Takes the service out of docktor.yaml; from then on only its labels count."""
        self._must_be_kept(service)
        changed: Changed = await self._reloader.edit(
            lambda path, check: remove_service(path, service, project=self._config.project, check=check)
        )
        await self._say(service, f"rules removed by {by}, from {changed.path}")

    @property
    def _config(self) -> Config:
        return self._reloader.config

    def unwritten(self, but: ServiceId | None = None) -> list[Mapping[str, Value]]:
        """What is managed though nothing is written down would not be any more, once something is: as entries."""
        policies = [entry.policy for entry in self._config.entries if not entry.written]
        return [entry_of_policy(one, self._config.project) for one in policies if one.service != but]

    def _must_be_kept(self, service: ServiceId) -> None:
        only = self._config.only_service
        if only not in (None, service.name):
            raise PermanentError(f"this daemon was started with --service {only}, and is not concerned with {service}")

    async def _say(self, service: ServiceId, text: str) -> None:
        await self._events.add("config", f"{service}: {text}", self._clock.now(), service)
