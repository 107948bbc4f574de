"""A glance at every managed service: its driving metric, the threshold, and few points."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from docktor.core.policy import Target
from docktor.core.world import ServiceId
from docktor.memory.index import Index
from docktor.memory.series import MetricRow
from docktor.runtime.glance import MOST_POINTS, threshold
from tests.runtime.stage import API, POLICY, WEB
from tests.serving import Served
from tests.unit.api.test_routes import problem

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def test_every_managed_service_and_its_driving_metric(served: Served) -> None:
    for name in ("web", "worker"):
        await served.http.post(f"/api/projects/demo/services/{name}/check")
    glances = {one["service"]: one for one in (await served.http.get("/api/glance")).json()}
    (project,) = (await served.http.get("/api/projects")).json()
    managed = [service for service in project["services"] if service["managed"]]
    assert glances.keys() == {service["name"] for service in managed} != set()
    for service in managed:
        found = glances[service["name"]]
        assert found.keys() == {"project", "service", "metric", "threshold", "points"}
        assert (found["project"], found["metric"]) == ("demo", service["driving_metric"])
        assert isinstance(found["threshold"], float)
        assert len(found["points"]) <= MOST_POINTS


@pytest.mark.parametrize("minutes", ["0", "-1", "nan", "inf", "1441", "x"])
async def test_minutes_that_are_none(served: Served, minutes: str) -> None:
    problem(await served.http.get("/api/glance", params={"minutes": minutes}), 422)


def test_the_threshold_is_where_more_replicas_come() -> None:
    assert threshold(POLICY, "cpu.avg") == 75
    assert threshold(POLICY, "memory.avg") is None
    assert threshold(POLICY, None) is None
    without = replace(POLICY, up_when=())
    assert threshold(without, "cpu.avg") == 20
    assert threshold(replace(without, target=Target("cpu.avg", 60)), "cpu.avg") == 60


def rows(service: ServiceId, metric: str, seconds: range, value: float | None) -> list[MetricRow]:
    return [MetricRow(NOON + timedelta(seconds=at), service, metric, value) for at in seconds]


async def test_few_points_keep_peaks_and_gaps(tmp_path: Path) -> None:
    index = await Index.open(tmp_path / "docktor.duckdb", tuple, NOON)
    web, api, idle = (WEB, "cpu.avg"), (API, "queue.backlog"), (API, "cpu.avg")
    await index.add_metrics(rows(*web, range(0, 1200, 10), 40) + rows(*web, range(1800, 3540, 10), 50))
    await index.add_metrics([MetricRow(NOON + timedelta(seconds=305), *web, 99)])
    await index.add_metrics(rows(*api, range(0, 600, 10), None) + rows(*api, range(600, 3540, 10), 7))
    await index.add_metrics(rows(WEB, "memory.avg", range(0, 3540, 10), 1))
    found = await index.glance([web, api, idle], NOON, NOON + 59 * MINUTE, 60)
    assert found is not None
    points = found[web]
    assert [value for _, value in points] == [40] * 5 + [99] + [40] * 14 + [None] + [50] * 29
    assert points[0][0] == NOON and NOON + 20 * MINUTE < points[20][0] < NOON + 30 * MINUTE
    assert [value for _, value in found[api]] == [None] * 10 + [7] * 49
    assert [at for at, _ in found[api]] == [NOON + at * MINUTE for at in range(59)]
    assert found[idle] == ()
    assert await index.glance([], NOON, NOON + MINUTE, 60) == {}
    await index.close()


@pytest.mark.parametrize("seconds", [1, 59, 600, 3600, 86_400])
async def test_never_more_than_asked_for(tmp_path: Path, seconds: int) -> None:
    index = await Index.open(tmp_path / "docktor.duckdb", tuple, NOON)
    begin = timedelta(seconds=seconds / 7)
    stray = [MetricRow(NOON + begin + timedelta(seconds=seconds * at / 997), WEB, "cpu.avg", at) for at in range(997)]
    await index.add_metrics(one for at, one in enumerate(stray) if at % 200 < 80)
    found = await index.glance([(WEB, "cpu.avg")], NOON + begin, NOON + begin + timedelta(seconds=seconds), 60)
    assert found is not None
    points = found[WEB, "cpu.avg"]
    assert 20 < len(points) <= 60
    assert [at for at, _ in points] == sorted({at for at, _ in points})
    assert sum(value is None for _, value in points) == 4
    await index.close()
