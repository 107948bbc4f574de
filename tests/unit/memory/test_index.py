import asyncio
import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import timedelta, timezone
from pathlib import Path

import duckdb
import pytest

from docktor.core.decision import Action, Decision, Phase
from docktor.core.record import to_dict
from docktor.core.world import ServiceId
from docktor.errors import StorageError
from docktor.memory.index import Index
from docktor.memory.journal import Journal
from docktor.memory.lines import Entry, encode
from docktor.memory.series import MetricRow
from docktor.memory.wanted import Wanted
from tests.unit.memory.making import NOON, make

WEB = ServiceId("shop", "web")


def entries(*decisions: Decision) -> Callable[[], Iterable[Entry]]:
    return lambda: iter([Entry(decision.id, encode(decision)) for decision in decisions])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "docktor.duckdb"


async def ids(index: Index) -> list[int]:
    found = await index.decisions(limit=5000)
    assert found is not None, index.trouble
    return [decision.id for decision in found]


def second(number: float) -> timedelta:
    return timedelta(seconds=number)


async def made(path: Path, *decisions: Decision, metrics: int = 0) -> None:
    """A good file with these in it, closed."""
    index = await Index.open(path, entries(*decisions), NOON)
    await index.add_metrics(MetricRow(NOON + second(i), WEB, "cpu.avg", i) for i in range(metrics))
    await index.close()
    assert index.trouble is None


async def test_decisions_are_answered_as_they_were_recorded(path: Path) -> None:
    index = await Index.open(path, entries(), NOON)
    odd = make(3, project="\ud800", service='"; DROP TABLE decisions', reason="half \udfff")
    for decision in (make(1, phase=Phase.INTENDED), make(1), make(2, action=Action.HOLD), odd):
        await index.record(decision)
    assert await index.decisions() == (odd, make(2, action=Action.HOLD), make(1))
    assert await index.decision(1) == (make(1),)
    assert await index.decision(99) == ()
    assert await index.decisions(service=odd.service) == (odd,)
    assert await index.decisions(project=odd.project) == (odd,)
    assert index.trouble is None
    await index.close()


async def test_decisions_are_filtered_and_paged_newest_first(path: Path) -> None:
    some = [make(number, service="web" if number % 2 else "worker") for number in range(1, 21)]
    index = await Index.open(path, entries(*some, make(21, project="blog")), NOON)

    async def found(**wanted: object) -> list[int]:
        answer = await index.decisions(**wanted)  # type: ignore[arg-type] # the names vary from line to line
        return [decision.id for decision in answer or ()]

    assert await found(limit=3) == [21, 20, 19]
    assert await found(limit=3, before=19) == [18, 17, 16]
    assert await found(service="web", before=10) == [9, 7, 5, 3, 1]
    assert await found(project="blog") == [21]
    assert await found(action="hold") == []
    assert await found(limit=0) == []
    assert len(await found(limit=10_000_000)) == 21
    await index.close()


SOME = [
    make(1, reason="cpu.avg is 92 %, above 75 %"),
    make(2, reason="CPU_AVG is 100%", phase=Phase.FAILED),
    make(3, service="worker", reason="Größe \\ ohne Maß", phase=Phase.PROPOSED),
    make(4, project="blog", reason="half \udfff", action=Action.HOLD),
]
SEARCHES: list[tuple[Wanted, list[int]]] = [
    ({"text": "CPU"}, [2, 1]),
    ({"text": "cpu_avg"}, [2]),
    ({"text": "cpu.avg"}, [1]),
    ({"text": "100%"}, [2]),
    ({"text": "%"}, [2, 1]),
    ({"text": "2%"}, []),
    ({"text": "_"}, [2]),
    ({"text": "\\"}, [3]),
    ({"text": "GRÖSSE"}, [3]),
    ({"text": "Shop/W"}, [3, 2, 1]),
    ({"text": "blog/"}, [4]),
    ({"text": "shop", "phase": "failed"}, [2]),
    ({"text": "\udfff"}, [4]),
    ({"text": "\x00"}, []),
    ({"phase": "done"}, [4, 1]),
    ({"phase": "proposed", "service": "worker"}, [3]),
    ({"source": "rules", "before": 3}, [2, 1]),
    ({"source": "person"}, []),
    ({"since": NOON + timedelta(seconds=3)}, [4, 3]),
    ({"since": (NOON + timedelta(seconds=4)).astimezone(timezone(timedelta(hours=5)))}, [4]),
    ({"text": None, "phase": None, "source": None, "since": None}, [4, 3, 2, 1]),
]


@pytest.mark.parametrize(("wanted", "expected"), SEARCHES)
async def test_searches_find_the_same_in_index_and_journal(path: Path, wanted: Wanted, expected: list[int]) -> None:
    index = await Index.open(path, entries(*SOME), NOON)
    found = await index.decisions(**wanted)
    assert [one.id for one in found or ()] == expected
    await index.close()
    journal = Journal(path.with_name("decisions.jsonl"))
    journal.open()
    for one in SOME:
        journal.append(one)
    assert [one.id for one in journal.decisions(**wanted)] == expected
    journal.close()


async def test_a_file_from_before_there_were_searches_keeps_its_metrics(path: Path) -> None:
    await made(path, *SOME, metrics=10)
    with duckdb.connect(str(path)) as db:
        for column in ("phase", "source", "text"):
            db.execute(f"ALTER TABLE decisions DROP COLUMN {column}")
    index = await Index.open(path, entries(*SOME), NOON)
    assert index.trouble is None
    assert [one.id for one in await index.decisions(text="cpu", phase="failed") or ()] == [2]
    assert len((await index.metrics(WEB, NOON, NOON + second(10)) or {})["cpu.avg"]) == 10
    await index.close()
    assert not list(path.parent.glob("*.corrupt-*"))


async def test_opened_again_it_is_the_same(path: Path) -> None:
    await made(path, make(1), make(2))
    index = await Index.open(path, entries(make(1), make(2)), NOON)
    assert await ids(index) == [2, 1]
    assert index.notes == ()
    await index.close()


async def test_it_becomes_equal_to_a_journal_that_differs(path: Path) -> None:
    await made(path, make(1), make(2, phase=Phase.INTENDED), make(3), make(4))
    journal = [make(1), make(2), make(4, reason="mended"), *(make(number) for number in range(6, 3000))]
    index = await Index.open(path, entries(*journal), NOON)
    assert await index.decisions(before=6) == (make(4, reason="mended"), make(2), make(1))
    assert len(await ids(index)) == 1000
    assert await index.decision(3) == ()
    assert "took" in index.notes[0]
    await index.close()


async def test_a_line_written_in_another_form_is_taken_once(path: Path) -> None:
    line = json.dumps({**to_dict(make(1)), "newer": "é"}, ensure_ascii=False).encode()
    for notes in (("the index took 1 decisions from the journal",), ()):
        index = await Index.open(path, lambda: iter([Entry(1, line)]), NOON)
        assert await index.decisions() == (make(1),)
        assert index.notes == notes
        await index.close()


async def test_a_line_that_is_no_decision_is_left_out(path: Path) -> None:
    index = await Index.open(path, lambda: iter([Entry(1, b'{"id":1}'), *entries(make(2))()]), NOON)
    assert await ids(index) == [2]
    await index.close()


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


async def test_pruning_forgets_decisions_by_id_and_metrics_by_time(path: Path) -> None:
    index = await Index.open(path, entries(*(make(number) for number in range(1, 6))), NOON)
    await index.add_metrics(MetricRow(NOON + second(i), WEB, "cpu.avg", i) for i in range(10))
    await index.flush(NOON)
    await index.prune({1, 2, 4}, NOON + second(7))
    assert await ids(index) == [5, 3]
    found = await index.metrics(WEB, NOON, NOON + second(10))
    assert found is not None
    assert [value for _, value in found["cpu.avg"]] == [7, 8, 9]
    await index.close()


def damage(path: Path, place: float, length: int = 4096) -> None:
    with path.open("r+b") as file:
        file.seek(int(path.stat().st_size * place))
        file.write(os.urandom(length))


def cut(path: Path, share: float) -> None:
    os.truncate(path, int(path.stat().st_size * share))


def content(path: Path) -> bytes:
    return path.read_bytes()


def scribble(path: Path) -> None:
    path.write_text("hello")


DAMAGES: dict[str, Callable[[Path], None]] = {
    "start overwritten": lambda path: damage(path, 0),
    "everything overwritten": lambda path: damage(path, 0, path.stat().st_size),
    "cut in half": lambda path: cut(path, 0.5),
    "cut to 100 bytes": lambda path: os.truncate(path, 100),
    "emptied": lambda path: os.truncate(path, 0),
    "a text instead": scribble,
}


@pytest.mark.parametrize("how", DAMAGES)
async def test_a_bad_file_is_moved_aside_and_made_again(path: Path, how: str) -> None:
    decisions = [make(number) for number in range(1, 400)]
    await made(path, *decisions, metrics=5000)
    DAMAGES[how](path)
    bad = content(path)
    index = await Index.open(path, entries(*decisions), NOON)
    assert index.trouble is None
    assert await ids(index) == list(range(399, 0, -1))
    aside = path.with_name("docktor.duckdb.corrupt-20260301T120000.000000Z")
    assert content(aside) == bad
    assert "the history of metrics in it is lost" in index.notes[0]
    assert aside.name in index.notes[0]
    await index.close()


@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.7, 0.9])
async def test_damage_anywhere_in_the_middle_leaves_every_decision_readable(path: Path, place: float) -> None:
    decisions = [make(number) for number in range(1, 400)]
    await made(path, *decisions, metrics=50_000)
    damage(path, place)
    index = await Index.open(path, entries(*decisions), NOON)
    assert await ids(index) == list(range(399, 0, -1))
    # Damage in the metrics shows when they are read; then, too, everything comes back but them.
    await index.metrics(WEB, NOON, NOON + second(50_000))
    await index.flush(NOON + second(60))
    assert index.trouble is None
    assert await ids(index) == list(range(399, 0, -1))
    assert await index.metrics(WEB, NOON, NOON + second(50_000)) is not None
    await index.close()


async def test_rubbish_as_write_ahead_log_does_no_harm(path: Path) -> None:
    await made(path, make(1), make(2))
    path.with_name("docktor.duckdb.wal").write_bytes(os.urandom(5000))
    index = await Index.open(path, entries(make(1), make(2)), NOON)
    assert await ids(index) == [2, 1]
    await index.close()


async def test_a_write_ahead_log_without_its_file_is_moved_aside(path: Path) -> None:
    path.with_name("docktor.duckdb.wal").write_bytes(os.urandom(5000))
    index = await Index.open(path, entries(make(1)), NOON)
    assert await ids(index) == [1]
    assert list(path.parent.glob("*.corrupt-*.wal"))
    await index.close()


async def test_tables_of_another_version_are_moved_aside_and_made_again(path: Path) -> None:
    await made(path, make(1))
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE meta SET value = '99'")
    index = await Index.open(path, entries(make(1)), NOON)
    assert await ids(index) == [1]
    assert "version 99" in index.notes[0]
    await index.close()


async def test_somebody_elses_database_is_moved_aside_not_written_to(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 1 AS a")
    index = await Index.open(path, entries(make(1)), NOON)
    assert await ids(index) == [1]
    (aside,) = path.parent.glob("*.corrupt-*Z")
    with duckdb.connect(str(aside)) as connection:
        assert connection.execute("SELECT * FROM mine").fetchall() == [(1,)]
    await index.close()


async def test_only_the_two_newest_bad_files_are_kept(path: Path) -> None:
    for day in range(4):
        scribble(path)
        index = await Index.open(path, entries(), NOON + timedelta(days=day))
        await index.close()
    assert [file.name for file in sorted(path.parent.glob("*.corrupt-*"))] == [
        "docktor.duckdb.corrupt-20260303T120000.000000Z",
        "docktor.duckdb.corrupt-20260304T120000.000000Z",
    ]


HOLDER = """
import sys, duckdb
with duckdb.connect(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


async def test_held_by_another_process_it_says_who_and_comes_back_by_itself(path: Path) -> None:
    await made(path, make(1))
    holder = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLDER, str(path)), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"held\n"
    index = await Index.open(path, entries(make(1), make(2)), NOON)
    assert index.trouble is not None
    assert re.search(rf"in use by process {holder.pid};", index.trouble)
    await index.record(make(2))
    await index.add_metrics([MetricRow(NOON, WEB, "cpu.avg", 5)])
    assert await index.decisions() is None
    await holder.communicate(b"")
    await index.flush(NOON + second(29))
    assert index.trouble is not None  # not before half a minute has passed
    assert await index.flush(NOON + second(30)) == ("the index took 1 decisions from the journal",)
    assert index.trouble is None
    assert await ids(index) == [2, 1]
    assert await index.metrics(WEB, NOON, NOON + second(1)) == {"cpu.avg": ((NOON, 5.0),)}
    assert not list(path.parent.glob("*.corrupt-*"))
    await index.close()


async def test_a_journal_that_cannot_be_read_degrades_it(path: Path) -> None:
    def away() -> Iterable[Entry]:
        raise StorageError("cannot use the journal: gone")

    index = await Index.open(path, away, NOON)
    assert index.trouble == "cannot use the journal: gone"
    assert await index.decisions() is None
    await index.close()


async def test_a_place_that_is_not_there_degrades_it_until_it_is(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "docktor.duckdb"
    index = await Index.open(path, entries(make(1)), NOON)
    assert index.trouble is not None
    assert str(path) in index.trouble
    path.parent.mkdir()
    await index.flush(NOON + second(30))
    assert index.trouble is None
    assert await ids(index) == [1]
    await index.close()


async def test_a_clock_set_back_does_not_stop_it_from_coming_back(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "docktor.duckdb"
    index = await Index.open(path, entries(make(1)), NOON)
    path.parent.mkdir()
    await index.flush(NOON - timedelta(days=1))
    assert index.trouble is None
    await index.close()


async def test_closed_it_answers_nothing_and_does_nothing(path: Path) -> None:
    index = await Index.open(path, entries(make(1)), NOON)
    await index.close()
    await index.close()
    await index.record(make(2))
    await index.prune([1], NOON)
    assert await index.decisions() is None
    assert await index.flush(NOON) == ()
