"""Replicas Docktor made are Compose's own: a rich service, scaled by us, then handled by the real Compose."""

from collections.abc import Iterator

import pytest

from docktor.engine.docker.wire import Json
from tests.compose_project import ComposeProject, docker
from tests.conftest import MakeProject
from tests.engine.support import (
    RICH,
    connected,
    left_of,
    numbers,
    replica,
    unlike,
    volumes,
    web_of,
    write_rich_files,
)

pytestmark = pytest.mark.engine


@pytest.fixture
def shop(project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> Iterator[ComposeProject]:
    """Two replicas of everything, made by Compose."""
    monkeypatch.setenv("DKT_TEST_SECRET", "from the environment")
    made = project(RICH)
    write_rich_files(made.file.parent)
    made.up("--scale", "web=2")
    yield made


def anonymous_volumes(inspected: Json) -> list[str]:
    return [mount["Name"] for mount in inspected["Mounts"] if mount["Destination"] == "/anonymous"]


def inside(container: str, *command: str) -> str:
    return docker("exec", container, *command).stdout


async def test_compose_handles_copies_as_its_own(shop: ComposeProject) -> None:
    async with connected() as engine:
        outcome = await engine.scale(web_of(shop), 5, "op-1")
        state = await engine.state(web_of(shop))
    assert outcome.error is None and (outcome.before, outcome.replicas) == (2, 5)
    assert outcome.created == tuple(f"{shop.name}-web-{n}" for n in (3, 4, 5))
    assert [one.number for one in state.replicas] == [1, 2, 3, 4, 5]
    assert {one.cpu_limit for one in state.replicas} == {0.5}
    assert state.unscalable is None and dict(state.labels) == {"docktor.max": "9"}

    ids = shop.ps_ids("web")
    assert len(ids) == 5
    for command in (
        ["up", "-d", "--no-recreate", "--scale", "web=5"],
        ["up", "-d", "--scale", "web=5"],
        ["up", "-d", "--remove-orphans", "--scale", "web=5"],
    ):
        shop.compose(*command)
        assert shop.ps_ids("web") == ids, f"`{' '.join(command)}` replaced containers"
    assert shop.compose("exec", "-T", "--index", "5", "web", "hostname").stdout.strip()
    assert shop.compose("port", "--index", "5", "web", "80").stdout.startswith("127.0.0.1:28")
    assert "web-5" in shop.compose("logs", "web").stdout
    assert len(docker("compose", "-p", shop.name, "ps", "-q", "web").stdout.split()) == 5

    forgotten = anonymous_volumes(replica(shop, 5))
    shop.compose("up", "-d", "-t", "1", "--scale", "web=4")
    assert numbers(shop) == [1, 2, 3, 4]
    docker("volume", "rm", *forgotten)  # Compose's own scale-down leaves them behind


async def test_nothing_is_left_behind(shop: ComposeProject) -> None:
    """Neither by our scale-down, anonymous volumes included, nor by `down` with copies among the replicas."""
    async with connected() as engine:
        await engine.scale(web_of(shop), 4, "op-1")
        theirs = {volume for n in (1, 2, 3, 4) for volume in anonymous_volumes(replica(shop, n))}
        await engine.scale(web_of(shop), 3, "op-2")
    assert len(theirs) == 4 and len(theirs & volumes()) == 3
    shop.compose("down", "-v", "-t", "1")
    assert left_of(shop) == {"containers": [], "networks": [], "volumes": []}
    assert not theirs & volumes()


async def test_a_copy_is_the_same_in_every_setting(shop: ComposeProject) -> None:
    async with connected() as engine:
        await engine.scale(web_of(shop), 3, "op-1")
    first, copied = replica(shop, 1), replica(shop, 3)
    assert unlike(first, copied) == []
    assert copied["Config"]["Labels"]["docktor.op"] == "op-1"
    assert copied["Config"]["Hostname"] == copied["Id"][:12]
    networks = copied["NetworkSettings"]["Networks"]
    front, back = (set(networks[f"{shop.name}_{name}"]["Aliases"]) - {copied["Id"][:12]} for name in ("front", "back"))
    assert front == {f"{shop.name}-web-3", "web", "webalias"} and back == {f"{shop.name}-web-3", "web"}


async def test_a_copy_has_the_same_files_but_its_own_anonymous_volume(shop: ComposeProject) -> None:
    old, new = f"{shop.name}-web-1", f"{shop.name}-web-3"
    inside(old, "sh", "-c", "echo mine > /anonymous/x; echo ours > /named/x; echo mine > /cache/x")
    async with connected() as engine:
        await engine.scale(web_of(shop), 3, "op-1")
    assert inside(new, "cat", "/run/secrets/file_secret") == "from a file\n"
    assert inside(new, "cat", "/run/secrets/env_secret") == "from the environment"
    assert inside(new, "cat", "/etc/file.conf", "/etc/inline.conf") == "file=1\ninline=1\n"
    stats = [
        inside(name, "stat", "-c", "%a %u %g", "/run/secrets/env_secret", "/etc/inline.conf") for name in (old, new)
    ]
    assert stats[0] == stats[1]
    assert inside(new, "cat", "/named/x") == "ours\n"
    assert inside(new, "ls", "/anonymous", "/cache").split() == ["/anonymous:", "/cache:"]


async def test_anonymous_volumes_that_compose_pinned_are_not_shared(shop: ComposeProject) -> None:
    """After `up --force-recreate` Compose names the anonymous volume in the replica's configuration."""
    shop.compose("up", "-d", "--force-recreate", "--scale", "web=2", "web")
    inside(f"{shop.name}-web-2", "sh", "-c", "echo mine > /anonymous/x")
    async with connected() as engine:
        await engine.scale(web_of(shop), 3, "op-1")
    assert inside(f"{shop.name}-web-3", "ls", "/anonymous") == ""
    ids = shop.ps_ids("web")
    shop.compose("up", "-d", "--scale", "web=3")
    assert shop.ps_ids("web") == ids


async def test_the_network_knows_all_replicas_by_the_services_name(shop: ComposeProject) -> None:
    async with connected() as engine:
        await engine.scale(web_of(shop), 5, "op-1")
    found = inside(f"{shop.name}-web-1", "nslookup", "webalias").count("Address")
    assert found >= 5


async def test_compose_replaces_copies_with_the_originals_when_the_file_changes(shop: ComposeProject) -> None:
    async with connected() as engine:
        await engine.scale(web_of(shop), 3, "op-1")
        before = set(shop.ps_ids("web"))
        shop.file.write_text(shop.file.read_text().replace("green", "blue"))
        shop.compose("up", "-d", "-t", "1", "--scale", "web=3")
        assert not before & set(shop.ps_ids("web")) and numbers(shop) == [1, 2, 3]
        await engine.scale(web_of(shop), 4, "op-2")
    assert "COLOR=blue" in replica(shop, 4)["Config"]["Env"]
