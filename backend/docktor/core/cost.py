"""What replicas cost: replica-hours of a day, and money where an hour of a replica has a price. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

HELD_S = 300.0
"""So many seconds a number of replicas is taken to last at most; after that, what there was is not known."""
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A day in some time zone, from `begin` until before `end` (both UTC); today ends now."""

    date: date
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Used:
    """Seconds of replicas in a stretch, and of how many of its seconds the number of replicas is known."""

    replica_s: float = 0.0
    known_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Day:
    """`money`: `None` without a price. `known_hours`: hours of the day of which the number of replicas is known."""

    date: date
    replica_hours: float
    money: float | None
    known_hours: float


def last_days(now: datetime, count: int, zone: tzinfo) -> tuple[Stretch, ...]:
    """Today up to `now` and the days before it, `count` in all, oldest first; cut at midnight of `zone`.

    A day has 23 or 25 hours where the clocks are changed.
    """
    today = now.astimezone(zone).date()
    dates = [today - timedelta(days=back) for back in range(count - 1, -1, -1)]
    begins = [midnight(one, zone) for one in dates]
    ends = [*begins[1:], now.astimezone(UTC)]
    return tuple(Stretch(*one) for one in zip(dates, begins, ends, strict=True))


def midnight(day: date, zone: tzinfo) -> datetime:
    """When the day begins there, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def cost(stretch: Stretch, used: Used, price: float | None) -> Day:
    """`price`: of one replica for an hour."""
    hours = used.replica_s / HOUR_S
    return Day(stretch.date, hours, None if price is None else hours * price, used.known_s / HOUR_S)


@dataclass(frozen=True, slots=True)
class Meter:
    """Adds up replica-hours as they pass, look by look."""

    at: datetime | None = None
    replicas: int = 0
    hours: float = 0.0

    def look(self, now: datetime, replicas: int) -> "Meter":
        """With one more look: the number seen before has lasted until now, but for five minutes at the most."""
        lasted = 0.0 if self.at is None else min(max((now - self.at).total_seconds(), 0.0), HELD_S)
        return Meter(now, replicas, self.hours + self.replicas * lasted / HOUR_S)
