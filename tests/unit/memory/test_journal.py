import json
import os
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docktor.core.decision import Action, Decision, Metadata, Phase
from docktor.core.world import ServiceId
from docktor.errors import StorageError
from docktor.memory.journal import Journal, Opened
from docktor.memory.lines import decode, encode
from tests.unit.memory.making import NOON, PERHAPS, TEXTS, make


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "decisions.jsonl"


def opened(path: Path) -> Journal:
    journal = Journal(path)
    journal.open()
    return journal


def filled(path: Path, *decisions: Decision) -> Journal:
    journal = opened(path)
    for decision in decisions:
        journal.append(decision)
    return journal


def held(journal: Journal) -> list[Decision]:
    return [decode(entry.line) for entry in journal.entries()]


def test_what_was_appended_is_there_after_reopening(path: Path) -> None:
    filled(path, make(1), make(2)).close()
    again = opened(path)
    assert held(again) == [make(1), make(2)]
    assert again.last_id == 2
    again.close()


def test_the_file_has_one_line_of_plain_json_per_append_and_is_private(path: Path) -> None:
    journal = filled(path, make(1, phase=Phase.INTENDED), make(1, reason="zwei\nZeilen \u2028 é"))
    lines = path.read_bytes().split(b"\n")
    assert [json.loads(line)["phase"] for line in lines[:-1]] == ["intended", "done"]
    assert lines[-1] == b""
    assert path.stat().st_mode & 0o777 == 0o600
    journal.close()


FEW = st.builds(make, st.integers(1, 4), project=TEXTS, reason=TEXTS, phase=st.sampled_from(Phase), avg_cpu=PERHAPS)


@given(st.lists(FEW, max_size=8))
@settings(max_examples=50)
def test_any_decisions_come_back_the_last_line_of_an_id_counting(decisions: list[Decision]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "decisions.jsonl"
        filled(path, *decisions).close()
        again = opened(path)
        last = {decision.id: decision for decision in decisions}
        assert held(again) == [last[number] for number in sorted(last)]
        again.close()


def test_an_intent_is_open_until_another_line_of_its_id(path: Path) -> None:
    intents = [make(number, phase=Phase.INTENDED) for number in (1, 2, 3)]
    journal = filled(path, *intents, make(1, phase=Phase.FAILED), make(3))
    assert journal.open_intents == (intents[1],)
    journal.close()
    again = opened(path)
    assert list(again.open_intents) == [intents[1]]
    again.append(make(2))
    assert list(again.open_intents) == []
    again.close()


def test_the_last_finished_scales_of_each_service_are_known(path: Path) -> None:
    up, down = make(1), make(2, action=Action.SCALE_DOWN)
    worker = make(3, service="worker")
    others = (
        make(4, phase=Phase.FAILED),
        make(5, action=Action.HOLD),
        make(6, phase=Phase.INTENDED),
    )
    journal = filled(path, make(7, service="other", phase=Phase.BLOCKED), up, down, worker, *others)
    last = {service.name: (one.past.last_up, one.past.last_down) for service, one in journal.scales.items()}
    assert last == {"web": (up.timestamp, down.timestamp), "worker": (worker.timestamp, None)}
    journal.close()
    again = opened(path)
    assert again.scales == journal.scales
    again.close()


def test_patience_is_learned_from_each_finished_scale_once(path: Path) -> None:
    """From 120 s: a tenth less for having shrunk, twice as much for having grown again at once."""
    down, up = make(1, action=Action.SCALE_DOWN), make(2)
    said = replace(up, metadata=Metadata(advice="what a model had said of it"))
    journal = filled(path, replace(down, phase=Phase.INTENDED), down, make(3, phase=Phase.FAILED), up, said)
    journal.close()
    again = opened(path)
    for one in (journal, again):
        assert one.scales[ServiceId("shop", "web")].past.calm == pytest.approx(216)
    again.close()


def test_the_last_decision_of_each_service_is_known(path: Path) -> None:
    web, worker = ServiceId("shop", "web"), ServiceId("shop", "worker")
    noted_late = make(1, reason="what a model had said of it")
    held = make(4, action=Action.HOLD, phase=Phase.BLOCKED)
    journal = filled(path, make(1), make(2, service="worker"), make(3, phase=Phase.INTENDED), make(3), held, noted_late)
    assert journal.newest == {web: held, worker: make(2, service="worker")}
    journal.close()
    again = opened(path)
    assert again.newest == journal.newest
    again.append(make(5, service="worker"))
    assert again.newest[worker].id == 5
    again.trim(NOON + timedelta(seconds=4.5))
    assert again.newest == {worker: make(5, service="worker")}, "what is forgotten is not shown"
    again.close()


def test_ids_go_on_after_the_highest_and_are_never_given_twice(path: Path) -> None:
    filled(path, make(41), make(7)).close()
    journal = opened(path)
    given_out: list[int] = []

    def take() -> None:
        for _ in range(200):
            given_out.append(journal.next_id())

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given_out) == list(range(42, 842))
    journal.close()


def test_appends_from_many_threads_are_all_whole(path: Path) -> None:
    journal = opened(path)

    def append_some(start: int) -> None:
        for number in range(start, start + 25):
            journal.append(make(number))

    threads = [threading.Thread(target=append_some, args=(start,)) for start in (1, 101, 201, 301)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(held(journal)) == 100
    assert Journal(path).open() == Opened(skipped=0, torn=0)
    journal.close()


def test_a_torn_last_line_is_cut_off_and_kept_beside(path: Path) -> None:
    filled(path, make(1), make(2)).close()
    half = encode(make(3))[:100]
    with path.open("ab") as file:
        file.write(half)
    journal = Journal(path)
    assert journal.open() == Opened(skipped=0, torn=100)
    assert path.with_name("decisions.jsonl.torn").read_bytes() == half + b"\n"
    journal.append(make(3))
    assert held(journal) == [make(1), make(2), make(3)]
    journal.close()


def test_a_last_line_that_only_lacks_its_newline_is_kept(path: Path) -> None:
    path.write_bytes(encode(make(1)) + b"\n" + encode(make(2)))
    journal = filled(path, make(3))
    assert held(journal) == [make(1), make(2), make(3)]
    assert not path.with_name("decisions.jsonl.torn").exists()
    journal.close()


@pytest.mark.parametrize(
    "rubbish",
    [
        b"not json",
        b"{}",
        b"[1]",
        b"\x00" * 50,
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"id":' + b"9" * 5000 + b"}",
        b'{"id":0,"timestamp":"","project":"","service":"","action":"hold","phase":"done"}',
        b'{"id":5,"timestamp":"","project":"","service":"","action":["hold"],"phase":"done"}',
    ],
)
def test_an_unreadable_line_in_the_middle_is_passed_over_and_left_alone(path: Path, rubbish: bytes) -> None:
    content = encode(make(1)) + b"\n" + rubbish + b"\n\n" + encode(make(2)) + b"\n"
    path.write_bytes(content)
    journal = Journal(path)
    assert journal.open() == Opened(skipped=1, torn=0)
    assert held(journal) == [make(1), make(2)]
    assert path.read_bytes() == content
    journal.close()


WHOLE = b"".join(
    encode(decision) + b"\n"
    for decision in (
        make(1, phase=Phase.INTENDED),
        make(1),
        make(2, phase=Phase.INTENDED, reason="ü"),
        make(3, action=Action.HOLD),
    )
)


@given(st.integers(0, len(WHOLE)))
def test_cut_anywhere_only_the_line_that_was_cut_is_lost(length: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "decisions.jsonl"
        path.write_bytes(WHOLE[:length])
        journal = Journal(path)
        assert journal.open().skipped == 0
        lines = path.read_bytes().splitlines()
        untouched = WHOLE[:length].count(b"\n")
        assert len(lines) >= untouched
        assert lines == WHOLE.splitlines()[: len(lines)]
        journal.append(make(9))
        assert held(journal)[-1] == make(9)
        journal.close()
        assert Journal(path).open() == Opened(skipped=0, torn=0)


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_one_damaged_byte_never_prevents_opening_and_harms_at_most_two_lines(place: int, flip: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[place] ^= flip
    with TemporaryDirectory() as folder:
        path = Path(folder) / "decisions.jsonl"
        path.write_bytes(damaged)
        journal = Journal(path)
        found = journal.open()
        assert found.skipped + bool(found.torn) <= 2
        torn = path.with_name("decisions.jsonl.torn")
        known = path.read_bytes() + (torn.read_bytes() if found.torn else b"")
        for line in bytes(damaged).splitlines():
            assert line in known  # nothing is thrown away
        journal.append(make(9))
        assert make(9) in journal.decisions()
        journal.close()


@given(st.binary(max_size=300))
def test_any_bytes_at_all_can_be_opened_and_written_after(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "decisions.jsonl"
        path.write_bytes(content)
        journal = filled(path, make(9))
        assert held(journal) == [make(9)]
        journal.close()


def test_removed_while_open_it_goes_on_in_a_new_file(path: Path) -> None:
    journal = filled(path, make(1))
    path.unlink()
    journal.append(make(2))
    assert [json.loads(line)["id"] for line in path.read_text().splitlines()] == [2]
    assert journal.next_id() == 3
    journal.close()


def test_moved_away_while_open_it_goes_on_under_its_own_name(path: Path) -> None:
    journal = filled(path, make(1))
    path.rename(path.with_name("old"))
    journal.append(make(2))
    assert held(journal) == [make(2)]
    journal.close()


def test_cut_by_somebody_while_open_the_next_line_starts_clean(path: Path) -> None:
    journal = filled(path, make(1), make(2))
    os.truncate(path, path.stat().st_size - 20)
    journal.append(make(3))
    assert held(journal) == [make(1), make(3)]
    assert Journal(path).open().skipped == 0
    journal.close()


def test_a_folder_that_vanished_is_said_and_recovered_from(path: Path) -> None:
    home = path.parent / "home"
    home.mkdir()
    journal = filled(home / "decisions.jsonl", make(1))
    away = home.rename(path.parent / "away")
    with pytest.raises(StorageError, match=r"cannot use .*decisions\.jsonl"):
        journal.append(make(2))
    away.rename(home)
    journal.append(make(2))
    assert held(journal) == [make(1), make(2)]
    journal.close()


def test_a_path_that_is_a_folder_is_refused(path: Path) -> None:
    path.mkdir()
    with pytest.raises(StorageError, match="cannot use"):
        Journal(path).open()


def test_closed_it_refuses_to_append(path: Path) -> None:
    journal = filled(path, make(1))
    journal.close()
    with pytest.raises(StorageError, match="not open"):
        journal.append(make(2))


def test_decisions_are_found_newest_first_by_project_service_action_and_id(path: Path) -> None:
    journal = filled(
        path,
        make(1, phase=Phase.INTENDED),
        make(1),
        make(2, service="worker"),
        make(3, project="blog"),
        make(4, action=Action.HOLD),
        make(5),
    )

    def ids(found: object) -> list[int]:
        assert isinstance(found, list)
        return [decision.id for decision in found]

    assert ids(journal.decisions()) == [5, 4, 3, 2, 1]
    assert ids(journal.decisions(limit=2)) == [5, 4]
    assert ids(journal.decisions(before=4, limit=2)) == [3, 2]
    assert ids(journal.decisions(project="shop", service="web", action="scale_up")) == [5, 1]
    assert journal.decisions(before=2) == [make(1)]
    journal.close()


def test_trimming_forgets_what_is_old_and_nothing_else(path: Path) -> None:
    journal = filled(
        path,
        make(1, phase=Phase.INTENDED),
        make(1),
        make(2, phase=Phase.INTENDED),
        make(50),
        make(60, phase=Phase.INTENDED),
        make(60),
    )
    with path.open("ab") as file:
        file.write(b"rubbish\n")
    dropped = journal.trim(NOON + timedelta(seconds=55))
    assert dropped == {1, 50}
    assert held(journal) == [make(2, phase=Phase.INTENDED), make(60)]
    assert b"rubbish\n" in path.read_bytes()
    journal.append(make(61))
    journal.close()
    again = opened(path)
    assert [decision.id for decision in held(again)] == [2, 60, 61]
    assert [decision.id for decision in again.open_intents] == [2]
    again.close()


def test_trimming_everything_keeps_the_last_so_that_ids_go_on(path: Path) -> None:
    journal = filled(path, make(1), make(2))
    assert journal.trim(NOON + timedelta(days=1)) == {1}
    journal.close()
    again = opened(path)
    assert again.next_id() == 3
    again.close()


def test_nothing_to_trim_leaves_the_file_alone(path: Path) -> None:
    journal = filled(path, make(1))
    before = path.stat().st_ino
    assert journal.trim(NOON) == frozenset()
    assert path.stat().st_ino == before
    journal.close()
