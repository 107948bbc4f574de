"""Seconds of replicas from a real index: gaps, midnight, clocks that are changed, and what was added up before."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docktor.core.cost import HELD_S, Used, last_days, midnight
from docktor.core.world import ServiceId
from docktor.memory.index import Index
from docktor.memory.series import MetricRow
from docktor.memory.tables import connect

WEB, API = ServiceId("shop", "web"), ServiceId("shop", "api")
BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAN = float("nan")


def rows(service: ServiceId, replicas: float, since: datetime, until: datetime, step: float = 10) -> list[MetricRow]:
    """The last one is before `until`, of which it knows nothing."""
    count = int((until - since).total_seconds() / step)
    return [MetricRow(since + timedelta(seconds=step * at), service, "replicas", replicas) for at in range(count)]


def at(hours: float) -> datetime:
    """Hours after midnight of the first of March, UTC."""
    return NOON + timedelta(hours=hours - 12)


async def days(
    path: Path, written: Sequence[MetricRow], now: datetime, count: int = 1, zone: tzinfo = UTC
) -> list[dict[ServiceId, Used]]:
    """What each service used in each of the last days; the same whether it was added up beforehand or is now."""
    index = await Index.open(path, tuple, now)
    await index.add_metrics(written)
    stretches = last_days(now, count, zone)
    found = await index.used(stretches, now)
    assert found == await index.used(stretches, now) and found is not None, index.trouble
    await index.close()
    return [{service: used[place] for service, used in found.items() if place in used} for place in range(count)]


async def test_each_number_lasts_until_the_next_one(tmp_path: Path) -> None:
    written = rows(WEB, 2, at(9), at(10)) + rows(WEB, 5, at(10), at(12)) + rows(API, 1, at(11), at(12))
    other = [MetricRow(at(11), WEB, "cpu.avg", 90.0), MetricRow(at(11), WEB, "desired", 9.0)]
    (today,) = await days(tmp_path / "i.duckdb", written + other, NOON)
    assert today == {WEB: Used(2 * 3600 + 5 * 7200, 3 * 3600), API: Used(3600, 3600)}


async def test_after_five_minutes_nothing_is_known(tmp_path: Path) -> None:
    written = [MetricRow(at(hour), WEB, "replicas", 3.0) for hour in (1, 2, 2.05, 11.999)]
    (today,) = await days(tmp_path / "i.duckdb", written, NOON)
    known = 300 + 180 + 300 + 3.6
    assert today[WEB].known_s == pytest.approx(known) and today[WEB].replica_s == pytest.approx(3 * known)


async def test_a_number_that_is_none_is_not_known(tmp_path: Path) -> None:
    written = [MetricRow(at(1), WEB, "replicas", NAN), MetricRow(at(2), WEB, "replicas", 0.0)]
    (today,) = await days(tmp_path / "i.duckdb", written, NOON)
    assert today == {WEB: Used(0, 300)}, "none at all is a number, too"


async def test_what_goes_on_over_midnight_belongs_to_both_days(tmp_path: Path) -> None:
    midnight = datetime(2026, 3, 1, 23, tzinfo=UTC)  # in Berlin
    written = [MetricRow(midnight - timedelta(seconds=100), WEB, "replicas", 4.0)]
    before, after = await days(tmp_path / "i.duckdb", written, midnight + timedelta(hours=2), 2, BERLIN)
    assert (before, after) == ({WEB: Used(400, 100)}, {WEB: Used(800, 200)})


@pytest.mark.parametrize(("change", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
async def test_a_day_on_which_clocks_are_changed(tmp_path: Path, change: date, hours: int) -> None:
    begin = midnight(change, BERLIN) - timedelta(days=1)
    now = begin + timedelta(days=3, hours=2)
    found = await days(tmp_path / "i.duckdb", rows(WEB, 2, begin, now, 60), now, 4, BERLIN)
    assert found[0][WEB] == Used(2 * 86_400, 86_400)
    assert found[1][WEB] == Used(2 * hours * 3600, hours * 3600)
    assert found[2][WEB] == Used(2 * 86_400, 86_400)


async def test_what_was_added_up_stays_when_more_comes(tmp_path: Path) -> None:
    index = await Index.open(tmp_path / "i.duckdb", tuple, NOON)
    await index.add_metrics(rows(WEB, 2, at(0), at(9)))
    for _ in range(3):
        await index.flush(at(9))
    await index.add_metrics(rows(WEB, 2, at(9), at(12)))
    found = await index.used(last_days(NOON, 1, UTC), NOON)
    assert found == {WEB: {0: Used(2 * 12 * 3600, 12 * 3600)}}
    await index.close()


async def test_a_clock_that_was_wrong_for_a_while(tmp_path: Path) -> None:
    """It is added up into a far future; then the clock is set right, and the record goes on."""
    index = await Index.open(tmp_path / "i.duckdb", tuple, NOON)
    await index.add_metrics(rows(WEB, 2, at(0), at(9)))
    await index.used(last_days(at(9 + 240), 1, UTC), at(9 + 240))
    await index.flush(at(9))
    await index.add_metrics(rows(WEB, 2, at(9), at(12)))
    found = await index.used(last_days(NOON, 1, UTC), NOON)
    assert found == {WEB: {0: Used(2 * 12 * 3600, 12 * 3600)}}
    await index.close()


async def test_it_is_forgotten_with_the_metrics(tmp_path: Path) -> None:
    index = await Index.open(tmp_path / "i.duckdb", tuple, NOON)
    await index.add_metrics(rows(WEB, 2, at(0), at(12)))
    await index.used(last_days(NOON, 1, UTC), NOON)
    await index.prune((), at(10))
    found = await index.used(last_days(NOON, 1, UTC), NOON)
    assert found == {WEB: {0: Used(2 * 7200, 7200)}}
    await index.close()


async def test_an_index_of_an_earlier_docktor_gets_the_table(tmp_path: Path) -> None:
    path = tmp_path / "i.duckdb"
    db = connect(path)
    db.execute("INSERT INTO metrics VALUES ('2026-03-01 11:00', 'shop', 'web', 'replicas', 2)")
    db.close()
    assert await days(path, [], NOON) == [{WEB: Used(600, 300)}]


def by_hand(written: Sequence[MetricRow], begin: datetime, end: datetime) -> Used:
    replica_s = known_s = 0.0
    times = sorted(written, key=lambda row: row.at)
    for place, row in enumerate(times):
        until = min(times[place + 1].at if place + 1 < len(times) else end, row.at + timedelta(seconds=HELD_S), end)
        lasts = max((until - max(row.at, begin)).total_seconds(), 0)
        replica_s, known_s = replica_s + lasts * (row.value or 0), known_s + lasts
    return Used(replica_s, known_s)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 48 * 3600), st.integers(0, 9)), max_size=60, unique_by=lambda one: one[0]),
    st.integers(24 * 3600 + 1, 48 * 3600),
)
async def test_any_record(tmp_path_factory: pytest.TempPathFactory, record: list[tuple[int, int]], now_s: int) -> None:
    begin, now = at(-24), at(-24) + timedelta(seconds=now_s)
    written = [MetricRow(begin + timedelta(seconds=s), WEB, "replicas", float(n)) for s, n in record if s < now_s]
    found = await days(tmp_path_factory.mktemp("any") / "i.duckdb", written, now, 2)
    for used, stretch in zip(found, last_days(now, 2, UTC), strict=True):
        one, expected = used.get(WEB, Used()), by_hand(written, stretch.begin, stretch.end)
        assert one.replica_s == pytest.approx(expected.replica_s) and one.known_s == pytest.approx(expected.known_s)
        most = max([row.value or 0 for row in written], default=0)
        assert one.known_s <= (stretch.end - stretch.begin).total_seconds() and one.replica_s <= most * 86_400
