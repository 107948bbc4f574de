"""Decisions in the index: as recorded, found by what they are, equal to the journal."""

import json
from datetime import timedelta, timezone
from pathlib import Path

import duckdb
import pytest

from docktor.core.decision import Action, Phase
from docktor.core.record import to_dict
from docktor.memory.index import Index
from docktor.memory.journal import Journal
from docktor.memory.lines import Entry
from docktor.memory.series import MetricRow
from docktor.memory.wanted import Wanted
from tests.unit.memory.indexing import WEB, entries, ids, made, second
from tests.unit.memory.making import NOON, make


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


async def test_closed_it_answers_nothing_and_does_nothing(path: Path) -> None:
    index = await Index.open(path, entries(make(1)), NOON)
    await index.close()
    await index.close()
    await index.record(make(2))
    await index.prune([1], NOON)
    assert await index.decisions() is None
    assert await index.flush(NOON) == ()
