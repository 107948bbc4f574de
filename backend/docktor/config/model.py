"""What configuration comes to: immutable values that say where they are from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from docktor.compose.document import Value
from docktor.core.advisor import AdvisorPolicy
from docktor.core.policy import Condition, Mode, Op, Policy
from docktor.core.world import ServiceId
from docktor.errors import Problem

DEFAULT = "default"
FILE = "docktor.yaml"
FLAG = "flag"
ENVIRONMENT = "environment"
LABEL = "label"

CPU_HIGH = 75.0
CPU_LOW = 20.0
DEFAULT_UP = (Condition("cpu.avg", Op.GE, CPU_HIGH),)
DEFAULT_DOWN = (Condition("cpu.avg", Op.LE, CPU_LOW),)


def _nothing() -> Mapping[str, Value]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Flags:
    """What the command line says about configuration; `None`: nothing."""

    config: Path | None = None
    compose_file: Path | None = None
    service: str | None = None
    project: str | None = None
    manual: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """One value in effect and its source: default, docktor.yaml, flag, environment or label.

    `path` is the name it has in docktor.yaml, without `services[n]`.
    """

    path: str
    value: object
    source: str


@dataclass(frozen=True, slots=True)
class Ceilings:
    """What labels may not leave."""

    min_replicas: int = 1
    max_replicas: int = 10
    mode: Mode = Mode.AUTO


@dataclass(frozen=True, slots=True)
class Retention:
    """Days that decisions and metric history are kept."""

    decisions_days: int = 365
    metrics_days: int = 30


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A place to read numbers from. `options` are the kind's own, references replaced: they may hold secrets.

    `metric`: the name the number has in rules, `None` for a queue, which gives `queue.*`. `number`: which of the
    kind's numbers that is, `None` for its main one. `timeout`: seconds for one read.
    """

    kind: str
    options: Mapping[str, Value] = field(repr=False)
    timeout: float = 5.0
    metric: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One service that the configuration names: its policy, and where each value of it comes from.

    `written`: what docktor.yaml says of it, as an item of `services`; nothing if it doesn't. `shown`: the blocks of
    that which are no settings. Both without secrets.
    """

    policy: Policy
    settings: tuple[Setting, ...]
    sources: tuple[SourceEntry, ...] = ()
    shown: Mapping[str, Value] = field(default_factory=_nothing)
    written: Mapping[str, Value] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything in force. `source` is the docktor.yaml read, `None` when there is none.

    `watched`: files whose change asks for a new reading. `general`: values that belong to no service, fit to show.
    `only_service`, `only_project`: the flags that narrow what is managed. `llm`: `None` when no
    model is to advise. `notifications` may hold secrets.
    """

    source: Path | None
    project: str | None
    compose_file: Path | None
    entries: tuple[Entry, ...]
    general: tuple[Setting, ...]
    watched: tuple[Path, ...]
    warnings: tuple[Problem, ...] = ()
    retention: Retention = Retention()
    label_ceilings: Ceilings = Ceilings()
    only_service: str | None = None
    only_project: str | None = None
    llm: AdvisorPolicy | None = None
    notifications: Mapping[str, Value] = field(default_factory=_nothing, repr=False)
    spoken_policies: tuple[str, ...] = ()

    @property
    def policies(self) -> tuple[Policy, ...]:
        return tuple(entry.policy for entry in self.entries)

    def entry(self, service: ServiceId) -> Entry | None:
        return next((entry for entry in self.entries if entry.policy.service == service), None)


def tidy(value: object) -> object:
    """10.0 as 10: a whole number of seconds needs no decimals."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
