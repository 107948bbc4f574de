"""The nouns of Docktor. Immutable values that travel from step to step of a tick."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

EMPTY: Mapping[str, str] = MappingProxyType({})


def _nothing() -> Mapping[str, str]:
    return EMPTY


@dataclass(frozen=True, slots=True, order=True)
class ServiceId:
    """A service of a project; written `project/name`."""

    project: str
    name: str

    def __str__(self) -> str:
        return f"{self.project}/{self.name}"


class RunState(StrEnum):
    """A container's state, in the engine's words."""

    CREATED = "created"
    RUNNING = "running"
    PAUSED = "paused"
    RESTARTING = "restarting"
    REMOVING = "removing"
    EXITED = "exited"
    DEAD = "dead"


class Health(StrEnum):
    """What a container's health check says; NONE when it has none."""

    NONE = "none"
    STARTING = "starting"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"


@dataclass(frozen=True, slots=True)
class Replica:
    """One container of a service.

    `number` is Compose's container number. `cpu_limit` is in cores, `None` without a limit.
    `restarts` counts the engine's restarts of it since it was created.
    `finished_at`: when its last run ended; `None` while it runs, and when it never ran.
    """

    id: str
    name: str
    number: int
    state: RunState
    health: Health = Health.NONE
    started_at: datetime | None = None
    restarts: int = 0
    oom_killed: bool = False
    exit_code: int | None = None
    cpu_limit: float | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Parked:
    """The one replica left, stopped, of a service we scaled to zero, to come back from.

    `finished_at` tells our stop from a person's: whoever starts and stops it again leaves another time.
    """

    container: str
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceState:
    """What the engine knows of one service at one moment. `replicas` holds every state, as Compose counts.

    `unscalable` says why this service can't have more replicas (`None`: it can).
    `labels` are the `docktor.*` labels of its newest container.
    `parked` is the replica that waits at zero (see `set_aside`); `replicas` then is empty.
    """

    service: ServiceId
    replicas: tuple[Replica, ...]
    unscalable: str | None = None
    labels: Mapping[str, str] = field(default_factory=_nothing)
    parked: Replica | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """Counters of one running container, read at one moment. All cumulative but memory.

    `at`: UTC, the engine's own reading time. `cpu_s`: CPU seconds used since start. Bytes are bytes.
    `throttled`/`periods`: CFS periods throttled and in all. Network is `None` where the container has none of its own.
    `started_at` tells a restarted container's counters from its former ones.
    """

    replica_id: str
    at: datetime
    started_at: datetime | None
    cpu_s: float
    memory_bytes: int
    memory_limit_bytes: int
    rx_bytes: int | None = None
    tx_bytes: int | None = None
    periods: int = 0
    throttled: int = 0


@dataclass(frozen=True, slots=True)
class Observation:
    """A metric's value, and the range it could have given the replicas that are not known.

    `low == high == value` when everything is known. A condition counts only if it holds across the range.
    """

    value: float
    low: float
    high: float

    @classmethod
    def exact(cls, value: float) -> "Observation":
        return cls(value, value, value)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything one tick knows. `missing` maps each absent metric to the reason why it is absent.

    `unknown_since`: for metrics of a source, since when it has given none.
    """

    state: ServiceState
    at: datetime
    observations: Mapping[str, Observation] = field(default_factory=lambda: MappingProxyType({}))
    missing: Mapping[str, str] = field(default_factory=_nothing)
    unknown_since: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def current(self) -> int:
        """Replicas in any state, counted as Compose does."""
        return len(self.state.replicas)


class Op(StrEnum):
    GT = ">"
    GE = ">="
    LT = "<"
    LE = "<="
    EQ = "=="
    NE = "!="


@dataclass(frozen=True, slots=True)
class Condition:
    metric: str
    op: Op
    value: float

    def __str__(self) -> str:
        return f"{self.metric} {self.op} {self.value:g}"


@dataclass(frozen=True, slots=True)
class Target:
    """Keep `metric` near `value`: no change while within `tolerance` (a fraction, 0.1 = 10 %)."""

    metric: str
    value: float
    tolerance: float = 0.1


class Mode(StrEnum):
    """auto acts; review proposes and waits; observe only records; off does nothing."""

    AUTO = "auto"
    REVIEW = "review"
    OBSERVE = "observe"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Pair:
    """A setting that has one value for scaling up and one for scaling down."""

    up: float
    down: float


@dataclass(frozen=True, slots=True)
class Policy:
    """What a person wants for one service. Durations are seconds.

    `up_when`: any. `down_when`: all. `max_step`: most replicas added or removed at once (`None`: no such limit).
    With `min_replicas` 0 the last replica goes after `cooldown_zero` seconds without work, and one comes back as soon
    as more than `activation` messages wait. `fallback_replicas`: at least so many while a source is away.
    """

    service: ServiceId
    mode: Mode = Mode.AUTO
    min_replicas: int = 2
    max_replicas: int = 10
    scale_up_by: int = 2
    scale_down_by: int = 1
    check_interval: float = 10
    metrics_window: float = 10
    cooldown: Pair = Pair(0, 60)
    stabilization: Pair = Pair(0, 300)
    up_when: tuple[Condition, ...] = ()
    down_when: tuple[Condition, ...] = ()
    target: Target | None = None
    max_step_up: int | None = None
    max_step_down: int | None = None
    activation: float = 0.0
    cooldown_zero: float = 300.0
    fallback_replicas: int | None = None

    @property
    def metrics(self) -> frozenset[str]:
        """Every metric its rules and target speak of."""
        spoken = {condition.metric for condition in self.up_when + self.down_when}
        return frozenset(spoken | ({self.target.metric} if self.target else set()))

    @property
    def goes_to_zero(self) -> bool:
        """Only what waits in a queue can tell that a replica is needed while there is none."""
        return self.min_replicas == 0 and all(name.startswith("queue.") for name in self.metrics)

    @property
    def floor(self) -> int:
        """The fewest replicas while there is work."""
        return max(self.min_replicas, 1)

    @property
    def fewest(self) -> int:
        """The fewest replicas ever."""
        return 0 if self.goes_to_zero else self.floor


class Action(StrEnum):
    SCALE_UP = "scale_up"
    SCALE_DOWN = "scale_down"
    HOLD = "hold"


class Source(StrEnum):
    """Who asked for the number."""

    RULES = "rules"
    TARGET = "target"
    FORECAST = "forecast"
    ADVISOR = "advisor"
    PERSON = "person"
    POLICY = "policy"
    WEBHOOK = "webhook"


class Phase(StrEnum):
    INTENDED = "intended"
    DONE = "done"
    FAILED = "failed"
    BLOCKED = "blocked"
    PROPOSED = "proposed"


class State(StrEnum):
    """The state a service is in, shown everywhere by the same word."""

    STEADY = "steady"
    SCALING = "scaling"
    COOLING = "cooling"
    WAITING = "waiting-for-approval"
    LIMITED = "limited"
    BLIND = "blind"
    HELD = "held"
    PAUSED = "paused"
    STANDBY = "standby"
    UNSCALABLE = "unscalable"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One condition as it was judged. `held` is `None` when it can't be told; `why` then says why."""

    rule: str
    metric: str
    op: str
    threshold: float
    value: float | None
    held: bool | None
    direction: str
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that changed or stopped a number: a stable code, a sentence, and the number before and after."""

    code: str
    text: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What rules and target want, before any limit. `wanted == current` means hold.

    `level` is where the signals point without steps (what stabilization remembers), `wanted` the next step there.
    `to_zero`: there has been no work for long enough, so that no replica at all is wanted.
    """

    current: int
    wanted: int
    level: int
    source: Source
    reason: str
    rules: tuple[RuleResult, ...] = ()
    blind: tuple[str, ...] = ()
    to_zero: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The guard's last word: nothing after it changes `target`."""

    current: int
    target: int
    wanted: int
    source: Source
    state: State
    reason: str
    rules: tuple[RuleResult, ...] = ()
    limits: tuple[Limit, ...] = ()

    @property
    def action(self) -> Action:
        if self.target > self.current:
            return Action.SCALE_UP
        return Action.SCALE_DOWN if self.target < self.current else Action.HOLD


@dataclass(frozen=True, slots=True)
class Hold:
    until: datetime
    reason: str
    by: str = "person"


@dataclass(frozen=True, slots=True)
class Recommendation:
    at: datetime
    wanted: int


@dataclass(frozen=True, slots=True)
class Past:
    """What deciding must remember of one service between ticks.

    `watching_since`: start of an unbroken stretch of watching. `expected`: replicas as we last left or saw them.
    `idle_since`: since when, without a break, the queue was known to hold no work.
    """

    watching_since: datetime
    iteration: int = 0
    expected: int | None = None
    last_up: datetime | None = None
    last_down: datetime | None = None
    outside_until: datetime | None = None
    hold: Hold | None = None
    failures: int = 0
    retry_at: datetime | None = None
    recommendations: tuple[Recommendation, ...] = ()
    idle_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """state: waiting | approved | rejected | expired | superseded."""

    state: str
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    verdict: str
    at: datetime
    observations: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Metadata:
    """Who advised. All `None` when rules alone decided."""

    provider: str | None = None
    model: str | None = None
    latency_ms: float | None = None
    tokens: int | None = None
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision, as recorded and as answered by the API. `id` grows by one with each decision of a home.

    `avg_cpu` is `cpu.avg` in percent; `took_ms` the time acting took. Unknown is `None`, no field is left out.
    """

    id: int
    timestamp: datetime
    iteration: int
    project: str
    service: str
    action: Action
    current_replicas: int
    target_replicas: int
    reason: str
    avg_cpu: float | None
    observations: Mapping[str, float | None]
    rules: tuple[RuleResult, ...]
    limits: tuple[Limit, ...]
    source: Source
    phase: Phase
    metadata: Metadata = Metadata()
    approval: Approval | None = None
    took_ms: float | None = None
    error: str | None = None
    outcome: Outcome | None = None
