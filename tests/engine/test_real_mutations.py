"""Why the copy needs its labels: with one of them wrong the real Compose no longer takes the replica for its own."""

from collections.abc import Callable

import pytest

from docktor.engine.docker.client import EngineClient
from docktor.engine.docker.clone import CreateRequest, create_request
from docktor.engine.docker.wire import Json
from tests.compose_project import ComposeProject
from tests.conftest import MakeProject
from tests.engine.support import inspect, replica, sleepers

pytestmark = pytest.mark.engine

COMPOSE = "com.docker.compose."


async def create(project: ComposeProject, broken: Callable[[Json], None]) -> str:
    """Start `web-3`, a copy of `web-1` with something broken; answers its id."""
    client = EngineClient()
    try:
        await client.get("version")
        source = replica(project, 1)
        request: CreateRequest = create_request(
            source, number=3, op_id="op", api_version=client.api_version, image=source["Config"]["Image"]
        )
        broken(request.body)
        made = await client.post("containers/create", request.body, {"name": request.name})
        await client.post(f"containers/{made['Id']}/start")
        return str(made["Id"])
    finally:
        await client.close()


def without(label: str) -> Callable[[Json], None]:
    return lambda body: body["Labels"].pop(COMPOSE + label)


def other(label: str) -> Callable[[Json], None]:
    return lambda body: body["Labels"].update({COMPOSE + label: "0" * 64})


def nothing(body: Json) -> None:
    """Leave the copy as it is."""


def more_memory(body: Json) -> None:
    body["HostConfig"]["Memory"] = 64 * 1024 * 1024


@pytest.fixture
def web(project: MakeProject) -> ComposeProject:
    made = project(sleepers())
    made.up("--scale", "web=2")
    return made


@pytest.mark.parametrize("broken", [nothing, without("depends_on"), without("version"), more_memory])
async def test_kept(web: ComposeProject, broken: Callable[[Json], None]) -> None:
    made = await create(web, broken)
    web.up("--scale", "web=3")
    assert made in web.ps_ids("web")


@pytest.mark.parametrize("broken", [other("config-hash"), without("image"), other("image")])
async def test_recreated(web: ComposeProject, broken: Callable[[Json], None]) -> None:
    made = await create(web, broken)
    web.up("--scale", "web=3", "-t", "1")
    found = web.ps_ids("web")
    assert len(found) == 3 and made not in found


@pytest.mark.parametrize("broken", [without("config-hash"), without("service")])
async def test_not_seen_and_in_the_way(web: ComposeProject, broken: Callable[[Json], None]) -> None:
    made = await create(web, broken)
    try:
        assert made not in web.ps_ids("web")
        failed = web.compose("up", "-d", "--scale", "web=3", check=False)
        assert failed.returncode != 0 and "already in use" in failed.stderr
    finally:
        client = EngineClient()
        await client.delete(f"containers/{made}", {"force": "1", "v": "1"})
        await client.close()


async def test_without_the_one_off_label_compose_leaves_it_behind(web: ComposeProject) -> None:
    made = await create(web, without("oneoff"))
    assert made not in web.compose("ps", "-q").stdout.split()
    assert inspect(made)["State"]["Running"]
