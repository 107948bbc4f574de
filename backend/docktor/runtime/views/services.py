"""Services as they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from docktor.core.decision import RuleResult


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
class OverrideView:
    """`text`: the Compose override, to be saved as `file`; `use`: the command that puts it in force afterwards.

    `text` is `None` where `why` says what is in the way. `command` prints the same where the Compose file is. `notes`:
    sentences to be read first.
    """

    text: str | None
    command: str
    notes: tuple[str, ...]
    why: str | None
    file: str | None = None
    use: str | None = None
