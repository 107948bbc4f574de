"""The history of metrics: written, and asked for a chart. Blocking; one thread at a time."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import duckdb

from docktor.core.world import ServiceId
from docktor.memory.values import batches, clean, naive

Points = tuple[tuple[datetime, float | None], ...]
OneMetric = tuple[ServiceId, str]
"""One metric of one service."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# A pause this many times longer than the usual one between two points is a gap, not an irregular tick.
_GAP = 3


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One value of one metric of a service; `None`: it was absent then."""

    at: datetime
    service: ServiceId
    metric: str
    value: float | None


def add_metrics(connection: duckdb.DuckDBPyConnection, rows: Sequence[MetricRow]) -> None:
    connection.execute("BEGIN")
    for batch in batches(rows):
        connection.execute(
            "INSERT INTO metrics SELECT unnest($1::TIMESTAMP[]), unnest($2::VARCHAR[]),"
            " unnest($3::VARCHAR[]), unnest($4::VARCHAR[]), unnest($5::DOUBLE[])",
            [
                [naive(row.at) for row in batch],
                [clean(row.service.project) for row in batch],
                [clean(row.service.name) for row in batch],
                [clean(row.metric) for row in batch],
                [row.value if row.value is not None and math.isfinite(row.value) else None for row in batch],
            ],
        )
    connection.execute("COMMIT")


def forget_metrics(connection: duckdb.DuckDBPyConnection, before: datetime) -> None:
    connection.execute("DELETE FROM metrics WHERE ts < $1", [naive(before)])
    connection.execute("CHECKPOINT")


def metrics(
    connection: duckdb.DuckDBPyConnection, service: ServiceId, since: datetime, until: datetime, max_points: int
) -> Mapping[str, Points]:
    """Each metric's points from `since` until before `until`, oldest first; see Index.metrics."""
    span = [clean(service.project), clean(service.name), naive(since), naive(until)]
    where = "FROM metrics WHERE project = $1 AND service = $2 AND ts >= $3 AND ts < $4"
    counts = connection.execute(f"SELECT count(*) {where} GROUP BY metric", span).fetchall()
    if max((row[0] for row in counts), default=0) <= max_points:
        query, extra = f"SELECT metric, ts, value {where} ORDER BY metric, ts", []
    else:
        width = max(1, math.ceil((until - since).total_seconds() * 1e6 / max_points))
        query = (
            f"SELECT metric, min(ts), avg(value) {where}"
            " GROUP BY metric, (epoch_us(ts) - epoch_us($3::TIMESTAMP)) // $5 ORDER BY 1, 2"
        )
        extra = [width]
    series: dict[str, list[tuple[datetime, float | None]]] = {}
    for metric, at, value in connection.execute(query, [*span, *extra]).fetchall():
        series.setdefault(metric, []).append((at.replace(tzinfo=UTC), value))
    return {metric: _with_gaps(points) for metric, points in series.items()}


def _with_gaps(points: Sequence[tuple[datetime, float | None]]) -> Points:
    """A `None` point inside every stretch without points that is too long to be an accident."""
    if len(points) < _GAP:
        return tuple(points)
    usual = statistics.median((after[0] - before[0]).total_seconds() for before, after in pairwise(points))
    shown = [points[0]]
    for before, after in pairwise(points):
        if (after[0] - before[0]).total_seconds() > _GAP * usual > 0:
            shown.append((before[0] + (after[0] - before[0]) / 2, None))
        shown.append(after)
    return tuple(shown)


def glance(
    connection: duckdb.DuckDBPyConnection,
    wanted: Sequence[OneMetric],
    since: datetime,
    until: datetime,
    most: int,
) -> Mapping[OneMetric, Points]:
    """The highest value in each of at most `most` equal stretches of time, the same ones for all; one question.

    A stretch begins at its point. `None`: absent all the while, or one in the middle of a gap.
    """
    width = math.ceil((until - since).total_seconds() * 1e6 / max(1, most - 1))
    found = connection.execute(
        "SELECT place, epoch_us(ts) // $1 AS stretch, max(value) FROM metrics"
        " JOIN (SELECT unnest($2::BIGINT[]) AS place, unnest($3::VARCHAR[]) AS project,"
        " unnest($4::VARCHAR[]) AS service, unnest($5::VARCHAR[]) AS metric)"
        " USING (project, service, metric) WHERE ts >= $6 AND ts < $7 GROUP BY ALL ORDER BY ALL",
        [
            width,
            list(range(len(wanted))),
            [clean(service.project) for service, _ in wanted],
            [clean(service.name) for service, _ in wanted],
            [clean(metric) for _, metric in wanted],
            naive(since),
            naive(until),
        ],
    ).fetchall()
    points: dict[OneMetric, list[tuple[datetime, float | None]]] = {one: [] for one in wanted}
    for place, stretch, value in found:
        points[wanted[place]].append((EPOCH + timedelta(microseconds=stretch * width), value))
    return {one: _with_gaps(found) for one, found in points.items()}
