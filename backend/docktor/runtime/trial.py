"""One read of a source, to see whether it works: by a running daemon, or without one."""

import json
import logging
from collections.abc import Mapping, Sequence
from functools import partial

from docktor.compose.document import Value, parse
from docktor.compose.expand import expand
from docktor.config.model import Config, Entry, SourceEntry
from docktor.config.sources import read_block
from docktor.core.world import ServiceId
from docktor.engine.docker.engine import DockerEngine
from docktor.errors import PermanentError, ServiceNotFoundError
from docktor.runtime.clock import Clock
from docktor.runtime.eventlog import EventLog
from docktor.runtime.locate import Locator
from docktor.runtime.sources import Sources
from docktor.runtime.views import ProviderView, SourceTest
from docktor.signals import registry

log = logging.getLogger(__name__)


async def try_sources(sources: Sources, service: ServiceId, entries: Sequence[SourceEntry]) -> tuple[SourceTest, ...]:
    """One read of each. Raises PermanentError when the service has none."""
    if not entries:
        raise PermanentError(f"{service} goes by no source: it has neither a queue nor metrics of its own")
    return tuple([await sources.test(service.project, entry) for entry in entries])


def entry_from(block: Mapping[str, object], environment: Mapping[str, str]) -> SourceEntry:
    """The source a `queue` block describes, with the rules of docktor.yaml: `${NAME}` and all.

    Raises ConfigError with every fault.
    """
    doc = parse(json.dumps(block), partial(expand, env=environment))  # JSON is YAML
    value: Value = doc.value
    return read_block(doc, value if isinstance(value, dict) else {}, registry)


def provider_views() -> tuple[ProviderView, ...]:
    """Every kind of source that is installed. One that can't be loaded is left out, and logged."""
    views = []
    for kind in registry.kinds():
        try:
            provider = registry.provider(kind)
        except PermanentError as error:
            log.warning("%s", error)
            continue
        views.append(ProviderView(kind, provider.about, provider.Options.model_json_schema(), registry.missing(kind)))
    return tuple(views)


async def try_alone(config: Config, service: str) -> tuple[SourceTest, ...]:
    """As `try_sources`, for a service of the configuration, by `name` or `project/name`."""
    entry = _entry(config, service)
    clock, engine = Clock(), DockerEngine()
    sources = Sources(Locator(engine, clock), EventLog(), clock)
    try:
        return await try_sources(sources, entry.policy.service, entry.sources)
    finally:
        await engine.close()


def _entry(config: Config, service: str) -> Entry:
    found = [one for one in config.entries if service in (one.policy.service.name, str(one.policy.service))]
    if len(found) == 1:
        return found[0]
    known = ", ".join(str(one.policy.service) for one in found or config.entries) or "none"
    what = "could be several" if found else "is not in the configuration"
    raise ServiceNotFoundError(f"{service} {what}; there is {known}")
