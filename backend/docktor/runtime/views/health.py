"""Whether the parts of Docktor work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from docktor.runtime.views.models import AdvisorView


@dataclass(frozen=True, slots=True)
class EngineView:
    """state: ok | down. `error` says why it is down, or what else is wrong, and what to do."""

    state: str
    kind: str
    version: str | None
    api_version: str | None
    endpoint: str
    error: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConfigView:
    """state: ok | rejected (an edit was faulty: the last good one is in force, `problems` says why)."""

    state: str
    source: str | None
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoreView:
    """state: ok | degraded. `error` says what is wrong with the journal or the index."""

    state: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class SourceView:
    """A place that numbers are read from. `services` go by it; `took_ms`: its latest read.

    state: ok | connecting | down | refused | wrong | lying | not-installed; `error` says more, `since` from when on.
    """

    kind: str
    where: str
    state: str
    error: str | None
    since: datetime
    services: tuple[str, ...]
    took_ms: float | None = None


@dataclass(frozen=True, slots=True)
class SourceTest:
    """One read. `numbers` by the names rules use; `totals`: counts that become rates once they were read twice."""

    kind: str
    where: str
    state: str
    error: str | None
    numbers: Mapping[str, float] = field(default_factory=dict)
    totals: Mapping[str, float] = field(default_factory=dict)
    took_ms: float | None = None


@dataclass(frozen=True, slots=True)
class ProviderView:
    """A kind of source. `options`: JSON schema of its settings. `install`: what brings its library, if it lacks it."""

    kind: str
    about: str
    options: Mapping[str, object]
    install: str | None


@dataclass(frozen=True, slots=True)
class HealthView:
    """status: ok | degraded. `notifiers` stays empty until that part exists."""

    status: str
    version: str
    pid: int
    started_at: datetime
    home: str
    services: int
    engine: EngineView
    config: ConfigView
    store: StoreView
    advisor: AdvisorView
    sources: tuple[SourceView, ...]
    notifiers: tuple[Mapping[str, object], ...]
