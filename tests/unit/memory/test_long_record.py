"""What keeps a long record cheap: places by id, and trimming that doesn't read what it needn't."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from docktor.core.record import to_dict
from docktor.memory.journal import Journal
from docktor.memory.lines import encode
from docktor.memory.places import Places
from docktor.memory.trim import kept_lines, older_than
from tests.unit.memory.making import NOON, make


@given(st.lists(st.tuples(st.integers(1, 12) | st.integers(1, 2**63 - 1), st.integers(0, 2**63 - 1))))
def test_places_are_a_dict_in_the_order_of_ids(given_: Sequence[tuple[int, int]]) -> None:
    places, plain = Places(), dict[int, int]()
    for key, number in given_:
        assert places.put(key, number) == (key not in plain)
        plain[key] = number
    assert list(places) == sorted(plain.items())
    assert (len(places), places.last_id) == (len(plain), max(plain, default=0))


def test_a_clock_that_once_was_years_ahead_keeps_nothing_from_being_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    ahead = [make(number, timestamp=NOON + timedelta(days=3650)) for number in range(1, 6)]
    with path.open("wb") as file:
        for decision in (*ahead, *(make(number) for number in range(6, 2000))):
            file.write(encode(decision) + b"\n")
    assert older_than(path, NOON + timedelta(seconds=1000), ()) == frozenset(range(6, 1000))


def test_a_later_line_of_what_is_forgotten_goes_with_it_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    days = [make(number, timestamp=NOON + timedelta(days=number)) for number in range(1, 3000)]
    foreign = json.dumps({"reason": "first", **to_dict(days[1])}).encode()
    torn = b'{"id":3,"timestamp":'
    lines = [*(encode(one) for one in days), foreign, torn, encode(days[2])]
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    dropped = older_than(path, NOON + timedelta(days=9.5), {4})
    assert dropped == frozenset({1, 2, 3, 5, 6, 7, 8, 9})
    left = [line.rstrip(b"\n") for line in kept_lines(path, dropped)]
    assert left == [encode(days[3]), *(encode(one) for one in days[9:]), torn]


def test_the_journal_trims_so(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "decisions.jsonl")
    journal.open()
    for number in range(1, 30):
        journal.append(make(number, timestamp=NOON + timedelta(days=number)))
    assert journal.trim(NOON + timedelta(days=9.5)) == frozenset(range(1, 10))
    assert [entry.id for entry in journal.entries()] == list(range(10, 30))
    journal.close()
