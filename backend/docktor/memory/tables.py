"""The index's tables and the questions put to them. Blocking; one thread at a time."""

import math
import statistics
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, pairwise
from pathlib import Path
from typing import TypeVar

import duckdb

from docktor.core.decision import Decision
from docktor.core.world import ServiceId
from docktor.memory.lines import Entry, decode, encode
from docktor.memory.places import Places

SCHEMA = 1
Points = tuple[tuple[datetime, float | None], ...]
T = TypeVar("T")

# Little memory and few threads: the index serves questions, the machine belongs to the services.
# It needs no file but its own. No primary key below: that index is what has been breaking in DuckDB.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "memory_limit": "48MB",
    "enable_external_access": False,
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
}
_TABLES = """
    CREATE TABLE meta (key VARCHAR, value VARCHAR);
    CREATE TABLE decisions (id BIGINT, ts TIMESTAMP, project VARCHAR, service VARCHAR, action VARCHAR,
                            crc BIGINT, line VARCHAR);
    CREATE TABLE metrics (ts TIMESTAMP, project VARCHAR, service VARCHAR, metric VARCHAR, value DOUBLE);
"""
_BATCH = 1000
_END = (2**63, 0)  # above every id
# A pause this many times longer than the usual one between two points is a gap, not an irregular tick.
_GAP = 3
LONGEST_LIST = 1000


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One value of one metric of a service; `None`: it was absent then."""

    at: datetime
    service: ServiceId
    metric: str
    value: float | None


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open or create the file. Raises duckdb.Error."""
    connection = duckdb.connect(str(path), config=_CONFIG)
    try:
        settings = connection.execute("SELECT name FROM duckdb_settings() WHERE name = 'async_threads'")
        if settings.fetchall():  # from 2.0 on: eight threads that a local file has no use for
            connection.execute("SET async_threads = 1")
        if not _table_names(connection):
            connection.execute(f"BEGIN; {_TABLES} INSERT INTO meta VALUES ('schema', '{SCHEMA}'); COMMIT")
    except duckdb.Error:
        connection.close()
        raise
    return connection


def schema(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Which version of the tables the file holds; `None` when it says none."""
    if "meta" not in _table_names(connection):
        return None
    row = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    return None if row is None else str(row[0])


def _table_names(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {str(row[0]) for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}


def sync(connection: duckdb.DuckDBPyConnection, entries: Iterable[Entry]) -> int:
    """Make the decisions equal to the journal's, which come by id; answers how many had to change.

    Raises duckdb.Error.
    """
    known = _known(connection)
    if known is None:
        connection.execute("DELETE FROM decisions")
        known = Places()
    stale: list[int] = []
    gone: list[int] = []
    count = 0
    for batch in _batches(_changed(iter(known), entries, stale, gone)):
        connection.execute("BEGIN")
        forget(connection, stale)
        stale.clear()
        _insert(connection, batch)
        connection.execute("COMMIT")
        count += len(batch)
    forget(connection, gone)
    return count + len(gone)


def _known(connection: duckdb.DuckDBPyConnection) -> Places | None:
    """The checksum of each line that is there; `None` when an id is there twice."""
    known = Places()
    found = connection.execute("SELECT id, crc FROM decisions ORDER BY id")
    while rows := found.fetchmany(_BATCH):
        for number, crc in rows:
            if not known.put(number, crc):
                return None
    return known


def _changed(
    known: Iterator[tuple[int, int]], entries: Iterable[Entry], stale: list[int], gone: list[int]
) -> Iterator[tuple[Decision, bytes]]:
    """What is new or other than it was; `stale` gets the ids of the latter, `gone` those that are no more."""
    number, crc = next(known, _END)
    for entry in entries:
        while number < entry.id:
            gone.append(number)
            number, crc = next(known, _END)
        was, is_known = crc, number == entry.id
        if is_known:
            number, crc = next(known, _END)
        if is_known and was == zlib.crc32(entry.line):
            continue
        try:
            decision = decode(entry.line)
        except ValueError:
            if is_known:
                gone.append(entry.id)
            continue
        if is_known:
            stale.append(entry.id)
        yield decision, entry.line
    gone += [number, *(left for left, _ in known)] if number != _END[0] else []


def upsert(connection: duckdb.DuckDBPyConnection, decision: Decision) -> None:
    """Put in a decision, or its newer form."""
    connection.execute("BEGIN")
    connection.execute("DELETE FROM decisions WHERE id = $1", [decision.id])
    _insert(connection, [(decision, encode(decision))])
    connection.execute("COMMIT")


def _insert(connection: duckdb.DuckDBPyConnection, rows: Sequence[tuple[Decision, bytes]]) -> None:
    connection.execute(
        "INSERT INTO decisions SELECT unnest($1::BIGINT[]), unnest($2::TIMESTAMP[]), unnest($3::VARCHAR[]),"
        " unnest($4::VARCHAR[]), unnest($5::VARCHAR[]), unnest($6::BIGINT[]), unnest($7::VARCHAR[])",
        [
            [decision.id for decision, _ in rows],
            [_naive(decision.timestamp) for decision, _ in rows],
            [_clean(decision.project) for decision, _ in rows],
            [_clean(decision.service) for decision, _ in rows],
            [decision.action.value for decision, _ in rows],
            [zlib.crc32(line) for _, line in rows],
            [line.decode() for _, line in rows],
        ],
    )


def forget(connection: duckdb.DuckDBPyConnection, ids: Iterable[int]) -> None:
    """Delete these decisions."""
    for batch in _batches(ids):
        connection.execute("DELETE FROM decisions WHERE id IN (SELECT unnest($1::BIGINT[]))", [batch])


def forget_metrics(connection: duckdb.DuckDBPyConnection, before: datetime) -> None:
    connection.execute("DELETE FROM metrics WHERE ts < $1", [_naive(before)])
    connection.execute("CHECKPOINT")


def add_metrics(connection: duckdb.DuckDBPyConnection, rows: Sequence[MetricRow]) -> None:
    connection.execute("BEGIN")
    for batch in _batches(rows):
        connection.execute(
            "INSERT INTO metrics SELECT unnest($1::TIMESTAMP[]), unnest($2::VARCHAR[]),"
            " unnest($3::VARCHAR[]), unnest($4::VARCHAR[]), unnest($5::DOUBLE[])",
            [
                [_naive(row.at) for row in batch],
                [_clean(row.service.project) for row in batch],
                [_clean(row.service.name) for row in batch],
                [_clean(row.metric) for row in batch],
                [row.value if row.value is not None and math.isfinite(row.value) else None for row in batch],
            ],
        )
    connection.execute("COMMIT")


def decisions(
    connection: duckdb.DuckDBPyConnection,
    *,
    project: str | None,
    service: str | None,
    action: str | None,
    before: int | None,
    limit: int,
) -> tuple[Decision, ...]:
    """Newest first, at most 1000."""
    wanted = {"project = ?": project, "service = ?": service, "action = ?": action, "id < ?": before}
    tests = {test: value for test, value in wanted.items() if value is not None}
    where = f"WHERE {' AND '.join(tests)}" if tests else ""
    # Ids first: sorting whole lines would not fit into the memory allowed.
    chosen = f"SELECT id FROM decisions {where} ORDER BY id DESC LIMIT ?"
    query = f"SELECT line FROM decisions WHERE id IN ({chosen}) ORDER BY id DESC"
    values = [_clean(value) if isinstance(value, str) else value for value in tests.values()]
    rows = connection.execute(query, [*values, max(0, min(limit, LONGEST_LIST))]).fetchall()
    return tuple(decode(row[0].encode()) for row in rows)


def decision(connection: duckdb.DuckDBPyConnection, number: int) -> Decision | None:
    row = connection.execute("SELECT line FROM decisions WHERE id = ?", [number]).fetchone()
    return None if row is None else decode(row[0].encode())


def metrics(
    connection: duckdb.DuckDBPyConnection, service: ServiceId, since: datetime, until: datetime, max_points: int
) -> Mapping[str, Points]:
    """Each metric's points from `since` until before `until`, oldest first; see Index.metrics."""
    span = [_clean(service.project), _clean(service.name), _naive(since), _naive(until)]
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


def history(
    connection: duckdb.DuckDBPyConnection, service: ServiceId, since: datetime, until: datetime, names: Sequence[str]
) -> Mapping[str, Points]:
    """Every point of these metrics as it was written, from `since` until before `until`, oldest first."""
    query = (
        "SELECT metric, ts, value FROM metrics WHERE project = $1 AND service = $2 AND ts >= $3 AND ts < $4"
        " AND metric IN (SELECT unnest($5::VARCHAR[])) ORDER BY metric, ts"
    )
    span = [_clean(service.project), _clean(service.name), _naive(since), _naive(until), [*map(_clean, names)]]
    series: dict[str, list[tuple[datetime, float | None]]] = {}
    for metric, at, value in connection.execute(query, span).fetchall():
        series.setdefault(metric, []).append((at.replace(tzinfo=UTC), value))
    return {metric: tuple(points) for metric, points in series.items()}


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


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _clean(text: str) -> str:
    """DuckDB takes no half characters (lone surrogates), a JSON text may hold them."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
