"""Scaling on the real engine: what is removed, what is refused, and what happens when something fails halfway."""

import asyncio

import pytest

from docktor.core.world import RunState, ServiceId
from docktor.engine.docker.client import EngineClient
from docktor.errors import ScaleRefusedError, ServiceNotFoundError
from tests.compose_project import BUSYBOX, ComposeProject, docker
from tests.conftest import MakeProject
from tests.engine.support import connected, inspect, left_of, numbers, replica, sleepers, web_of

pytestmark = pytest.mark.engine

TERM_HANDLER = "trap 'echo bye > /out/$(hostname); exit 0' TERM; while :; do sleep 0.1; done"


def up(project: MakeProject, replicas: int = 2, **service: object) -> ComposeProject:
    made = project(sleepers(**service))
    made.up("--scale", f"web={replicas}")
    return made


async def test_down_removes_the_newest_and_lets_them_end_in_peace(project: MakeProject) -> None:
    web = project(
        {
            "services": {
                "web": {
                    "image": BUSYBOX,
                    "command": ["sh", "-c", TERM_HANDLER],
                    "volumes": ["out:/out"],
                    "stop_grace_period": "30s",
                }
            },
            "volumes": {"out": {}},
        }
    )
    web.up("--scale", "web=4")
    hostnames = {replica(web, n)["Config"]["Hostname"] for n in (3, 4)}
    async with connected() as engine:
        outcome = await engine.scale(web_of(web), 2, "op")
    assert outcome.error is None and outcome.replicas == 2
    assert outcome.removed == (f"{web.name}-web-4", f"{web.name}-web-3")
    assert numbers(web) == [1, 2]
    assert set(docker("exec", f"{web.name}-web-1", "ls", "/out").stdout.split()) == hostnames


async def test_unhealthy_and_ended_replicas_go_first(project: MakeProject) -> None:
    check = {"test": ["CMD-SHELL", "[ ! -e /sick ]"], "interval": "1s", "retries": 1, "timeout": "5s"}
    web = up(project, 5, healthcheck=check)
    docker("exec", f"{web.name}-web-2", "touch", "/sick")
    async with connected() as engine, asyncio.timeout(30):
        async for event in engine.events():
            if event.kind == "connected":
                docker("kill", f"{web.name}-web-1")
            if event.kind == "health" and event.replica == f"{web.name}-web-2" and event.detail == "unhealthy":
                break
        await engine.scale(web_of(web), 3, "op")
    assert numbers(web) == [3, 4, 5]


async def test_numbers_go_on_from_the_highest_and_ended_ones_start_again(project: MakeProject) -> None:
    web = up(project, 4)
    docker("rm", "-f", f"{web.name}-web-2")
    docker("kill", f"{web.name}-web-3")
    async with connected() as engine:
        outcome = await engine.scale(web_of(web), 5, "op")
        state = await engine.state(web_of(web))
    assert outcome.created == (f"{web.name}-web-5", f"{web.name}-web-6")
    assert [(one.number, one.state) for one in state.replicas] == [(n, RunState.RUNNING) for n in (1, 3, 4, 5, 6)]


async def test_a_port_taken_by_another_ends_it_and_leaves_nothing_half_made(
    project: MakeProject, engine_ready: None
) -> None:
    """A range of five ports; another container holds some of them: what fits stays, the rest is cleaned away."""
    blocker = project(
        {"services": {"web": {"image": BUSYBOX, "command": ["sleep", "600"], "ports": ["127.0.0.1:29003-29005:80"]}}}
    )
    blocker.up("--scale", "web=3")
    web = up(project, 1, ports=["127.0.0.1:29001-29005:80"])
    async with connected() as engine:
        outcome = await engine.scale(web_of(web), 4, "op")
        assert outcome.replicas == 2 == len(web.ps_ids("web"))
        assert outcome.error is not None and "would not start" in outcome.error and "port" in outcome.error
        assert len(outcome.created) == 1
        assert await engine.clean_up("op") == []
    assert all(inspect(id_)["State"]["Running"] for id_ in web.ps_ids("web"))


@pytest.mark.parametrize(
    ("service", "code", "text"),
    [
        ({"ports": ["127.0.0.1:29101:80"]}, "fixed-port", "host port 29101"),
        ({"container_name": "dkt-test-only-one"}, "container-name", "dkt-test-only-one"),
        ({"ports": ["127.0.0.1:29102-29103:80"]}, "port-range-exhausted", "range of 2 host ports"),
    ],
)
async def test_refused_beforehand(project: MakeProject, service: dict[str, object], code: str, text: str) -> None:
    web = up(project, 1, **service)
    async with connected() as engine:
        with pytest.raises(ScaleRefusedError, match=text) as refused:
            await engine.scale(web_of(web), 3, "op")
        assert refused.value.code == code and "docktor make-scalable" in str(refused.value)
        unscalable = (await engine.state(web_of(web))).unscalable
        assert unscalable is None if code == "port-range-exhausted" else text in str(unscalable)
    assert len(web.ps_ids("web")) == 1


async def test_a_static_address_is_refused(project: MakeProject) -> None:
    web = project(
        {
            "services": {
                "web": {
                    "image": BUSYBOX,
                    "command": ["sleep", "600"],
                    "init": True,
                    "networks": {"n": {"ipv4_address": "10.231.7.7"}},
                }
            },
            "networks": {"n": {"ipam": {"config": [{"subnet": "10.231.7.0/24"}]}}},
        }
    )
    web.up()
    async with connected() as engine:
        with pytest.raises(ScaleRefusedError, match=r"10\.231\.7\.7") as refused:
            await engine.scale(web_of(web), 2, "op")
    assert refused.value.code == "static-address"


async def test_a_paused_or_stopped_service_is_left_as_the_person_wants_it(project: MakeProject) -> None:
    web = up(project)
    async with connected() as engine:
        web.compose("pause", "web")
        for asked in (0, 1, 3):
            with pytest.raises(ScaleRefusedError, match="paused") as refused:
                await engine.scale(web_of(web), asked, "op")
            assert refused.value.code == "paused"
        web.compose("unpause", "web")
        web.compose("stop", "-t", "1", "web")
        for asked in (0, 2, 3):
            with pytest.raises(ScaleRefusedError, match="no replica of") as refused:
                await engine.scale(web_of(web), asked, "op")
            assert refused.value.code == "stopped"
    assert web.ps_ids("web", every=False) == []


async def test_a_service_taken_down_is_not_found_and_not_made_again(project: MakeProject) -> None:
    web = up(project)
    web.compose("down", "-t", "1")
    async with connected() as engine:
        with pytest.raises(ServiceNotFoundError, match="docker compose up"):
            await engine.state(web_of(web))
        with pytest.raises(ServiceNotFoundError):
            await engine.scale(web_of(web), 4, "op")
    assert left_of(web)["containers"] == []


async def test_the_image_stays_what_the_replicas_run(project: MakeProject) -> None:
    """The tag moved on to another image, or is gone: a copy is of the image its replicas run."""
    tag = "docktor-local/dkt-test-moving:latest"
    docker("tag", BUSYBOX, tag)
    try:
        web = up(project, 1, image=tag)
        old = replica(web, 1)["Image"]
        docker("commit", "-c", "ENV MOVED=1", f"{web.name}-web-1", tag)
        moved = docker("image", "inspect", "-f", "{{.Id}}", tag).stdout.strip()
        assert moved != old
        async with connected() as engine:
            await engine.scale(web_of(web), 2, "op")
            assert replica(web, 2)["Image"] == old
            docker("rmi", "--no-prune", tag)
            assert (await engine.scale(web_of(web), 3, "op")).error is None
        assert replica(web, 3)["Image"] == old
    finally:
        docker("rmi", "-f", tag, check=False)


async def test_half_made_containers_are_cleaned_up(project: MakeProject) -> None:
    web = up(project, 1)
    client = EngineClient()
    body = {
        "Image": BUSYBOX,
        "Labels": replica(web, 1)["Config"]["Labels"]
        | {"docktor.op": "lost", "com.docker.compose.container-number": "2"},
    }
    async with connected() as engine:
        await client.post("containers/create", body, {"name": f"{web.name}-web-2"})
        assert await engine.clean_up("somebody") == []
        assert await engine.clean_up("lost") == [f"{web.name}-web-2"]
        assert await engine.clean_up("lost") == []
        await client.post("containers/create", body, {"name": f"{web.name}-web-2"})
        outcome = await engine.scale(web_of(web), 2, "op")
        assert (outcome.before, outcome.created) == (1, (f"{web.name}-web-2",))
    await client.close()
    assert replica(web, 2)["State"]["Running"]


async def test_one_off_and_extension_containers_are_no_replicas(project: MakeProject) -> None:
    web = project(
        {
            "services": {
                "web": {"image": BUSYBOX, "command": ["sleep", "600"], "init": True},
                "desk": {
                    "image": BUSYBOX,
                    "command": ["sleep", "600"],
                    "init": True,
                    "labels": {"com.docker.desktop.extension": "true"},
                },
            }
        }
    )
    web.up()
    web.compose("run", "-d", "--rm", "web", "sleep", "600")
    async with connected() as engine:
        assert len((await engine.state(web_of(web))).replicas) == 1
        projects = {one.name: one for one in await engine.projects()}
    shown = {one.service.name: one for one in projects[web.name].services}
    assert not shown["web"].off_limits and shown["web"].unscalable is None
    assert shown["desk"].off_limits and "an extension of Docker Desktop" in (shown["desk"].unscalable or "")
    assert len(shown["desk"].replicas) == 1
    docker("rm", "-f", *docker("ps", "-q", "--filter", f"name={web.name}-web-run").stdout.split())


async def test_other_services_are_left_alone(project: MakeProject) -> None:
    web = project(
        {"services": {name: {"image": BUSYBOX, "command": ["sleep", "600"], "init": True} for name in ("web", "job")}}
    )
    web.up("--scale", "job=3")
    jobs = web.ps_ids("job")
    async with connected() as engine:
        await engine.scale(web_of(web), 3, "op-1")
        await engine.scale(web_of(web), 1, "op-2")
    assert web.ps_ids("job") == jobs


async def test_two_scales_at_once_come_one_after_the_other(project: MakeProject) -> None:
    web = up(project, 1)
    async with connected() as engine:
        outcomes = await asyncio.gather(engine.scale(web_of(web), 4, "op-1"), engine.scale(web_of(web), 2, "op-2"))
    assert [(one.before, one.replicas) for one in outcomes] == [(1, 4), (4, 2)]
    assert numbers(web) == [1, 2]


async def test_a_name_that_somebody_else_holds_is_passed_over(project: MakeProject) -> None:
    web = up(project, 1)
    docker("create", "--name", f"{web.name}-web-2", BUSYBOX, "true")
    try:
        async with connected() as engine:
            outcome = await engine.scale(web_of(web), 3, "op")
        assert outcome.error is None and numbers(web) == [1, 3, 4]
    finally:
        docker("rm", "-f", f"{web.name}-web-2")


async def test_services_on_the_host_network_and_without_network_scale(project: MakeProject) -> None:
    web = project(
        {
            "services": {
                "web": {"image": BUSYBOX, "command": ["sleep", "600"], "init": True, "network_mode": "none"},
                "host": {"image": BUSYBOX, "command": ["sleep", "600"], "init": True, "network_mode": "host"},
                "side": {"image": BUSYBOX, "command": ["sleep", "600"], "init": True, "network_mode": "service:peer"},
                "peer": {"image": BUSYBOX, "command": ["sleep", "600"], "init": True},
                "bridge": {"image": BUSYBOX, "command": ["sleep", "600"], "init": True, "network_mode": "bridge"},
            }
        }
    )
    web.up()
    async with connected() as engine:
        for name in ("web", "host", "side", "bridge"):
            outcome = await engine.scale(ServiceId(web.name, name), 2, "op")
            assert outcome.error is None and outcome.replicas == 2, name
        ids = {name: web.ps_ids(name) for name in ("web", "host", "side", "bridge")}
        web.up("--scale", "web=2", "--scale", "host=2", "--scale", "side=2", "--scale", "bridge=2")
        assert ids == {name: web.ps_ids(name) for name in ids}
        samples = {one.replica_id: one for one in await engine.sample([ServiceId(web.name, name) for name in ids])}
    assert all(samples[id_].rx_bytes is None for name in ("web", "host", "side") for id_ in ids[name])
    assert all(samples[id_].rx_bytes is not None for id_ in ids["bridge"])
