"""Zero on the real engine: what waits stopped stays Compose's own, ends its work first, and is a person's to stop."""

import asyncio
import json
from pathlib import Path

import pytest

from docktor.core.world import Parked, RunState
from docktor.engine.base import ScaleOutcome
from docktor.engine.docker.client import EngineClient
from docktor.engine.docker.engine import DockerEngine
from docktor.errors import DocktorError, ScaleRefusedError, ServiceNotFoundError
from tests.compose_project import BUSYBOX, ComposeProject, EngineNetwork, docker
from tests.conftest import MakeProject
from tests.engine.support import (
    RICH,
    connected,
    inspect,
    left_of,
    numbers,
    replica,
    sleepers,
    unlike,
    volumes,
    web_of,
    write_rich_files,
)
from tests.engine.test_races import until_gone

pytestmark = pytest.mark.engine

ENOUGH_DEATHS = 5  # by then the engine waits for longer than a second before the next start


def up(project: MakeProject, replicas: int = 1, **service: object) -> ComposeProject:
    made = project(sleepers(**service))
    made.up("--scale", f"web={replicas}")
    return made


async def parked(engine: DockerEngine, project: ComposeProject) -> Parked:
    outcome = await engine.scale(web_of(project), 0, "op-down")
    assert outcome.error is None and outcome.parked is not None and outcome.replicas == 0
    return outcome.parked


async def begun(engine: DockerEngine, project: ComposeProject) -> asyncio.Task[ScaleOutcome]:
    """A scale to zero that has told the first replica to end."""
    filters = {"event": ["kill"], "label": [f"com.docker.compose.project={project.name}"]}
    client = EngineClient()
    try:
        async with client.stream("events", {"filters": json.dumps(filters)}) as lines:
            going = asyncio.create_task(engine.scale(web_of(project), 0, "op-down"))
            await anext(lines)
    finally:
        await client.close()
    return going


async def test_compose_treats_it_as_its_own(project: MakeProject) -> None:
    web = up(project, 3, command=["sh", "-c", "echo hello; exec sleep 600"])
    first = replica(web, 1)["Id"]
    async with connected() as engine:
        wake = await parked(engine, web)
    assert wake.container == first and web.ps_ids("web") == [first]
    assert web.ps_ids("web", every=False) == []
    assert "Exited" in web.compose("ps", "-a").stdout
    assert "hello" in web.compose("logs", "web").stdout
    web.up()
    assert web.ps_ids("web", every=False) == [first] and replica(web, 1)["RestartCount"] == 0
    async with connected() as engine:
        await parked(engine, web)
    web.compose("down", "-t", "1")
    assert left_of(web) == {"containers": [], "networks": [], "volumes": []}


async def test_an_engine_that_knows_nothing_but_the_note_brings_it_back_whole(
    project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything a container can have, back in the copies as if there had been no zero; and Compose agrees."""
    monkeypatch.setenv("DKT_TEST_SECRET", "from the environment")
    shop = project(RICH)
    write_rich_files(shop.file.parent)
    shop.up("--scale", "web=2")
    before, known = replica(shop, 1), volumes()
    async with connected() as engine:
        wake = await parked(engine, shop)
    assert len(known - volumes()) == 1, "the anonymous volume of the removed replica goes, the other's stays"
    async with connected() as engine:
        assert (await engine.scale(web_of(shop), 3, "op-up", wake)).error is None
    assert numbers(shop) == [1, 2, 3]
    assert unlike(before, replica(shop, 1)) == unlike(before, replica(shop, 3)) == []
    for name in ("web-1", "web-3"):
        read = docker("exec", f"{shop.name}-{name}", "cat", "/run/secrets/env_secret", "/etc/inline.conf").stdout
        assert read == "from the environmentinline=1\n"
    ids = shop.ps_ids("web")
    shop.up("--scale", "web=3")
    assert shop.ps_ids("web") == ids
    shop.compose("down", "-v", "-t", "1")
    assert left_of(shop) == {"containers": [], "networks": [], "volumes": []}


async def test_no_secret_is_written_anywhere(
    project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    for name in ("DOCKTOR_HOME", "XDG_STATE_HOME", "TMPDIR"):
        monkeypatch.setenv(name, str(home))
    web = up(project, 2, environment={"PASSWORD": "open sesame"})
    async with connected() as engine:
        down = await engine.scale(web_of(web), 0, "op-down")
        state = await engine.state(web_of(web))
        back = await engine.scale(web_of(web), 2, "op-up", down.parked)
    assert list(home.rglob("*")) == []
    assert "open sesame" not in repr((down, state, back))
    assert "PASSWORD=open sesame" in replica(web, 2)["Config"]["Env"]


@pytest.mark.parametrize("signal", ["TERM", "USR1"])
async def test_a_worker_ends_its_work_first(project: MakeProject, signal: str) -> None:
    """Its own stop signal, and all the time of its own grace period."""
    work = f"trap 'sleep 2; echo finished >/out/work; exit 0' {signal}; while :; do sleep 0.1; done"
    service = {"image": BUSYBOX, "command": ["sh", "-c", work], "volumes": ["out:/out"], "stop_grace_period": "20s"}
    content = {"services": {"web": {**service, "stop_signal": f"SIG{signal}"}}, "volumes": {"out": {}}}
    web = project(content)
    web.up()
    async with connected() as engine:
        wake = await parked(engine, web)
        (left,) = (await engine.state(web_of(web))).replicas
        assert (left.exit_code, left.finished_at) == (0, wake.finished_at)
        await engine.scale(web_of(web), 1, "op-up", wake)
    assert docker("exec", f"{web.name}-web-1", "cat", "/out/work").stdout == "finished\n"


async def test_one_that_does_not_listen_is_ended_after_its_grace_period(project: MakeProject) -> None:
    deaf = ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"]
    web = up(project, command=deaf, init=False, stop_grace_period="1s")
    async with connected() as engine:
        wake = await parked(engine, web)
        assert (await engine.state(web_of(web))).replicas[0].exit_code == 137
        assert (await engine.scale(web_of(web), 2, "op-up", wake)).replicas == 2


async def test_one_that_is_always_restarted_stays_stopped(project: MakeProject) -> None:
    web = up(project, restart="always")
    async with connected() as engine:
        wake = await parked(engine, web)
        assert await engine.scale(web_of(web), 0, "op-again", wake) == ScaleOutcome(0, 0, 0, parked=wake)
        (left,) = (await engine.state(web_of(web))).replicas
        assert (left.state, left.finished_at, left.restarts) == (RunState.EXITED, wake.finished_at, 0)


async def test_one_that_crashes_again_and_again_can_be_parked(project: MakeProject) -> None:
    """While it waits for its next restart: the engine gives that up, and it lies stopped."""
    web = up(project, command=["sh", "-c", "[ ! -e /sick ] || exit 3; exec sleep 600"], init=False, restart="always")
    docker("exec", f"{web.name}-web-1", "touch", "/sick")
    docker("kill", f"{web.name}-web-1")
    deaths = 0
    async with connected() as engine, asyncio.timeout(30):
        async for event in engine.events():
            if event.kind == "connected":
                docker("start", f"{web.name}-web-1")
            deaths += event.kind == "die"
            if deaths == ENOUGH_DEATHS:
                break
        assert (await engine.state(web_of(web))).replicas[0].state is RunState.RESTARTING
        wake = await parked(engine, web)
        (left,) = (await engine.state(web_of(web))).replicas
        assert (left.state, left.finished_at) == (RunState.EXITED, wake.finished_at)


async def test_what_a_person_stopped_since_is_not_started(project: MakeProject) -> None:
    web = up(project)
    async with connected() as engine:
        wake = await parked(engine, web)
        web.compose("start", "web")
        web.compose("stop", "-t", "1", "web")
        stopped = replica(web, 1)["State"]
        for asked in (0, 1, 3):
            with pytest.raises(ScaleRefusedError) as refused:
                await engine.scale(web_of(web), asked, "op-up", wake)
            assert refused.value.code == "stopped"
    assert replica(web, 1)["State"] == stopped and numbers(web) == [1]


async def test_a_fixed_port_is_free_at_zero(project: MakeProject, engine_network: EngineNetwork, port: int) -> None:
    """Nobody answers at zero. While somebody else has the port it can't come back, and still is ours to wake."""
    serve = ["sh", "-c", "mkdir -p /www; echo here >/www/index.html; exec httpd -f -p 80 -h /www"]
    ports, url = [f"127.0.0.1:{port}:80"], f"http://127.0.0.1:{port}/"
    web, rival = up(project, command=serve, ports=ports), project(sleepers(ports=ports))
    async with connected() as engine:
        wake = await parked(engine, web)
        with pytest.raises(AssertionError):
            engine_network.get(url)
        rival.up()
        blocked = await engine.scale(web_of(web), 1, "op-up", wake)
        assert blocked.replicas == 0 and blocked.parked == wake
        assert blocked.error is not None and "would not start" in blocked.error and str(port) in blocked.error
        rival.down()
        outcome = await engine.scale(web_of(web), 1, "op-up", blocked.parked)
        assert (outcome.replicas, outcome.error) == (1, None)
        with pytest.raises(ScaleRefusedError) as refused:
            await engine.scale(web_of(web), 2, "op-up")
        assert refused.value.code == "fixed-port"
    assert replica(web, 1)["Id"] == wake.container
    assert await answer(engine_network, url) == "here\n"


async def answer(network: EngineNetwork, url: str) -> str:
    for _ in range(50):
        try:
            return await asyncio.to_thread(network.get, url)
        except AssertionError:
            await asyncio.sleep(0.1)
    return network.get(url)


@pytest.mark.parametrize("delay", [0.0, 0.1, 0.2, 0.35])
@pytest.mark.parametrize("how", ["rm", "down"])
async def test_taken_away_while_it_wakes_nothing_rises_again(project: MakeProject, how: str, delay: float) -> None:
    web = up(project)

    async def take_away() -> None:
        await asyncio.sleep(delay)
        if how == "rm":
            await asyncio.to_thread(docker, "rm", "-f", f"{web.name}-web-1")
        else:
            await asyncio.to_thread(web.compose, "down", "-t", "1")

    async with connected() as engine:
        wake = await parked(engine, web)
        outcome, _ = await asyncio.gather(
            engine.scale(web_of(web), 8, "op-up", wake), take_away(), return_exceptions=True
        )
        if isinstance(outcome, ScaleOutcome) and outcome.error is None:
            assert delay, "it can't have come back before it was taken away"
            if how == "rm":
                return  # one replica of many, removed by hand
            await until_gone(engine, web)
        else:
            error = outcome.error if isinstance(outcome, ScaleOutcome) else outcome
            assert isinstance(error, str | DocktorError)
            assert str(web_of(web)) in str(error) or f"{web.name}-web-1 would not start" in str(error)
        with pytest.raises(ServiceNotFoundError):
            await engine.scale(web_of(web), 8, "op-again", wake)
    assert left_of(web)["containers"] == []


async def test_taken_down_on_the_way_to_zero(project: MakeProject) -> None:
    slow = ["sh", "-c", "trap 'sleep 1; exit 0' TERM; while :; do sleep 0.1; done"]
    web = up(project, 2, command=slow, init=False)
    async with connected() as engine:
        going = await begun(engine, web)
        outcome, _ = await asyncio.gather(going, asyncio.to_thread(web.compose, "down"), return_exceptions=True)
        assert isinstance(outcome, ServiceNotFoundError) or getattr(outcome, "error", None)
    assert left_of(web)["containers"] == []


async def test_stopped_by_a_person_on_the_way_to_zero_it_is_theirs(project: MakeProject) -> None:
    """The last one is stopped by hand while the others end: it is not taken for our own stop."""
    slow = ["sh", "-c", "trap 'sleep 2; exit 0' TERM; while :; do sleep 0.1; done"]
    web = up(project, 2, command=slow, init=False)
    async with connected() as engine:
        going = await begun(engine, web)
        await asyncio.to_thread(docker, "kill", f"{web.name}-web-1")
        outcome = await going
        assert outcome.parked is None and outcome.error is not None and "somebody else" in outcome.error
    assert inspect(f"{web.name}-web-1")["State"]["ExitCode"] == 137
