"""The way into the image: does what only root may do, leaves root, and becomes `docktor ARGS`.

`python -m docktor.cli.container healthy` is the image's health check.
"""

import contextlib
import http.client
import os
import signal
import socket
import stat
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from http import HTTPStatus
from pathlib import Path

from docktor.api.listeners import INHERITED, SOCKET_VARIABLE, open_listener
from docktor.errors import DocktorError
from docktor.memory.home import HOME_LOST, Home, default_home

UID = 65532
ENGINE_SOCKET = "/var/run/docker.sock"
LOST_HOME = Path("/tmp/docktor")
HEALTH_S = 4.0
_GROUP_MAY = stat.S_IRGRP | stat.S_IWGRP
_ALL_MAY = stat.S_IROTH | stat.S_IWOTH


def groups_for(engine: os.stat_result | None) -> list[int] | None:
    """The supplementary groups with which a user who isn't root reaches the engine's socket; `None`: none would do."""
    if engine is None or not stat.S_ISSOCK(engine.st_mode):  # a folder is what Docker mounts for a missing socket
        return []
    if engine.st_mode & _ALL_MAY == _ALL_MAY:
        return []
    return [engine.st_gid] if engine.st_mode & _GROUP_MAY == _GROUP_MAY else None


def leave_root(environment: Mapping[str, str]) -> str | None:
    """Become UID with the group of the engine's socket. Answers why not, when it stays root."""
    if os.geteuid() != 0:
        return None
    address = environment.get("DOCKER_HOST") or f"unix://{ENGINE_SOCKET}"
    path = Path(address.removeprefix("unix://")) if address.startswith("unix://") else None
    groups = groups_for(path.stat() if path and path.exists() else None)
    if groups is None:
        return f"runs as root, because only root may use {path}"
    try:
        os.setgroups(groups)
        os.setgid(UID)
        os.setuid(UID)
    except PermissionError:
        return "runs as root, because it may not leave it: give the container the capabilities SETUID and SETGID"
    return None


def open_socket(environment: MutableMapping[str, str]) -> None:
    """Listen on the socket asked for, while root: its folder is Docker Desktop's. Raises DocktorError."""
    path = environment.get(SOCKET_VARIABLE)
    if not path:
        return
    listener = open_listener(Path(path))
    listener.set_inheritable(True)
    environment[SOCKET_VARIABLE] = f"{INHERITED}{listener.detach()}"


def usable_home(environment: MutableMapping[str, str], arguments: Sequence[str]) -> list[str]:
    """Without a home to write to the daemon answers all the same, from a temporary one, and only proposes."""
    home = default_home(environment)
    with contextlib.suppress(OSError):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.access(home, os.R_OK | os.W_OK | os.X_OK):
        return list(arguments)
    environment[HOME_LOST] = (
        f"uid {os.geteuid()} can't write to {home}: mount a volume there that it owns; "
        "until then Docktor only proposes, and forgets everything when it ends"
    )
    environment["DOCKTOR_HOME"] = str(LOST_HOME)
    print(f"docktor: {environment[HOME_LOST]}", file=sys.stderr)
    return [*arguments, "--manual"] if list(arguments[:2]) == ["daemon", "start"] else list(arguments)


def healthy(homes: Sequence[Path]) -> bool:
    """Whether a daemon answers on the socket of one of the homes."""
    return any(_answers(Home(home).sock) for home in homes)


def _answers(path: Path) -> bool:
    connection = http.client.HTTPConnection("localhost", timeout=HEALTH_S)
    try:
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(HEALTH_S)
        connection.sock.connect(str(path))
        connection.request("GET", "/api/health")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main() -> None:
    arguments = sys.argv[1:]
    if arguments == ["healthy"]:
        leave_root(os.environ)
        sys.exit(0 if healthy([default_home(os.environ), LOST_HOME]) else 1)
    # The first process of a container ignores what it has no handler for; the daemon's comes after a second of loading.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if os.geteuid() == 0:
        _as_root(arguments)
    from docktor.cli.main import main as docktor

    sys.argv = ["docktor", *usable_home(os.environ, arguments)]
    docktor()


def _as_root(arguments: Sequence[str]) -> None:
    try:
        open_socket(os.environ)
    except DocktorError as error:
        sys.exit(f"docktor: {error}")
    if stays := leave_root(os.environ):
        print(f"docktor: {stays}", file=sys.stderr)
    else:  # anew: /proc/self of one that has left root still belongs to root
        os.execv(sys.executable, [sys.executable, "-m", "docktor.cli.container", *arguments])


if __name__ == "__main__":
    main()
