"""The index's tables and the questions put to them. Blocking; one thread at a time."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from docktor.core.decision import Decision
from docktor.memory.lines import Entry, decode, encode
from docktor.memory.places import Places
from docktor.memory.values import BATCH, batches, clean, naive
from docktor.memory.wanted import ALIKE, Wanted, searched

SCHEMA = 1

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
                            crc BIGINT, line VARCHAR,
                            phase VARCHAR, source VARCHAR, text VARCHAR);
    CREATE TABLE metrics (ts TIMESTAMP, project VARCHAR, service VARCHAR, metric VARCHAR, value DOUBLE);
"""
_LATER = ("phase", "source", "text")
"""Columns that a file made by an earlier Docktor lacks; its metrics are worth keeping, so it is not made anew."""
_TESTS = {
    **{name: f"{name} = ?" for name in ALIKE},
    "text": "contains(text, ?)",
    "since": "ts >= ?",
    "before": "id < ?",
}
_END = (2**63, 0)  # above every id
LONGEST_LIST = 1000


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
    for column in _LATER:
        connection.execute(f"ALTER TABLE decisions ADD COLUMN IF NOT EXISTS {column} VARCHAR")
    known = _known(connection)
    if known is None:
        connection.execute("DELETE FROM decisions")
        known = Places()
    stale: list[int] = []
    gone: list[int] = []
    count = 0
    for batch in batches(_changed(iter(known), entries, stale, gone)):
        connection.execute("BEGIN")
        forget(connection, stale)
        stale.clear()
        _insert(connection, batch)
        connection.execute("COMMIT")
        count += len(batch)
    forget(connection, gone)
    return count + len(gone)


def _known(connection: duckdb.DuckDBPyConnection) -> Places | None:
    """The checksum of each line that is there; `None` when an id is there twice, or a row is from before `_LATER`."""
    known = Places()
    if connection.execute("SELECT 1 FROM decisions WHERE text IS NULL LIMIT 1").fetchone():
        return None
    found = connection.execute("SELECT id, crc FROM decisions ORDER BY id")
    while rows := found.fetchmany(BATCH):
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
        "INSERT INTO decisions (id, ts, project, service, action, crc, line, phase, source, text)"
        " SELECT unnest($1::BIGINT[]), unnest($2::TIMESTAMP[]), unnest($3::VARCHAR[]),"
        " unnest($4::VARCHAR[]), unnest($5::VARCHAR[]), unnest($6::BIGINT[]), unnest($7::VARCHAR[]),"
        " unnest($8::VARCHAR[]), unnest($9::VARCHAR[]), unnest($10::VARCHAR[])",
        [
            [decision.id for decision, _ in rows],
            [naive(decision.timestamp) for decision, _ in rows],
            [clean(decision.project) for decision, _ in rows],
            [clean(decision.service) for decision, _ in rows],
            [decision.action.value for decision, _ in rows],
            [zlib.crc32(line) for _, line in rows],
            [line.decode() for _, line in rows],
            [decision.phase.value for decision, _ in rows],
            [decision.source.value for decision, _ in rows],
            [clean(searched(decision.project, decision.service, decision.reason)) for decision, _ in rows],
        ],
    )


def forget(connection: duckdb.DuckDBPyConnection, ids: Iterable[int]) -> None:
    """Delete these decisions."""
    for batch in batches(ids):
        connection.execute("DELETE FROM decisions WHERE id IN (SELECT unnest($1::BIGINT[]))", [batch])


def decisions(connection: duckdb.DuckDBPyConnection, wanted: Wanted, limit: int) -> tuple[Decision, ...]:
    """Newest first, at most 1000."""
    tests = {_TESTS[name]: _value(name, value) for name, value in wanted.items() if value is not None}
    where = f"WHERE {' AND '.join(tests)}" if tests else ""
    # Ids first: sorting whole lines would not fit into the memory allowed.
    chosen = f"SELECT id FROM decisions {where} ORDER BY id DESC LIMIT ?"
    query = f"SELECT line FROM decisions WHERE id IN ({chosen}) ORDER BY id DESC"
    rows = connection.execute(query, [*tests.values(), max(0, min(limit, LONGEST_LIST))]).fetchall()
    return tuple(decode(row[0].encode()) for row in rows)


def _value(name: str, value: object) -> object:
    if isinstance(value, datetime):
        return naive(value)
    if isinstance(value, str):
        return clean(value.casefold() if name == "text" else value)
    return value


def decision(connection: duckdb.DuckDBPyConnection, number: int) -> Decision | None:
    row = connection.execute("SELECT line FROM decisions WHERE id = ?", [number]).fetchone()
    return None if row is None else decode(row[0].encode())
