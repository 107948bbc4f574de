"""A file system that is really full or read-only: a small tmpfs of our own."""

import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from docktor.core.decision import Decision, Phase
from docktor.core.world import ServiceId
from docktor.errors import StorageError
from docktor.memory.home import Home
from docktor.memory.journal import Journal, Opened
from docktor.memory.lines import decode
from docktor.memory.overrides import Overrides
from docktor.memory.series import MetricRow
from docktor.memory.store import Store
from tests.unit.memory.making import NOON, make

WEB = ServiceId("shop", "web")
EPISODES = 5


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "docktor-test", str(disk)], check=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def fill(disk: Path, leave: int) -> Path:
    """Take all space but about `leave` bytes."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        space = os.statvfs(disk)
        file.write(b"x" * (space.f_bavail * space.f_frsize - leave))
    return filler


def append_until_full(journal: Journal, start: int) -> list[Decision]:
    kept: list[Decision] = []
    for number in range(start, start + 1000):
        decision = make(number, reason="because " * (number % 50))
        try:
            journal.append(decision)
        except StorageError as error:
            assert "the disk is full; free some space" in str(error)
            return kept
        kept.append(decision)
    pytest.fail("the disk never got full")


def test_a_full_disk_loses_nothing_that_was_acknowledged(disk: Path) -> None:
    path = disk / "decisions.jsonl"
    journal = Journal(path)
    journal.open()
    kept: list[Decision] = []
    for episode in range(EPISODES):
        filler = fill(disk, leave=20_000 + 1111 * episode)
        kept += append_until_full(journal, start=1 + 1000 * episode)
        with pytest.raises(StorageError):
            journal.append(make(999_999, reason="x" * 9000))
        filler.unlink()
        kept.append(make(900 + 1000 * episode))
        journal.append(kept[-1])
    assert [decode(entry.line) for entry in journal.entries()] == kept
    journal.close()
    again = Journal(path)
    assert again.open() == Opened(skipped=0, torn=0)
    assert [decode(entry.line) for entry in again.entries()] == kept
    again.close()


def test_a_journal_opens_on_a_full_disk_even_after_a_torn_line(disk: Path) -> None:
    path = disk / "decisions.jsonl"
    journal = Journal(path)
    journal.open()
    journal.append(make(1))
    journal.close()
    with path.open("ab") as file:
        file.write(b'{"id":2,"timest')
    fill(disk, leave=0)
    again = Journal(path)
    assert again.open() == Opened(skipped=0, torn=15)
    assert [decode(entry.line) for entry in again.entries()] == [make(1)]
    again.close()


def test_trimming_on_a_full_disk_changes_nothing(disk: Path) -> None:
    path = disk / "decisions.jsonl"
    journal = Journal(path)
    journal.open()
    for number in range(1, 101):
        journal.append(make(number))
    fill(disk, leave=0)
    before = path.read_bytes()
    with pytest.raises(StorageError, match="disk is full"):
        journal.trim(NOON + timedelta(seconds=10))
    assert path.read_bytes() == before
    assert [file.name for file in disk.iterdir() if file.name.endswith(".new")] == []
    journal.close()


def test_settings_of_a_person_stay_as_they_were_on_a_full_disk(disk: Path) -> None:
    overrides = Overrides(disk / "overrides.json")
    overrides.open()
    fill(disk, leave=0)
    with pytest.raises(StorageError, match="disk is full"):
        overrides.set_hold(WEB, None)
    assert not (disk / "overrides.json").exists()


def test_a_read_only_disk_is_told(disk: Path) -> None:
    path = disk / "decisions.jsonl"
    journal = Journal(path)
    journal.open()
    journal.close()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(StorageError, match="the file system is read-only"):
        Journal(path).open()
    with pytest.raises(StorageError, match="the file system is read-only"):
        Home(disk / "home").create()


async def test_journal_and_index_recover_by_themselves_when_there_is_space_again(disk: Path) -> None:
    home = Home(disk)
    store = await Store.open(home, NOON)
    now = NOON
    kept: list[Decision] = []
    for _ in range(EPISODES):
        filler = fill(disk, leave=60_000)
        with pytest.raises(StorageError, match="the disk is full"):
            while True:
                decision = make(store.next_id(), phase=Phase.DONE)
                await store.record(decision)
                kept.append(decision)
                await store.add_metrics([MetricRow(now, WEB, f"m{n}", n) for n in range(200)])
                await store.flush(now)
        assert store.state()[0] == "degraded"
        assert await store.decisions(limit=3) is not None  # questions are still answered
        filler.unlink()
        kept.append(make(store.next_id()))
        await store.record(kept[-1])
        now += timedelta(minutes=1)
        await store.flush(now)
        assert store.state() == ("ok", None)
        assert list(await store.decisions(limit=500)) == kept[::-1][:500]
    await store.close()
    again = await Store.open(home, now)
    assert again.notes == ()
    assert list(await again.decisions(limit=500)) == kept[::-1][:500]
    await again.close()
