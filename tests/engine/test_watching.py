"""Numbers and events from the real engine."""

import asyncio

import pytest

from docktor.core.world import Health, RunState, ServiceId
from docktor.engine.base import EngineEvent
from docktor.engine.docker.engine import DockerEngine
from tests.compose_project import BUSYBOX, docker
from tests.conftest import MakeProject
from tests.engine.support import connected, sleepers, web_of

pytestmark = pytest.mark.engine

PATIENCE = 30


async def next_event(engine: DockerEngine, project: str, kind: str, *command: str) -> EngineEvent:
    """The first event of that kind in the project after the command was run."""
    async with asyncio.timeout(PATIENCE):
        async for event in engine.events():
            if event.kind == "connected":
                assert event.service is None
                docker(*command)
            elif event.kind == kind and event.service and event.service.project == project:
                return event
    raise AssertionError("events ended")


async def test_counters_of_running_replicas(project: MakeProject) -> None:
    busy = ["sh", "-c", "while :; do :; done"]
    web = project(
        {
            "services": {
                "web": {"image": BUSYBOX, "command": busy, "cpus": 0.2, "mem_limit": "32m"},
                "idle": {"image": BUSYBOX, "command": ["sleep", "600"], "init": True},
            }
        }
    )
    web.up("--scale", "web=2")
    services, busy_ones = [web_of(web), ServiceId(web.name, "idle")], web.ps_ids("web")
    async with connected() as engine:
        first = {one.replica_id: one for one in await engine.sample(services)}
        async with asyncio.timeout(PATIENCE):  # new engines answer at once: until all have used some more
            second = first
            while not all(second[id_].cpu_s > first[id_].cpu_s and second[id_].throttled for id_ in busy_ones):
                second = {one.replica_id: one for one in await engine.sample(services)}
        assert first.keys() == second.keys() == {*busy_ones, *web.ps_ids("idle")}
        for id_ in busy_ones:
            one, two = first[id_], second[id_]
            assert one.at < two.at and one.started_at == two.started_at is not None
            assert two.cpu_s - one.cpu_s < 2 * (two.at - one.at).total_seconds()
            assert two.periods >= two.throttled
            assert 0 < two.memory_bytes < two.memory_limit_bytes == 32 * 1024 * 1024
            assert two.rx_bytes is not None and two.tx_bytes is not None
        assert await engine.sample([]) == []


async def test_replicas_that_do_not_run_are_left_out(project: MakeProject) -> None:
    web = project(sleepers())
    web.up("--scale", "web=3")
    docker("kill", f"{web.name}-web-1")
    docker("pause", f"{web.name}-web-2")
    async with connected() as engine:
        sampled = [one.replica_id for one in await engine.sample([web_of(web)])]
        states = {one.id: one for one in (await engine.state(web_of(web))).replicas}
    docker("unpause", f"{web.name}-web-2")
    assert [states[id_].number for id_ in sampled] == [3]
    by_number = {one.number: one for one in states.values()}
    assert by_number[1].state is RunState.EXITED and by_number[1].exit_code == 137
    assert by_number[2].state is RunState.PAUSED


async def test_a_restarted_replica_is_told_from_what_it_was(project: MakeProject) -> None:
    web = project(sleepers(restart="always"))
    web.up()
    async with connected() as engine:
        before, (sample,) = await engine.state(web_of(web)), await engine.sample([web_of(web)])
        docker("restart", "-t", "1", f"{web.name}-web-1")
        after, (again,) = await engine.state(web_of(web)), await engine.sample([web_of(web)])
    assert before.replicas[0].started_at == sample.started_at
    assert after.replicas[0].started_at == again.started_at != sample.started_at


async def test_health_is_never_stale(project: MakeProject) -> None:
    check = {"test": ["CMD-SHELL", "[ ! -e /sick ]"], "interval": "1s", "retries": 1}
    web = project(sleepers(healthcheck=check))
    web.up()
    name = f"{web.name}-web-1"
    async with connected() as engine:
        sick = await next_event(engine, web.name, "health", "exec", name, "touch", "/sick")
        while sick.detail != "unhealthy":
            sick = await next_event(engine, web.name, "health", "version")
        assert (await engine.state(web_of(web))).replicas[0].health is Health.UNHEALTHY
        well = await next_event(engine, web.name, "health", "exec", name, "rm", "/sick")
        assert well.detail == "healthy" and well.replica == name
        assert (await engine.state(web_of(web))).replicas[0].health is Health.HEALTHY


async def test_events_say_who_caused_them(project: MakeProject) -> None:
    web = project(sleepers())
    web.up("--scale", "web=2")
    heard: list[EngineEvent] = []
    connection = asyncio.Event()
    async with connected() as engine:

        async def listen() -> None:
            async for event in engine.events():
                connection.set()
                heard.append(event)
                if event.kind == "destroy" and event.replica == f"{web.name}-web-1":
                    return

        async with asyncio.timeout(PATIENCE):
            listening = asyncio.create_task(listen())
            await connection.wait()
            await engine.scale(web_of(web), 3, "op-up")
            await engine.scale(web_of(web), 2, "op-down")
            docker("rm", "-f", f"{web.name}-web-1")
            await listening
    ours = [(one.kind, one.replica[-1:], one.op_id) for one in heard if one.service == web_of(web)]
    assert ours == [
        ("start", "3", "op-up"),
        ("die", "3", "op-down"),
        ("destroy", "3", "op-down"),
        ("die", "1", None),
        ("destroy", "1", None),
    ]
    assert all(one.at.tzinfo is not None for one in heard)


async def test_an_out_of_memory_kill_is_told(project: MakeProject) -> None:
    web = project(sleepers(mem_limit="16m", command=["sh", "-c", "sleep 600"]))
    web.up()
    hog = ("exec", "-d", f"{web.name}-web-1", "sh", "-c", "x=a; while :; do x=$x$x; done")
    async with connected() as engine:
        oom = await next_event(engine, web.name, "oom", *hog)
    assert oom.replica == f"{web.name}-web-1" and oom.op_id is None


async def test_what_the_engine_is(engine_ready: None) -> None:
    async with connected() as engine:
        info = await engine.info()
    assert (
        info.kind == "docker"
        and info.api_version == docker("version", "--format", "{{.Server.APIVersion}}").stdout.strip()
    )
    assert info.version == docker("version", "--format", "{{.Server.Version}}").stdout.strip()
