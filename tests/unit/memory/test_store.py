import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from docktor.core.decision import Action, Hold, Phase
from docktor.core.policy import Mode, Modes
from docktor.core.world import ServiceId
from docktor.errors import StorageError
from docktor.memory.home import Home
from docktor.memory.series import MetricRow
from docktor.memory.store import Store
from tests.unit.memory.making import NOON, make

WEB = ServiceId("shop", "web")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.path.mkdir()
    return home


async def test_a_decision_goes_through_its_phases_and_is_remembered(home: Home) -> None:
    store = await Store.open(home, NOON)
    number = store.next_id()
    await store.record(make(number, phase=Phase.INTENDED))
    assert list(store.open_intents) == [make(number, phase=Phase.INTENDED)]
    await store.record(make(number))
    assert list(store.open_intents) == []
    assert await store.decisions() == (make(number),)
    assert await store.decision(number) == make(number)
    assert await store.decision(number + 1) is None
    assert store.state() == ("ok", None)
    assert store.notes == ()
    await store.close()
    again = await Store.open(home, NOON)
    assert await again.decision(number) == make(number)
    assert again.next_id() == number + 1
    assert again.notes == ()
    await again.close()


async def test_a_restart_keeps_what_cooldowns_and_people_need(home: Home) -> None:
    store = await Store.open(home, NOON)
    await store.record(make(1, target_replicas=6))
    await store.record(make(2, action=Action.SCALE_DOWN, target_replicas=5))
    await store.record(make(3, phase=Phase.FAILED, target_replicas=9))
    hold = Hold(NOON, "lunch")
    await store.set_hold(WEB, hold)
    await store.set_mode(WEB, Modes.both(Mode.REVIEW))
    await store.close()
    again = await Store.open(home, NOON)
    past = again.past(WEB)
    assert past is not None
    assert (past.last_up, past.last_down) == (NOON + timedelta(seconds=1), NOON + timedelta(seconds=2))
    assert again.past(ServiceId("shop", "worker")) is None
    assert (dict(again.holds), dict(again.modes)) == ({WEB: hold}, {WEB: Modes.both(Mode.REVIEW)})
    await again.close()


async def test_what_had_to_be_mended_is_told(home: Home) -> None:
    store = await Store.open(home, NOON)
    await store.record(make(1))
    await store.close()
    with home.decisions.open("ab") as file:
        file.write(b"rubbish\nhalf a li")
    home.overrides.write_text("{")
    home.duckdb.write_text("no database")
    again = await Store.open(home, NOON)
    told = "\n".join(again.notes)
    assert "half a line (9 bytes)" in told
    assert "1 lines" in told
    assert "overrides.json.bad" in told
    assert "docktor.duckdb.corrupt-" in told
    assert await again.decision(1) == make(1)
    assert again.state() == ("ok", None)
    await again.close()


async def test_without_the_index_decisions_come_from_the_journal(home: Home) -> None:
    home.duckdb.mkdir()
    (home.duckdb / "occupied").write_text("")
    home.path.joinpath("docktor.duckdb.corrupt-20260301T120000.000000Z").mkdir()
    home.path.joinpath("docktor.duckdb.corrupt-20260301T120000.000000Z", "too").write_text("")
    store = await Store.open(home, NOON)
    state, text = store.state()
    assert state == "degraded"
    assert text is not None
    assert str(home.duckdb) in text
    for number in (1, 2, 3):
        await store.record(make(number))
    assert await store.decisions(limit=2) == [make(3), make(2)]
    assert await store.decision(2) == make(2)
    assert await store.decision(9) is None
    await store.add_metrics([MetricRow(NOON, WEB, "cpu.avg", 1.0)])
    assert await store.metrics(WEB, NOON, NOON + timedelta(1)) == {}
    await store.flush(NOON + timedelta(minutes=1))
    assert store.state() == ("ok", None)
    assert await store.decisions(limit=2) == (make(3), make(2))
    assert await store.metrics(WEB, NOON, NOON + timedelta(1)) == {"cpu.avg": ((NOON, 1.0),)}
    await store.close()


async def test_a_journal_that_cannot_be_written_is_raised_and_told_until_it_can(home: Home) -> None:
    store = await Store.open(home, NOON)
    away = home.path.rename(home.path.with_name("away"))
    with pytest.raises(StorageError, match=r"cannot use .*decisions\.jsonl"):
        await store.record(make(1))
    assert store.state()[0] == "degraded"
    away.rename(home.path)
    await store.record(make(1))
    assert store.state() == ("ok", None)
    assert await store.decisions() == (make(1),)
    await store.close()


async def test_a_journal_that_cannot_be_opened_is_raised(home: Home) -> None:
    home.decisions.mkdir()
    with pytest.raises(StorageError, match="cannot use"):
        await Store.open(home, NOON)


async def test_recording_goes_to_its_end_even_when_the_caller_is_cancelled(home: Home) -> None:
    store = await Store.open(home, NOON)
    for number in range(1, 21):
        caller = asyncio.create_task(store.record(make(number)))
        await asyncio.sleep(0)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
    await store.close()
    again = await Store.open(home, NOON)
    assert [decision.id for decision in await again.decisions()] == list(range(20, 0, -1))
    assert again.notes == ()  # the index had them all as well
    await again.close()


async def test_many_services_record_at_once(home: Home) -> None:
    store = await Store.open(home, NOON)

    async def scale(service: str) -> None:
        for _ in range(5):
            number = store.next_id()
            await store.record(make(number, service=service, phase=Phase.INTENDED))
            await store.record(make(number, service=service))

    await asyncio.gather(*(scale(f"service-{i}") for i in range(10)))
    found = await store.decisions()
    assert sorted(decision.id for decision in found) == list(range(1, 51))
    assert {decision.phase for decision in found} == {Phase.DONE}
    assert store.open_intents == ()
    await store.close()


async def test_pruning_forgets_in_journal_and_index_alike(home: Home) -> None:
    store = await Store.open(home, NOON)
    for number in range(1, 11):
        await store.record(make(number))
    await store.add_metrics(MetricRow(NOON + timedelta(seconds=i), WEB, "cpu.avg", i) for i in range(10))
    await store.flush(NOON)
    now = NOON + timedelta(seconds=100)
    assert await store.prune(now, timedelta(seconds=95), metrics=timedelta(seconds=92)) == 4
    assert [decision.id for decision in await store.decisions()] == [10, 9, 8, 7, 6, 5]
    found = await store.metrics(WEB, NOON, now)
    assert [value for _, value in found["cpu.avg"]] == [8, 9]
    await store.close()
    again = await Store.open(home, NOON)
    assert again.notes == ()
    assert len(await again.decisions()) == 6
    await again.close()


async def test_history_is_as_it_was_written_over_days(home: Home) -> None:
    """No means, no invented points: what is asked for, and nothing else."""
    store = await Store.open(home, NOON)
    moments = [NOON + timedelta(hours=7 * index) for index in range(10)]
    for at in moments:
        await store.add_metrics([MetricRow(at, WEB, name, 1.0) for name in ("cpu.avg", "replicas", "memory.avg")])
    await store.add_metrics([MetricRow(moments[3], WEB, "queue.backlog", None)])
    names = ["cpu.avg", "replicas", "queue.backlog"]
    found = await store.history(WEB, NOON, moments[-1], names)
    assert found == {
        "cpu.avg": tuple((at, 1.0) for at in moments[:-1]),
        "replicas": tuple((at, 1.0) for at in moments[:-1]),
        "queue.backlog": ((moments[3], None),),
    }
    assert await store.history(WEB, NOON, NOON, names) == {}
    await store.close()
