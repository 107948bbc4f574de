"""What the numbers of every kind mean."""

import asyncio
import re
from collections.abc import Mapping

import pytest

from docktor.core.signals import Point, fault_of, rates
from docktor.signals.base import Provider, Total
from tests.signals.contract.owed import Hands, reader, shows


async def test_what_waits_what_is_in_flight_and_what_is_finished(rig: Hands) -> None:
    async with reader(rig) as one:
        await shows(rig, one, backlog=0)
        await rig.put(7)
        await shows(rig, one, backlog=7, **({"in_flight": 0, "lag": 7} if rig.tells_in_flight else {}))
        waiting = 7
        if rig.hands_out:
            await rig.hand_out(2)
            await shows(rig, one, backlog=5, **({"in_flight": 2, "lag": 7} if rig.tells_in_flight else {}))
            waiting = 5
        await rig.finish(2)
        found = await shows(rig, one, backlog=5, **({"in_flight": 0, "lag": 5} if rig.tells_in_flight else {}))
        assert waiting == 5 or not rig.hands_out
        assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in found)
        assert not any(fault_of(value) for value in found.values())
        if rig.purges:
            await rig.purge()
            await shows(rig, one, backlog=0)


async def test_totals_grow_by_what_was_done_and_rates_are_never_negative(rig: Hands) -> None:
    if not rig.counts:
        pytest.skip("the server of this kind counts nothing up")
    points: list[Point] = []

    async def noted(one: Provider, **expected: float) -> Mapping[str, float]:
        totals = {
            name: value for name, value in (await shows(rig, one, **expected)).items() if isinstance(value, Total)
        }
        points.append(Point(len(points), totals))
        return totals

    async with reader(rig) as one:
        before = await noted(one, backlog=0)
        await rig.put(7)
        came = await noted(one, backlog=7, rate_in=before.get("rate_in", 0) + 7)
        if rig.hands_out:
            await rig.hand_out(3)
        await rig.finish(3)
        await noted(one, backlog=4, rate_in=came["rate_in"], rate_out=before.get("rate_out", 0) + 3)
        if rig.purges:
            await rig.purge()
            await noted(one, backlog=0)
        await restart(rig)
        await noted(one)
        await rig.put(1)
        await noted(one)
    for count in range(1, len(points) + 1):
        assert all(rate >= 0 for rate in rates(points[:count], 60).values())
    assert points[1].totals.keys() >= {"rate_in"}


async def restart(rig: Hands) -> None:
    await rig.close()
    rig.server.kill()
    await asyncio.to_thread(rig.server.start)
    await rig.make()
