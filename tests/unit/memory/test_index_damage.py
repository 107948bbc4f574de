"""A file that is damaged, of another version, or held by somebody: what can be had is had, and nothing is lost."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from docktor.errors import StorageError
from docktor.memory.index import Index
from docktor.memory.lines import Entry
from docktor.memory.series import MetricRow
from tests.unit.memory.indexing import WEB, entries, ids, made, second
from tests.unit.memory.making import NOON, make


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
