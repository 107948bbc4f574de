"""The recorded past, decided once more."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from docktor.core.decision import Limit


class ChangeView(BaseModel):
    """One change of the number of replicas. `limits`: what made it another than was wanted."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    at: datetime
    before: int = Field(alias="from")
    after: int = Field(alias="to")
    reason: str
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class ReplayedView:
    """What would have been decided.

    `replicas`: (time, number) whenever it is another one, and at the end. `metric`, `threshold`: what `minutes_above`
    goes by; `points`: that metric as it would have been, `None` where unknown. `flaps`: changes against the one before
    within five minutes. `limited`: how often max_replicas kept it from growing. `blind_minutes`: a metric of the rules
    was unknown, or nothing is recorded. Of `changes` there are 1000 at most, and 720 of `points`.
    """

    changes: tuple[ChangeView, ...]
    replicas: tuple[tuple[datetime, int], ...]
    metric: str | None
    threshold: float | None
    points: tuple[tuple[datetime, float | None], ...]
    changes_count: int
    minutes_above: float
    replica_hours: float
    flaps: int
    limited: int
    blind_minutes: float


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that makes the answer worth less. `path`: the part of the rules it is about, if any."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class ReplayView:
    """`hours_found`: from the first to the last that is recorded of the time asked for."""

    now: ReplayedView
    proposed: ReplayedView | None
    assumptions: tuple[str, ...]
    hours_found: float
    problems: tuple[Remark, ...]
