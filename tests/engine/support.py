"""A Compose project that uses nearly everything a container can have, and helpers to look at its replicas."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from docktor.core.world import ServiceId
from docktor.engine.docker.engine import DockerEngine
from docktor.engine.docker.wire import Json
from tests.compose_project import BUSYBOX, ComposeProject, docker

# What two faithful replicas may differ in.
_OWN = re.compile(
    r"^(Id|Name|Created|ExecIDs|Config\.Hostname|LogPath|HostnamePath|HostsPath|ResolvConfPath)$"
    r"|^State\.(Pid|StartedAt|FinishedAt|Health\..*)$"
    r"|^Config\.Labels\.(com\.docker\.compose\.container-number|docktor\.op)$"
    r"|^GraphDriver\.|^Storage\.|^Mounts\[anonymous\]\.(Name|Source)$"
    r"|^NetworkSettings\.(SandboxID|SandboxKey|EndpointID|IPAddress|GlobalIPv6Address|MacAddress|Ports.*)$"
    r"|^NetworkSettings\.Networks\..*\.(EndpointID|IPAddress|MacAddress|IPAMConfig|Aliases|DNSNames)$"
)

RICH_SERVICE: dict[str, object] = {
    "image": BUSYBOX,
    "command": ["sh", "-c", "trap 'exit 0' TERM; echo up; while :; do sleep 0.1; done"],
    "environment": {"COLOR": "green", "EMPTY": ""},
    "labels": {"team": "shop", "docktor.max": "9"},
    "networks": {"front": {"aliases": ["webalias"]}, "back": {}},
    "healthcheck": {"test": ["CMD", "true"], "interval": "1s", "retries": 3},
    "ports": ["127.0.0.1:28080-28110:80"],
    "volumes": [
        "/anonymous",
        "named:/named",
        {"type": "bind", "source": "./site", "target": "/site", "read_only": True},
        {"type": "tmpfs", "target": "/cache", "tmpfs": {"size": 1048576}},
    ],
    "tmpfs": ["/scratch"],
    "secrets": ["file_secret", "env_secret"],
    "configs": [
        {"source": "file_config", "target": "/etc/file.conf"},
        {"source": "inline_config", "target": "/etc/inline.conf"},
    ],
    "ulimits": {"nofile": {"soft": 2048, "hard": 4096}},
    "cpus": 0.5,
    "mem_limit": "64m",
    "pids_limit": 50,
    "cap_drop": ["NET_RAW"],
    "logging": {"driver": "json-file", "options": {"max-size": "1m"}},
    "restart": "on-failure:3",
    "sysctls": {"net.core.somaxconn": "200"},
    "extra_hosts": ["elsewhere:10.9.9.9"],
    "shm_size": "16m",
    "stop_grace_period": "3s",
    "working_dir": "/site",
    "init": True,
}

RICH: dict[str, object] = {
    "services": {"web": RICH_SERVICE, "db": {"image": BUSYBOX, "command": ["sleep", "600"], "init": True}},
    "networks": {"front": {}, "back": {}},
    "volumes": {"named": {}},
    "secrets": {"file_secret": {"file": "./secret.txt"}, "env_secret": {"environment": "DKT_TEST_SECRET"}},
    "configs": {"file_config": {"file": "./file.conf"}, "inline_config": {"content": "inline=1\n"}},
}


def write_rich_files(folder: Path) -> None:
    (folder / "site").mkdir()
    (folder / "site" / "index.html").write_text("hello\n")
    (folder / "secret.txt").write_text("from a file\n")
    (folder / "file.conf").write_text("file=1\n")


def sleepers(**more: object) -> dict[str, object]:
    """A project whose one service `web` sleeps, and ends at once when told to."""
    return {"services": {"web": {"image": BUSYBOX, "command": ["sleep", "600"], "init": True, **more}}}


def web_of(project: ComposeProject) -> ServiceId:
    return ServiceId(project.name, "web")


@asynccontextmanager
async def connected() -> AsyncIterator[DockerEngine]:
    """The engine of DOCKER_HOST, or the machine's own."""
    engine = await DockerEngine.connect()
    try:
        yield engine
    finally:
        await engine.close()


def inspect(container: str) -> Json:
    (found,) = json.loads(docker("inspect", container).stdout)
    assert isinstance(found, dict)
    return found


def replica(project: ComposeProject, number: int, service: str = "web") -> Json:
    return inspect(f"{project.name}-{service}-{number}")


def numbers(project: ComposeProject, service: str = "web") -> list[int]:
    """Container numbers as Compose sees them, in any state."""
    found = (inspect(id_)["Config"]["Labels"] for id_ in project.ps_ids(service))
    return sorted(int(labels["com.docker.compose.container-number"]) for labels in found)


def left_of(project: ComposeProject) -> Mapping[str, list[str]]:
    """Containers, networks and volumes that still carry the project's name."""
    label = f"label=com.docker.compose.project={project.name}"
    return {
        "containers": docker("ps", "-aq", "--filter", label).stdout.split(),
        "networks": docker("network", "ls", "-q", "--filter", label).stdout.split(),
        "volumes": docker("volume", "ls", "-q", "--filter", label).stdout.split(),
    }


def volumes() -> set[str]:
    return set(docker("volume", "ls", "-q").stdout.split())


def unlike(one: Json, other: Json) -> list[str]:
    """Paths of the inspects of two replicas that differ though they should not."""
    return sorted({path for path in _differing("", _tidy(one), _tidy(other)) if not _OWN.search(path)})


def _tidy(inspected: Json) -> Json:
    """The order of mounts and of the environment means nothing; an anonymous volume is known by where it is mounted."""
    tidy = dict(inspected)
    tidy["Mounts"] = {
        "anonymous" if re.fullmatch("[0-9a-f]{64}", mount.get("Name", "")) else mount["Destination"]: mount
        for mount in inspected["Mounts"]
    }
    tidy["Config"] = inspected["Config"] | {"Env": sorted(inspected["Config"]["Env"] or [])}
    tidy["HostConfig"] = {
        key: sorted(value, key=str) if key in ("Binds", "Mounts") and value else value
        for key, value in inspected["HostConfig"].items()
    }
    return tidy


def _differing(path: str, one: object, other: object) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            below = f"{path}[{key}]" if path == "Mounts" else f"{path}.{key}".lstrip(".")
            yield from _differing(below, one.get(key), other.get(key))
    elif one != other:
        yield path
