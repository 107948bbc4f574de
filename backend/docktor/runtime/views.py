"""What the office answers: the objects of the HTTP API and of `--json`, as plain typed values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from docktor.core.decision import Decision, RuleResult


@dataclass(frozen=True, slots=True)
class LastView:
    """What was last decided about a service: the decision's id and time, and it in a sentence without a subject."""

    id: int
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One row of `status`. `metrics`: `None` where absent. `next_check_s`: seconds, `None` if unmanaged.

    `last`: `None` if nothing was decided yet, or it isn't managed.
    """

    project: str
    name: str
    kind: str
    managed: bool
    mode: str
    state: str
    reason: str
    replicas: int
    ready: int
    desired: int
    min: int | None
    max: int | None
    metrics: Mapping[str, float | None]
    next_check_s: float | None
    unscalable: str | None
    driving_metric: str | None = None
    last: LastView | None = None


@dataclass(frozen=True, slots=True)
class ProjectView:
    name: str
    kind: str
    services: tuple[ServiceView, ...]


@dataclass(frozen=True, slots=True)
class ReplicaView:
    name: str
    number: int
    state: str
    health: str
    ready: bool
    metrics: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Setting:
    """One value in effect and its source: `default`, `docktor.yaml`, `label`, `flag`, `environment`, `person`."""

    path: str
    value: object
    source: str


@dataclass(frozen=True, slots=True)
class HoldView:
    until: datetime
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class ForecastView:
    """What is foreseen of the load, in replicas' worth, and how well that went.

    `standing`: on: it raises what the target wants; shadow: it is compared and changes nothing; off: not wanted.
    `bound`: the load is above it within `horizon_s` seconds in few cases only; `expert`: whose word weighs most.
    `lost`, `plain_lost`: shares of the load that was more than the replicas, with the forecast and by the rules at the
    same cost, over `minutes`. `start_up_s`: how long a replica takes to be ready; `patience_s`: how long fewer replicas
    have to be wanted; `speed`: messages a second of one replica, of a queue.
    """

    standing: str
    bound: float | None
    horizon_s: float
    expert: str | None
    minutes: int
    lost: float | None
    plain_lost: float | None
    start_up_s: float
    patience_s: float
    speed: float | None


@dataclass(frozen=True, slots=True)
class ServiceDetail:
    """Everything about one service. `missing`: absent metric -> why.

    `entry`: what docktor.yaml says of it, or might say. `origin`: where that is from: docktor.yaml | labels | none.
    `forecast`: of a service with a target, once it was looked at.
    """

    service: ServiceView
    settings: tuple[Setting, ...]
    rules: tuple[RuleResult, ...]
    replicas: tuple[ReplicaView, ...]
    missing: Mapping[str, str]
    hold: HoldView | None
    entry: Mapping[str, object] = field(default_factory=dict)
    origin: str = "none"
    forecast: ForecastView | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """A metric's history: `points` are (time, value or `None` where it was absent), oldest first."""

    metric: str
    points: tuple[tuple[datetime, float | None], ...]


@dataclass(frozen=True, slots=True)
class Glance:
    """A managed service's driving metric (`None`: no rules yet), what it is compared with, and its recent points.

    Each point is the highest value of a stretch of time, `None` where there was none.
    """

    project: str
    service: str
    metric: str | None
    threshold: float | None
    points: tuple[tuple[datetime, float | None], ...]


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """A proposal that waits for a person; `expires_s`: seconds left to answer it."""

    decision: Decision
    expires: datetime
    expires_s: float


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
class AskedModel:
    """One model of the advisor's chain.

    state: untried | ok | loading | busy | down | refused | missing | wrong | spoilt.
    breaker: closed (is asked) | open (failed again and again, rests) | half-open (the rest is over, one may try).
    """

    name: str
    state: str
    error: str | None
    breaker: str


@dataclass(frozen=True, slots=True)
class AdvisorView:
    """The model that advises. state: off | finding | ok | resting, or the state of its first model.

    Counts are since the daemon's start, `calls_day` and `tokens_day` of the last 24 hours. `agreed`: chose what the
    rules wanted; `changed`: a number became another by it; `failed`: no advice came. `median_ms`: of the latest 100.
    """

    mode: str
    state: str
    provider: str
    base_url: str | None
    remote: bool
    model: str | None
    error: str | None
    since: datetime
    models: tuple[AskedModel, ...] = ()
    asked: int = 0
    agreed: int = 0
    changed: int = 0
    failed: int = 0
    median_ms: float | None = None
    calls_day: int = 0
    tokens_day: int = 0


@dataclass(frozen=True, slots=True)
class ModelView:
    """A model at the endpoint. state: ready (in memory) | loading | present | unknown. `chain`: its place among the
    models that are asked, from 1.
    """

    name: str
    parameters: str | None
    size: str | None
    quantization: str | None
    context: int | None
    state: str
    profiles: tuple[str, ...]
    chain: int | None


@dataclass(frozen=True, slots=True)
class PullView:
    """A model being fetched. state: pulling | done | failed; `done` and `total` in bytes, 0 while not known."""

    model: str
    state: str
    done: int
    total: int
    message: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ModelsView:
    """`error`: why they can't be listed. `model`: the one that is asked first."""

    provider: str
    base_url: str | None
    model: str | None
    models: tuple[ModelView, ...] = ()
    pulls: tuple[PullView, ...] = ()
    error: str | None = None


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


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One line of the event log. `n` grows by one; ask for those after the last one seen.

    kind: decision | state | engine | config | store | advisor. `data`: what the kind needs (a decision's fields, …).
    """

    n: int
    at: datetime
    kind: str
    project: str | None
    service: str | None
    text: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class EventPage:
    """`resync`: events after the cursor were dropped; list everything anew. `last`: cursor for the next call."""

    events: tuple[LogEvent, ...]
    last: int
    resync: bool
