"""Containers and configurations that come and go: nothing sticks, nothing leaks, nothing shrinks by mistake."""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from docktor.runtime import reload
from docktor.runtime.daemon import Daemon, DaemonOptions
from tests.compose_project import docker
from tests.conftest import MakeProject
from tests.e2e.shop import PATIENCE_S, until
from tests.engine.support import connected, sleepers, web_of
from tests.faults.patient import RULES, Patient, burner, containers
from tests.faults.private_engine import PrivateEngine

pytestmark = pytest.mark.engine

CHURN_S = 15.0
EDITS = 20


def test_replicas_are_killed_at_random(
    engine: PrivateEngine, project: MakeProject, patient: Patient, tmp_path: Path
) -> None:
    """Some lie there dead for a while, and their counters read zero; all are busy as long as they live."""
    load = tmp_path / "load"
    compose = project({"services": {"web": burner(load)}})
    (load / "on").touch()
    compose.up("--scale", "web=4")
    patient.configure(compose, [{"name": "web", **RULES, "min_replicas": 4, "max_replicas": 5}])
    patient.start()
    seed = time.time_ns()
    chance = random.Random(seed)
    end, killed = time.monotonic() + CHURN_S, 0
    while time.monotonic() < end:
        alive = compose.ps_ids("web", every=False)
        if len(alive) > 2:
            docker(*chance.choice((["kill"], ["rm", "-f"], ["rm", "-f"])), chance.choice(alive), check=False)
            killed += 1
    compose.compose("rm", "-f", "web")  # those that lie there dead are replicas to Compose, and so to us
    assert killed > CHURN_S / 2

    until(lambda: patient.view().state == "limited" and patient.view().ready == 5, f"all is well again (seed {seed})")
    assert [line for line in patient.lines() if line["action"] == "scale_down"] == []
    assert len({one.number for one in containers(compose)}) == 5
    assert patient.health().status == "ok"


@pytest.mark.parametrize("delay", [0.1, 0.4])
async def test_the_only_old_replica_is_killed_while_new_ones_are_made(
    engine: PrivateEngine, project: MakeProject, delay: float
) -> None:
    """That is no `down`: what was made stays."""
    web = project(sleepers())
    web.up()
    async with connected() as docker_engine:

        async def kill() -> None:
            await asyncio.sleep(delay)
            await asyncio.to_thread(docker, "rm", "-f", f"{web.name}-web-1")

        outcome, _ = await asyncio.gather(docker_engine.scale(web_of(web), 6, "op"), kill())
        state = await docker_engine.state(web_of(web))
    assert len(state.replicas) == outcome.replicas > 0
    assert {one.state for one in state.replicas} == {"running"}


async def test_twenty_edits_leave_nothing_open(
    engine: PrivateEngine, project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every other one is faulty; the good ones add a service, take it away, or change a limit."""
    monkeypatch.setattr(reload, "LOOK_EVERY_S", 0.05)
    names = ("web", "worker", "mailer")
    compose = project({"services": {name: burner(tmp_path / "load") for name in names}})
    await asyncio.to_thread(compose.up)
    file = tmp_path / "docktor.yaml"

    def edit(kept: Sequence[str], most: int) -> None:
        entries = [{"name": name, **RULES, "max_replicas": most} for name in kept]
        where = {"version": "1", "project": compose.name, "compose_file": str(compose.file)}
        file.write_text(json.dumps(where | {"services": entries}))

    edit(["web"], 3)
    daemon = await Daemon.open(DaemonOptions(tmp_path / "home", config=file, engine="docker", cwd=tmp_path))
    running = asyncio.create_task(daemon.run())
    try:
        await in_force(daemon, ["web"], 3)
        tasks, descriptors = count()
        for most in range(4, 4 + EDITS // 2):
            file.write_text("services: [" + "{" * most)
            await eventually(lambda: rejected(daemon), "the faulty edit is said")
            kept = names[: 1 + most % 3]
            edit(kept, most)
            await in_force(daemon, kept, most)
        edit(["web"], 3)
        await in_force(daemon, ["web"], 3)

        async def nothing_left() -> bool:
            now = count()
            return now[0] <= tasks and now[1] <= descriptors + 2

        await eventually(nothing_left, f"{tasks} tasks, {descriptors} descriptors")
    finally:
        await daemon.office.stop()
        await running
        await daemon.close()


async def in_force(daemon: Daemon, names: Sequence[str], most: int) -> None:
    """These services, and no others, are looked after with that limit."""

    async def found() -> bool:
        views = [view for project in await daemon.office.projects() for view in project.services if view.managed]
        looked_at = all(keeper.seen for keeper in daemon.fleet.keepers.values())
        return looked_at and {(view.name, view.max) for view in views} == {(name, most) for name in names}

    await eventually(found, f"{names} with at most {most}")
    assert not await rejected(daemon)


async def rejected(daemon: Daemon) -> bool:
    return (await daemon.office.health()).config.state == "rejected"


async def eventually(found: Callable[[], Awaitable[bool]], what: str) -> None:
    for _ in range(int(PATIENCE_S / 0.05)):
        if await found():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"never: {what}")


def count() -> tuple[int, int]:
    """Tasks and open descriptors of this process."""
    return len(asyncio.all_tasks()), len(list(Path("/proc/self/fd").iterdir()))
