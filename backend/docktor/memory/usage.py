"""Seconds of replicas, from the recorded number of replicas. Blocking; one thread at a time.

Seconds of a past quarter of an hour never change and are kept in a table of their own: a month of fifty services is
thirteen million recorded numbers. Every time zone's midnight is at the end of such a quarter.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import duckdb

from docktor.core.cost import HELD_S, Stretch, Used
from docktor.core.world import ServiceId
from docktor.memory.values import naive

QUARTER_S = 900
LATE = timedelta(minutes=1)
"""Numbers are written a few seconds after they were seen."""
AT_ONCE = timedelta(days=1)

_TABLE = (
    "CREATE TABLE IF NOT EXISTS usage"
    " (ts TIMESTAMP, project VARCHAR, service VARCHAR, replica_s DOUBLE, known_s DOUBLE)"
)
_UNTIL = "usage_until"
# $1 and $2: from and until before when, in microseconds. $3: how long a number lasts, $4: a quarter of an hour.
# What lasts over the end of one quarter is parted in two, never in more.
_QUARTERS = """
    WITH held AS (
        SELECT project, service, value, greatest(epoch_us(ts), $1) AS began,
               least(epoch_us(ts) + $3, $2,
                     lead(epoch_us(ts), 1, $2) OVER (PARTITION BY project, service ORDER BY ts)) AS ended
        FROM metrics
        WHERE metric = 'replicas' AND value IS NOT NULL AND ts >= make_timestamp($1 - $3) AND ts < make_timestamp($2)
    ), parts AS (
        SELECT project, service, value, began // $4 + half AS quarter,
               least(ended, (began // $4 + half + 1) * $4) - greatest(began, (began // $4 + half) * $4) AS lasts
        FROM held, (VALUES (0), (1)) halves(half)
    )
    SELECT make_timestamp(quarter * $4) AS ts, project, service,
           sum(value * lasts) / 1e6 AS replica_s, sum(lasts) / 1e6 AS known_s
    FROM parts WHERE lasts > 0 GROUP BY ALL
"""
_DAYS = """
    SELECT project, service, place, sum(replica_s), sum(known_s)
    FROM (SELECT ts, project, service, replica_s, known_s FROM usage WHERE ts >= $5 AND ts < make_timestamp($1)
          UNION ALL SELECT ts, project, service, replica_s, known_s FROM late)
    JOIN (SELECT unnest($6::BIGINT[]) AS place, unnest($7::TIMESTAMP[]) AS first, unnest($8::TIMESTAMP[]) AS after)
      ON ts >= first AND ts < after
    GROUP BY ALL
"""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table where it is not there yet. Raises duckdb.Error."""
    connection.execute(_TABLE)


def settle(connection: duckdb.DuckDBPyConnection, now: datetime) -> bool:
    """Add up the past quarters of an hour that were not yet, a day at most; whether there are more of them."""
    last = _quarter(now - LATE)
    since = _settled(connection)
    if since is None or since == last:
        return False
    until = min(since + AT_ONCE, last)
    connection.execute("BEGIN")
    if since < until:
        connection.execute(f"INSERT INTO usage {_QUARTERS}", _span(since, until))
    else:  # the clock was set back: what was added up since then comes again
        connection.execute("DELETE FROM usage WHERE ts >= $1", [naive(until)])
    connection.execute("DELETE FROM meta WHERE key = $1", [_UNTIL])
    connection.execute("INSERT INTO meta VALUES ($1, $2)", [_UNTIL, until.isoformat()])
    connection.execute("COMMIT")
    return until < last


def used(connection: duckdb.DuckDBPyConnection, stretches: Sequence[Stretch]) -> Mapping[ServiceId, Mapping[int, Used]]:
    """Of every service that is recorded: what it used, by the place of the stretch among them; oldest first, gapless.

    A number lasts until the next one, but for five minutes at the most. `settle` has to be done first.
    """
    begin, end = stretches[0].begin, stretches[-1].end
    settled = min(max(_settled(connection) or begin, _quarter(begin)), end)
    found = connection.execute(
        f"WITH late AS ({_QUARTERS}) {_DAYS}",
        [
            *_span(settled, end),
            naive(begin),
            list(range(len(stretches))),
            [naive(one.begin) for one in stretches],
            [naive(one.end) for one in stretches],
        ],
    ).fetchall()
    services: dict[ServiceId, dict[int, Used]] = {}
    for project, service, place, replica_s, known_s in found:
        services.setdefault(ServiceId(project, service), {})[place] = Used(replica_s, known_s)
    return services


def forget(connection: duckdb.DuckDBPyConnection, before: datetime) -> None:
    connection.execute("DELETE FROM usage WHERE ts < $1", [naive(before)])


def _settled(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """Until when it is added up; where nothing is yet, when the record begins, `None` without any."""
    row = connection.execute("SELECT value FROM meta WHERE key = $1", [_UNTIL]).fetchone()
    if row is not None:
        return datetime.fromisoformat(row[0])
    first = connection.execute("SELECT min(ts) FROM metrics WHERE metric = 'replicas'").fetchone()
    return _quarter(first[0].replace(tzinfo=UTC)) if first and first[0] else None


def _quarter(at: datetime) -> datetime:
    """When the quarter of an hour began."""
    at = at.astimezone(UTC)
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)


def _span(since: datetime, until: datetime) -> list[object]:
    return [_us(since), _us(until), int(HELD_S * 1e6), int(QUARTER_S * 1e6)]


def _us(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
