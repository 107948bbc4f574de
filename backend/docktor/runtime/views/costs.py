"""What replicas cost, and what would suit better."""

from dataclasses import dataclass
from datetime import datetime

from docktor.core.cost import Day
from docktor.core.tips import Tip


@dataclass(frozen=True, slots=True)
class CostView:
    """A service's days, oldest first, the last one is today up to now. `price`: of one replica for an hour.

    `money` is in whatever the price is in, `None` without one. A day with less `known_hours` than it has hours is
    recorded in part, and its `replica_hours` are those of that part.
    """

    project: str
    service: str
    price: float | None
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class AdviceView:
    """Drawn from what was recorded from `since` to `until`; of so many hours of that there is a record."""

    since: datetime
    until: datetime
    hours_known: float
    advice: tuple[Tip, ...]
