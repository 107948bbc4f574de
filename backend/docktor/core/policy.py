"""What a person wants of one service. Immutable values."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from docktor.core.decision import Action
from docktor.core.world import ServiceId


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


_BOLDNESS = (Mode.OFF, Mode.OBSERVE, Mode.REVIEW, Mode.AUTO)


def timid(one: Mode, other: Mode) -> Mode:
    """The one of the two that does less."""
    return min(one, other, key=_BOLDNESS.index)


def bold(one: Mode, other: Mode) -> Mode:
    """The one of the two that does more."""
    return max(one, other, key=_BOLDNESS.index)


@dataclass(frozen=True, slots=True)
class Modes:
    """How far Docktor may go each way."""

    up: Mode
    down: Mode

    @classmethod
    def both(cls, mode: Mode) -> Self:
        return cls(mode, mode)

    @property
    def boldest(self) -> Mode:
        """How far it may go at all."""
        return bold(self.up, self.down)

    @property
    def plain(self) -> str | dict[str, str]:
        """As it is written down: `auto`, or `{up: auto, down: review}`."""
        return self.up.value if self.up is self.down else {"up": self.up.value, "down": self.down.value}

    def at_most(self, most: Mode) -> "Modes":
        return Modes(timid(self.up, most), timid(self.down, most))

    def __str__(self) -> str:
        """`auto`, or `up auto, down review`."""
        return self.up.value if self.up is self.down else f"up {self.up}, down {self.down}"


class Prefer(StrEnum):
    """What to err towards: fewer replicas, or room for what may come."""

    CHEAP = "cheap"
    BALANCED = "balanced"
    FAST = "fast"


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
    `approval_expires`: how long a proposal waits for a person. `mode_up`, `mode_down`: for one direction, where it is
    not to go as far as `mode`. `forecast`: whether a forecast may raise what the target wants; `horizon`: how far ahead
    that looks, `None`: as long as a replica takes to be ready. `learns_patience`: how long fewer replicas have to be
    wanted is learned (`Past.calm`) instead of `stabilization.down`. `price`: of one replica for an hour.
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
    approval_expires: float = 900.0
    mode_up: Mode | None = None
    mode_down: Mode | None = None
    prefer: Prefer = Prefer.BALANCED
    forecast: bool = True
    horizon: float | None = None
    learns_patience: bool = False
    price: float | None = None

    def mode_for(self, action: Action) -> Mode:
        """How far it may go that way: as far as `mode` lets it, and the mode of that direction if there is one."""
        own = {Action.SCALE_UP: self.mode_up, Action.SCALE_DOWN: self.mode_down}.get(action)
        return self.mode if own is None else timid(own, self.mode)

    @property
    def modes(self) -> Modes:
        return Modes(self.mode_for(Action.SCALE_UP), self.mode_for(Action.SCALE_DOWN))

    def under(self, modes: Modes) -> "Policy":
        """The same with other modes."""
        if modes.up is modes.down:
            return replace(self, mode=modes.up, mode_up=None, mode_down=None)
        return replace(self, mode=modes.boldest, mode_up=modes.up, mode_down=modes.down)

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
