"""What the replicas of the services cost, by day, and what would suit them better, from the record."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from docktor.core.cost import Day, Used, cost, last_days
from docktor.core.demand import minutes_of
from docktor.core.rightsize import Size, advise, recorded_names
from docktor.core.world import USUAL_START_UP_S, ServiceId, Snapshot
from docktor.memory.store import Store
from docktor.runtime.clock import Clock
from docktor.runtime.keeper import Keeper
from docktor.runtime.views import AdviceView, CostView

ADVICE_DAYS = 7
_DAY = timedelta(days=1)


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

    async def advice(self, keeper: Keeper) -> AdviceView:
        """From the last seven days, minute by minute."""
        until, service = self._clock.now().replace(second=0, microsecond=0), keeper.service
        names = recorded_names(keeper.policy)
        series: dict[str, list[tuple[datetime, float | None]]] = {name: [] for name in names}
        for back in range(ADVICE_DAYS, 0, -1):
            since = until - back * _DAY
            for name, points in (await self._store.minutes(service, since, names)).items():
                series[name] += points
        size = _size(keeper.seen.snapshot if keeper.seen else None)
        minutes = await asyncio.to_thread(minutes_of, series)
        tips = await asyncio.to_thread(advise, keeper.policy, size, minutes)
        return AdviceView(until - ADVICE_DAYS * _DAY, until, round(len(minutes) / 60, 2), tips)

    def _price(self, service: ServiceId) -> float | None:
        keeper = self._keepers.get(service)
        return keeper.policy.price if keeper else None


def _size(seen: Snapshot | None) -> Size:
    """The smallest limits of the replicas that were last seen; none if one has none."""
    replicas = seen.state.replicas if seen else ()
    return Size(
        _least([one.cpu_limit for one in replicas]),
        _least([one.memory_limit for one in replicas]),
        seen.horizon if seen else USUAL_START_UP_S,
    )


def _least(limits: Sequence[float | None]) -> float | None:
    known = [one for one in limits if one is not None]
    return min(known) if known and len(known) == len(limits) else None


def _rounded(day: Day) -> Day:
    money = None if day.money is None else round(day.money, 6)
    return replace(day, replica_hours=round(day.replica_hours, 4), money=money, known_hours=round(day.known_hours, 4))
