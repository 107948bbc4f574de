"""kill -9 at random moments: what was acknowledged is there afterwards, in the journal and in the index."""

import asyncio
import json
import os
import random
import subprocess
import sys
from asyncio.subprocess import Process
from pathlib import Path

from docktor.core.decision import Decision, Phase
from docktor.memory.home import Home
from docktor.memory.journal import Journal
from docktor.memory.lines import decode
from docktor.memory.store import Store
from tests.unit.memory.making import NOON

KILLS = 30
ROOT = Path(__file__).parents[2]

WRITER = """
import asyncio, os, sys, pathlib
from docktor.core.decision import Phase
from docktor.memory.home import Home
from docktor.memory.store import Store
from tests.unit.memory.making import NOON, make

def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())  # at once, or not at all

async def write_for_ever():
    say("opening")
    store = await Store.open(Home(pathlib.Path(sys.argv[1])), NOON)
    for intent in store.open_intents:
        await store.record(make(intent.id, phase=Phase.FAILED))
        say(intent.id, "failed")
    while True:
        number = store.next_id()
        for phase in (Phase.INTENDED, Phase.DONE):
            await store.record(make(number, phase=phase, reason="because " * (number % 40)))
            say(number, phase)

asyncio.run(write_for_ever())
"""


async def start_writer(home: Path) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WRITER, str(home)),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folder for folder in sys.path if folder)},
    )


async def acknowledged_until_killed(home: Path, dice: random.Random) -> list[tuple[int, Phase]]:
    """What one writer said it had recorded before it was killed: while opening, or after some decisions."""
    writer = await start_writer(home)
    assert writer.stdout is not None
    assert await writer.stdout.readline() == b"opening\n"
    said = []
    for _ in range(dice.choice((0, 1, 2, 3, 10, 41))):
        said.append(await writer.stdout.readline())
    # No event marks a random moment: this wait is what is being tested, not a wait for something.
    await asyncio.sleep(dice.uniform(0, 0.9 if not said else 0.01))
    assert writer.returncode is None
    writer.kill()
    said += (await writer.stdout.read()).splitlines()
    await writer.wait()
    pairs = [line.split() for line in said]
    return [(int(number), Phase(phase.decode())) for number, phase in pairs]


def recorded(home: Home) -> set[tuple[int, Phase]]:
    lines = home.decisions.read_bytes().split(b"\n") if home.decisions.exists() else []
    return {(seen["id"], Phase(seen["phase"])) for seen in map(json.loads, lines[:-1])}


async def test_no_acknowledged_decision_is_lost_by_kill_9(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.path.mkdir()
    seed = random.randrange(2**32)
    dice = random.Random(seed)
    acknowledged: list[tuple[int, Phase]] = []
    for kill in range(KILLS):
        acknowledged += await acknowledged_until_killed(home.path, dice)
        lost = set(acknowledged) - recorded(home)
        assert not lost, f"kill {kill} of seed {seed}"
    assert len(set(acknowledged)) == len(acknowledged), f"an id was given twice, seed {seed}"
    assert len(acknowledged) > KILLS

    journal = Journal(home.decisions)
    assert journal.open().skipped == 0
    finished = {number for number, phase in acknowledged if phase is not Phase.INTENDED}
    assert not finished & {intent.id for intent in journal.open_intents}
    in_journal = [decode(entry.line) for entry in journal.entries()]
    journal.close()

    store = await Store.open(home, NOON)
    in_index: list[Decision] = []
    while page := await store.decisions(before=in_index[-1].id if in_index else None, limit=500):
        in_index += page
    assert in_index[::-1] == in_journal
    assert store.state() == ("ok", None)
    assert in_journal[0].timestamp > NOON
    await store.close()
