"""A person runs Compose while Docktor scales: nothing taken down comes back, and nobody's work is undone."""

import asyncio
import json

import pytest

from docktor.engine.docker.client import EngineClient
from docktor.engine.docker.engine import DockerEngine
from docktor.errors import DocktorError, ServiceNotFoundError
from tests.compose_project import BUSYBOX, ComposeProject, docker
from tests.conftest import MakeProject
from tests.engine.support import connected, left_of, numbers, sleepers, web_of

pytestmark = pytest.mark.engine

SETTLED = 20


async def compose(project: ComposeProject, *args: str) -> int:
    done = await asyncio.to_thread(project.compose, *args, check=False)
    return done.returncode


async def scaled(engine: DockerEngine, project: ComposeProject, replicas: int) -> DocktorError | None:
    try:
        await engine.scale(web_of(project), replicas, "op")
    except DocktorError as error:
        return error
    return None


async def until_gone(engine: DockerEngine, project: ComposeProject) -> None:
    """Waits on the engine's events, not on time, until the service has no container left."""
    async with asyncio.timeout(SETTLED):
        async for event in engine.events():
            if event.kind not in ("connected", "destroy"):
                continue
            try:
                await engine.state(web_of(project))
            except ServiceNotFoundError:
                return


async def begun(project: ComposeProject, *args: str) -> asyncio.Task[int]:
    """A Compose command that has listed the containers and told the first of them to end."""
    filters = {"event": ["kill"], "label": [f"com.docker.compose.project={project.name}"]}
    client = EngineClient()
    try:
        async with client.stream("events", {"filters": json.dumps(filters)}) as lines:
            running = asyncio.create_task(compose(project, *args))
            await anext(lines)
    finally:
        await client.close()
    return running


@pytest.mark.parametrize("delay", [0.0, 0.1, 0.25, 0.45, 0.8])
async def test_down_during_a_scale_up_stays_down(project: MakeProject, delay: float) -> None:
    """`down` begins at different moments of the scale; whatever it missed is taken away again."""
    web = project(sleepers())
    web.up("--scale", "web=2")
    async with connected() as engine:

        async def down() -> int:
            await asyncio.sleep(delay)
            return await compose(web, "down", "-t", "1")

        await asyncio.gather(scaled(engine, web, 8), down())
        await until_gone(engine, web)
    assert left_of(web)["containers"] == []


async def test_a_service_that_ends_last_stays_down_too(project: MakeProject) -> None:
    """`down` ends what depends on it first, taking its time; replicas added meanwhile go with the service."""
    web = project(
        {
            "services": {
                "web": {"image": BUSYBOX, "command": ["sleep", "600"], "init": True},
                "front": {
                    "image": BUSYBOX,
                    "command": ["sh", "-c", "trap '' TERM; while :; do sleep 0.2; done"],
                    "stop_grace_period": "4s",
                    "depends_on": ["web"],
                },
            }
        }
    )
    web.up("--scale", "web=2")
    async with connected() as engine:
        taking_down = await begun(web, "down")
        outcome = await engine.scale(web_of(web), 4, "op")
        assert outcome.replicas == 4
        await taking_down
        await until_gone(engine, web)
    assert left_of(web)["containers"] == []


async def test_scaling_beside_compose_up_ends_with_a_sound_service(project: MakeProject) -> None:
    """Both add replicas at once; names clash. Whoever loses, all replicas run and their numbers are unique."""
    web = project(sleepers())
    web.up("--scale", "web=2")
    async with connected() as engine:
        error, _ = await asyncio.gather(
            scaled(engine, web, 6), compose(web, "up", "-d", "--no-recreate", "--scale", "web=5")
        )
        assert error is None
        outcome = await engine.scale(web_of(web), 6, "op-2")
        assert outcome.error is None and outcome.replicas >= 6
        state = await engine.state(web_of(web))
    assert {one.state for one in state.replicas} == {"running"}
    found = numbers(web)
    assert len(found) == len(set(found)) == len(state.replicas)


async def test_a_plain_up_resets_the_scale_and_is_not_fought(project: MakeProject) -> None:
    web = project(sleepers())
    web.up()
    async with connected() as engine:
        await engine.scale(web_of(web), 4, "op")
        assert await compose(web, "up", "-d", "-t", "1") == 0
        assert len((await engine.state(web_of(web))).replicas) == 1
    assert numbers(web) == [1]


async def test_removing_single_replicas_by_hand_is_no_takedown(project: MakeProject) -> None:
    """All replicas from before the scale are killed by hand: what was added must live on."""
    web = project(sleepers())
    web.up("--scale", "web=2")
    async with connected() as engine:
        await engine.scale(web_of(web), 4, "op")
        docker("rm", "-f", f"{web.name}-web-1", f"{web.name}-web-2")
        async with asyncio.timeout(SETTLED):
            async for event in engine.events():
                if event.kind == "connected":
                    docker("restart", "-t", "1", f"{web.name}-web-3")
                elif event.kind == "start":
                    break
        assert [one.number for one in (await engine.state(web_of(web))).replicas] == [3, 4]
