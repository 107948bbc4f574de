"""Where a service of a project can be reached from outside its networks."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from docktor.core.world import ServiceId
from docktor.engine.docker.find import Finder
from docktor.engine.docker.wire import Json

LOOPBACK = "127.0.0.1"
_EVERYWHERE = ("", "0.0.0.0", "::")


async def find_address(finder: Finder, endpoint: str, service: ServiceId, port: int) -> tuple[str, int] | None:
    """A published port of it, else (with an engine on this machine) the address of one of its containers.

    In a container the names of the networks it is on are the better way, so nothing is answered there.
    """
    if finder.in_container:
        return None
    parts = urlsplit(endpoint)
    machine = parts.hostname if parts.scheme in ("tcp", "http", "https") else None
    return choose_address(await finder.rows(service), port, machine)


def choose_address(rows: Sequence[Json], port: int, machine: str | None) -> tuple[str, int] | None:
    """`rows`: its running containers as the engine lists them. `machine`: the engine's, `None` for this one."""
    for row in rows:
        for one in row.get("Ports") or ():
            if one.get("PrivatePort") == port and one.get("PublicPort") and one.get("Type") == "tcp":
                bound = str(one.get("IP") or "")
                here = LOOPBACK if bound in _EVERYWHERE else bound
                return machine or here, int(one["PublicPort"])
    if machine is not None:
        return None
    for row in rows:
        for name, network in ((row.get("NetworkSettings") or {}).get("Networks") or {}).items():
            if name == "host":
                return LOOPBACK, port
            if network.get("IPAddress"):
                return str(network["IPAddress"]), port
    return None
