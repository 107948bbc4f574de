"""Why the engine does not answer, and what a person can do about it, as one line."""

import errno
import grp
import os
import ssl
from pathlib import Path

import aiohttp
from aiodocker.exceptions import DockerContextError

OLDEST_API = (1, 41)


def for_connection(error: Exception, endpoint: str) -> str:
    """A failed connection, told as reason and remedy. `endpoint`: `unix:///path` or `tcp://host:port`."""
    code = getattr(getattr(error, "os_error", error), "errno", None)
    socket = endpoint.removeprefix("unix://") if endpoint.startswith("unix://") else None
    if socket and code in (errno.ENOENT, errno.ENOTDIR):
        return (
            f"there is no Docker socket at {socket}: start Docker, or set DOCKER_HOST to where its engine listens "
            "(in a container: mount the socket there)"
        )
    if socket and code in (errno.EACCES, errno.EPERM):
        return _permission(Path(socket))
    if socket and code == errno.ECONNREFUSED:
        return f"nothing listens on {socket}: the Docker engine is not running; start it"
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return f"no trusted TLS connection to {endpoint} ({error}): check DOCKER_TLS_VERIFY and DOCKER_CERT_PATH"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return f"the engine at {endpoint} closed the connection: it is stopping or restarting"
    return f"no connection to the engine at {endpoint} ({error}): check that it runs, and DOCKER_HOST"


def _permission(socket: Path) -> str:
    user = os.environ.get("USER") or f"uid {os.geteuid()}"
    try:
        gid = socket.stat().st_gid
    except OSError:
        return f"{user} may not reach {socket}: no permission to enter its directory"
    try:
        group = grp.getgrgid(gid).gr_name
    except KeyError:
        return (
            f"{user} may not use {socket}: it belongs to group {gid}, which has no name here; "
            f"run Docktor with that group (in Compose: `group_add: [{gid}]`)"
        )
    return (
        f"{user} may not use {socket}: it belongs to group {group} ({gid}); join it with "
        f"`sudo usermod -aG {group} $USER` and log in again (in Compose: `group_add: [{gid}]`)"
    )


def for_discovery(error: Exception, host: str | None) -> str:
    """The endpoint itself can't be made out: a bad address or a Docker context that is not there."""
    if isinstance(error, DockerContextError):
        context = f" {error.context_name}" if error.context_name else ""
        return (
            f"the Docker context{context} can't be used ({error.message}): "
            "see `docker context ls`, choose one with `docker context use`, or set DOCKER_HOST"
        )
    if "asyncssh" in str(error):
        return f"{host} needs the ssh extra of aiodocker: install aiodocker[ssh], or use a unix:// or tcp:// address"
    return f"{host!r} is no engine address ({error}): use unix:///path/docker.sock or tcp://host:port"


def for_timeout(what: str, seconds: float, endpoint: str) -> str:
    return (
        f"the engine at {endpoint} did not answer {what} within {seconds:g} s: it hangs or is overloaded; "
        "look at its log, or restart it"
    )


def for_nonsense(endpoint: str) -> str:
    return f"what answers at {endpoint} does not speak as a Docker engine does: check DOCKER_HOST"


def for_old_api(version: str, endpoint: str) -> str:
    oldest = ".".join(map(str, OLDEST_API))
    return (
        f"the engine at {endpoint} speaks API {version}, Docktor needs {oldest} (Docker 20.10) or newer: update Docker"
    )
