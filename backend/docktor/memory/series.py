"""The history of metrics: written, and asked for a chart. Blocking; one thread at a time."""

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import duckdb

from docktor.core.world import ServiceId
from docktor.memory.values import batches, clean, naive

Point = tuple[datetime, float | None]
Points = tuple[Point, ...]
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


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What is left of a stretch of time: how many rows, the first and last, and where its extremes were."""

    rows: int
    first: datetime
    last: datetime
    low_at: datetime | None
    low: float | None
    high_at: datetime | None
    high: float | None

    @property
    def points(self) -> Iterator[Point]:
        """The lowest and the highest value, each at its own time; one if they are the same, `None` if absent."""
        if self.low_at is None or self.high_at is None:
            yield self.first, None
            return
        yield from sorted({(self.low_at, self.low), (self.high_at, self.high)}, key=lambda point: point[0])


def metrics(
    connection: duckdb.DuckDBPyConnection, service: ServiceId, since: datetime, until: datetime, max_points: int
) -> Mapping[str, Points]:
    """Each metric's points from `since` until before `until`, oldest first; see Index.metrics."""
    span = [clean(service.project), clean(service.name), naive(since), naive(until)]
    where = "FROM metrics WHERE project = $1 AND service = $2 AND ts >= $3 AND ts < $4"
    counts = connection.execute(f"SELECT count(*) {where} GROUP BY metric", span).fetchall()
    if max((row[0] for row in counts), default=0) <= max_points:
        series: dict[str, list[Point]] = {}
        rows = connection.execute(f"SELECT metric, ts, value {where} ORDER BY metric, ts", span)
        for metric, at, value in rows.fetchall():
            series.setdefault(metric, []).append((_utc(at), value))
        return {metric: _with_gaps(points) for metric, points in series.items()}
    width = math.ceil((until - since).total_seconds() * 1e6 / max(1, max_points // 2 - 1))
    rows = connection.execute(
        "SELECT metric, epoch_us(ts) // $5 AS stretch, count(*), min(ts), max(ts), arg_min(ts, value), min(value),"
        f" arg_max(ts, value), max(value) {where} GROUP BY ALL ORDER BY metric, stretch",
        [*span, width],
    )
    thinned: dict[str, list[_Stretch]] = {}
    for metric, _, count, first, last, low_at, low, high_at, high in rows.fetchall():
        one = _Stretch(count, _utc(first), _utc(last), low_at and _utc(low_at), low, high_at and _utc(high_at), high)
        thinned.setdefault(metric, []).append(one)
    return {metric: _joined(stretches, timedelta(microseconds=width)) for metric, stretches in thinned.items()}


def history(
    connection: duckdb.DuckDBPyConnection, service: ServiceId, since: datetime, until: datetime, names: Sequence[str]
) -> Mapping[str, Points]:
    """Every point of these metrics as it was written, from `since` until before `until`, oldest first."""
    query = (
        "SELECT metric, ts, value FROM metrics WHERE project = $1 AND service = $2 AND ts >= $3 AND ts < $4"
        " AND metric IN (SELECT unnest($5::VARCHAR[])) ORDER BY metric, ts"
    )
    span = [clean(service.project), clean(service.name), naive(since), naive(until), [*map(clean, names)]]
    series: dict[str, list[Point]] = {}
    for metric, at, value in connection.execute(query, span).fetchall():
        series.setdefault(metric, []).append((_utc(at), value))
    return {metric: tuple(points) for metric, points in series.items()}


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)


def _joined(stretches: Sequence[_Stretch], width: timedelta) -> Points:
    """Their points, `None` in each pause that is too long to be an accident and can be seen at that scale."""
    steps = [(one.last - one.first) / (one.rows - 1) for one in stretches if one.rows > 1]
    longest = max(_GAP * statistics.median_low(steps), width) if steps else _GAP * width
    shown: list[Point] = []
    for before, one in zip([None, *stretches], stretches, strict=False):
        if before is not None and one.first - before.last > longest:
            shown.append((before.last + (one.first - before.last) / 2, None))
        shown += one.points
    return tuple(shown)


def _with_gaps(points: Sequence[Point]) -> Points:
    """A `None` point inside every stretch without points that is too long to be an accident."""
    if len(points) < _GAP:
        return tuple(points)
    usual = statistics.median_low((after[0] - before[0]).total_seconds() for before, after in pairwise(points))
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
    points: dict[OneMetric, list[Point]] = {one: [] for one in wanted}
    for place, stretch, value in found:
        points[wanted[place]].append((EPOCH + timedelta(microseconds=stretch * width), value))
    return {one: _with_gaps(found) for one, found in points.items()}
