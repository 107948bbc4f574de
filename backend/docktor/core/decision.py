"""From a wish to a decision on record, and what is remembered between ticks. Immutable values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from docktor.core.pulse import Pulse
from docktor.core.roles import PERSON


class Action(StrEnum):
    SCALE_UP = "scale_up"
    SCALE_DOWN = "scale_down"
    HOLD = "hold"


def action_of(current: int, target: int) -> Action:
    """What comes of going from one number of replicas to the other."""
    if target > current:
        return Action.SCALE_UP
    return Action.SCALE_DOWN if target < current else Action.HOLD


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


class Proposal(NamedTuple):
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


class Verdict(NamedTuple):
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
        return action_of(self.current, self.target)


@dataclass(frozen=True, slots=True)
class Hold:
    until: datetime
    reason: str
    by: str = PERSON


class Recommendation(NamedTuple):
    at: datetime
    wanted: int


class Past(NamedTuple):
    """What deciding must remember of one service between ticks.

    `watching_since`: start of an unbroken stretch of watching. `expected`: replicas as we last left or saw them.
    `idle_since`: since when, without a break, the queue was known to hold no work. `pulse`: of the target's load.
    `calm`: seconds that fewer replicas have to be wanted before they are, as learned from changes that were taken back.
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
    pulse: Pulse | None = None
    calm: float = 120.0


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
    """Who advised. All `None` when nobody was asked.

    `advice`: what the model said. `chosen`: the replicas it chose, `None` for no advice; `failure` then says why.
    `changed`: whether the number would have been another without it.
    """

    provider: str | None = None
    model: str | None = None
    latency_ms: float | None = None
    tokens: int | None = None
    advice: str | None = None
    chosen: int | None = None
    changed: bool | None = None
    failure: str | None = None


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
