"""Which services are managed, and by what policy: configuration, labels and a person's changes joined. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from docktor.config.labels import effective
from docktor.config.model import Config, Setting, SourceEntry
from docktor.core.blot import one_line
from docktor.core.policy import Modes, Policy
from docktor.core.world import ServiceId
from docktor.engine.base import ProjectState


@dataclass(frozen=True, slots=True)
class Managed:
    """One service's policy in force, with the source of every value."""

    policy: Policy
    settings: tuple[Setting, ...]
    sources: tuple[SourceEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """`services` to keep; `unheeded`: a sentence for each label that was not heeded."""

    services: Mapping[ServiceId, Managed]
    unheeded: tuple[str, ...]


def plan(config: Config, projects: Sequence[ProjectState], modes: Mapping[ServiceId, Modes]) -> Plan:
    """Every service of the configuration, running or not, and every running one whose labels ask for it."""
    services = {entry.policy.service: Managed(entry.policy, entry.settings, entry.sources) for entry in config.entries}
    unheeded: list[str] = []
    for state in (state for project in projects for state in project.services):
        found = effective(config, state.service, state.labels)
        unheeded += [one_line(f"{state.service}: {problem}") for problem in found.problems]
        if found.policy is not None:
            entry = config.entry(state.service)
            services[state.service] = Managed(found.policy, found.settings, entry.sources if entry else ())
    return Plan(_with_modes(services.items(), modes), tuple(unheeded))


def _with_modes(
    services: Iterable[tuple[ServiceId, Managed]], modes: Mapping[ServiceId, Modes]
) -> Mapping[ServiceId, Managed]:
    return {service: _with_mode(one, modes.get(service)) for service, one in services}


def _with_mode(one: Managed, modes: Modes | None) -> Managed:
    if modes is None or modes == one.policy.modes:
        return one
    kept = tuple(setting for setting in one.settings if setting.path != "mode")
    return replace(
        one,
        policy=one.policy.under(modes),
        settings=(*kept, Setting("mode", str(modes), "person")),
    )
