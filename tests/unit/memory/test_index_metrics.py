"""The history of metrics in the index: gaps, and what is left where there are too many points."""

import math
from collections.abc import Iterable
from pathlib import Path

import pytest

from docktor.core.world import ServiceId
from docktor.memory.index import Index
from docktor.memory.series import MetricRow
from tests.unit.memory.indexing import WEB, entries, made, second
from tests.unit.memory.making import NOON, make


async def metric_index(path: Path, values: Iterable[tuple[float, float | None]]) -> Index:
    index = await Index.open(path, entries(), NOON)
    await index.add_metrics([MetricRow(NOON + second(at), WEB, "cpu.avg", value) for at, value in values])
    return index


async def test_metrics_come_back_as_added_absent_ones_as_none(path: Path) -> None:
    index = await metric_index(path, [(0, 1.5), (10, None), (20, math.nan), (30, 4)])
    await index.add_metrics([MetricRow(NOON, ServiceId("shop", "other"), "cpu.avg", 9)])
    found = await index.metrics(WEB, NOON, NOON + second(31))
    assert found == {
        "cpu.avg": ((NOON, 1.5), (NOON + second(10), None), (NOON + second(20), None), (NOON + second(30), 4.0))
    }
    assert await index.metrics(WEB, NOON + second(10), NOON + second(20)) == {"cpu.avg": ((NOON + second(10), None),)}
    assert await index.metrics(ServiceId("shop", "nobody"), NOON, NOON + second(99)) == {}
    await index.close()


async def test_of_many_points_peaks_and_dips_are_left_at_their_times(path: Path) -> None:
    values = [(i, 50.0 + i % 3) for i in range(1000)]
    values[503], values[707] = (503, 99.0), (707, 1.0)
    index = await metric_index(path, values)
    found = await index.metrics(WEB, NOON, NOON + second(1000), 100)
    assert found is not None
    points = found["cpu.avg"]
    assert 80 < len(points) <= 100
    assert {(NOON + second(503), 99.0), (NOON + second(707), 1.0)} < set(points)
    assert {(at, value) for at, value in points} <= {(NOON + second(at), value) for at, value in values}
    assert [at for at, _ in points] == sorted({at for at, _ in points})
    again = await index.metrics(WEB, NOON + second(7), NOON + second(1007), 100)
    assert set(points[4:]) == set((again or {})["cpu.avg"][-len(points[4:]) :]), "a chart that moves on doesn't jump"
    await index.close()


async def test_gaps_stay_gaps_when_thinned_out(path: Path) -> None:
    absent = [(i, None) for i in range(300, 400)]
    index = await metric_index(path, [*((i, 1.0) for i in range(300)), *absent, *((i, 3.0) for i in range(700, 1000))])
    found = await index.metrics(WEB, NOON, NOON + second(1000), 50)
    assert found is not None
    points = found["cpu.avg"]
    assert len(points) <= 50
    between = [value for at, value in points if NOON + second(301) <= at < NOON + second(399)]
    assert between and set(between) == {None}
    silent = [value for at, value in points if NOON + second(400) <= at < NOON + second(700)]
    assert silent == [None]
    assert points[0] == (NOON, 1.0)
    assert points[-1][1] == 3.0
    await index.close()


@pytest.mark.parametrize("points", [60, 61, 720, 2000])
async def test_a_day_with_ten_minutes_missing(path: Path, points: int) -> None:
    irregular = [(at + at % 3, 40.0 + at % 7) for at in range(0, 86_400, 15) if not 40_000 <= at < 40_600]
    index = await metric_index(path, irregular)
    found = await index.metrics(WEB, NOON, NOON + second(86_400), points)
    assert found is not None
    nulls = [at for at, value in found["cpu.avg"] if value is None]
    assert len(found["cpu.avg"]) <= points + 1
    if points >= 720:
        (null,) = nulls
        assert NOON + second(40_000) < null < NOON + second(40_600)
    else:
        assert nulls == [], "it is less than a stretch"
    await index.close()


async def test_a_pause_in_raw_points_is_shown_as_a_gap(path: Path) -> None:
    index = await metric_index(path, [(0, 1), (10, 1), (20, 1), (120, 2), (130, 2)])
    found = await index.metrics(WEB, NOON, NOON + second(200))
    assert found is not None
    assert [value for _, value in found["cpu.avg"]] == [1, 1, 1, None, 2, 2]
    found = await index.metrics(WEB, NOON + second(10), NOON + second(125))
    assert [value for _, value in (found or {})["cpu.avg"]] == [1, 1, None, 2]
    await index.close()


async def test_metrics_and_decisions_survive_closing(path: Path) -> None:
    await made(path, make(1), metrics=2500)
    index = await Index.open(path, entries(make(1)), NOON)
    found = await index.metrics(WEB, NOON, NOON + second(2500), 5000)
    assert found is not None
    assert len(found["cpu.avg"]) == 2500
    await index.close()
