"""What the replicas of the services cost, by day, from the record."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo

from docktor.core.cost import Day, Used, cost, last_days
from docktor.core.world import ServiceId
from docktor.memory.store import Store
from docktor.runtime.clock import Clock
from docktor.runtime.keeper import Keeper


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


class Costing:
    """`zone`: days are cut at its midnight."""

    def __init__(self, keepers: Mapping[ServiceId, Keeper], store: Store, clock: Clock, zone: tzinfo) -> None:
        self._keepers = keepers
        self._store = store
        self._clock = clock
        self._zone = zone

    async def answer(self, days: int, project: str | None, service: str | None) -> tuple[CostView, ...]:
        """By name, every service that is kept or was recorded in those days; those of `project`, called `service`."""
        now = self._clock.now()
        stretches = last_days(now, days, self._zone)
        used = await self._store.used(stretches, now)
        return tuple(
            CostView(
                one.project,
                one.name,
                price := self._price(one),
                tuple(
                    _rounded(cost(stretch, used.get(one, {}).get(place, Used()), price))
                    for place, stretch in enumerate(stretches)
                ),
            )
            for one in sorted({*self._keepers, *used})
            if project in (None, one.project) and service in (None, one.name)
        )

    def _price(self, service: ServiceId) -> float | None:
        keeper = self._keepers.get(service)
        return keeper.policy.price if keeper else None


def _rounded(day: Day) -> Day:
    money = None if day.money is None else round(day.money, 6)
    return replace(day, replica_hours=round(day.replica_hours, 4), money=money, known_hours=round(day.known_hours, 4))
