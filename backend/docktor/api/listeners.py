"""The sockets the API is served on."""

import contextlib
import errno
import os
import socket
import stat
from collections.abc import Mapping
from pathlib import Path

from docktor.errors import DocktorError

PORTS_TO_TRY = 20
CONNECT_TIMEOUT_S = 2.0
SOCKET_VARIABLE = "DOCKTOR_SOCKET"
"""Where the API answers besides the home's socket: a path, or `fd:N` for a socket that is listened on already."""
INHERITED = "fd:"
MAX_SOCKET_PATH = 107  # bytes, on Linux; other systems allow 103


class PortsTakenError(DocktorError):
    """Somebody else has every port that was tried."""


def answers(path: Path) -> bool:
    """Whether some process accepts connections on the unix socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(CONNECT_TIMEOUT_S)
        try:
            probe.connect(str(path))
        except TimeoutError:
            return True  # a full backlog: alive, only busy
        except OSError:
            return False
        return True


def unix_listener(path: Path, mode: int = 0o600) -> socket.socket:
    """Listen on `path`, for its owner alone unless `mode` says otherwise.

    A file left there by a dead daemon is replaced; a live one's is not.
    """
    if len(os.fsencode(path)) > MAX_SOCKET_PATH:
        raise DocktorError(f"{path} is too long for a unix socket: set DOCKTOR_HOME to a shorter directory")
    with contextlib.suppress(OSError):  # nothing there, or nothing to be seen: then binding tells
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise DocktorError(f"{path} is in the way and is not a socket: move it elsewhere")
        if answers(path):
            raise DocktorError(f"another daemon answers on {path}: stop it with `docktor daemon stop`")
        path.unlink()
    listener = socket.socket(socket.AF_UNIX)
    mask = os.umask(0o777 & ~mode)  # from its first moment the socket is for those it is meant for
    try:
        listener.bind(str(path))
    except OSError as error:
        listener.close()
        raise DocktorError(f"can't listen on {path}: {error.strerror}") from error
    finally:
        os.umask(mask)
    listener.listen()
    listener.setblocking(False)
    return listener


def open_listener(path: Path) -> socket.socket:
    """Listen on `path` for every user who may enter its folder, which is made.

    It is for Docker Desktop, which connects as a user we don't know, through a folder that nobody else may enter.
    """
    with contextlib.suppress(OSError):  # then listening fails, and says so
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    return unix_listener(path, mode=0o666)


def further_listener(environment: Mapping[str, str]) -> socket.socket | None:
    """The listener that SOCKET_VARIABLE asks for. Raises DocktorError."""
    asked = environment.get(SOCKET_VARIABLE, "")
    if not asked.startswith(INHERITED):
        return open_listener(Path(asked)) if asked else None
    try:
        listener = socket.socket(fileno=int(asked.removeprefix(INHERITED)))
    except (OSError, ValueError) as error:
        raise DocktorError(f"{SOCKET_VARIABLE} is {asked}, which is no open socket: give it a path") from error
    listener.set_inheritable(False)
    listener.setblocking(False)
    return listener


def tcp_listener(host: str, port: int) -> socket.socket:
    """Listen on `host`, at `port` or the next free one. Raises PortsTakenError when none of the next is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + PORTS_TO_TRY, 65536)):
        # Named, so that asyncio turns off Nagle's algorithm: an answer's body would wait 40 ms for its head's receipt.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen()
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRINUSE:
                continue
            raise DocktorError(f"can't listen on {host}:{candidate}: {error.strerror or error}") from error
        listener.setblocking(False)
        return listener
    raise PortsTakenError(f"ports {port} to {port + PORTS_TO_TRY - 1} on {host} are all taken")
