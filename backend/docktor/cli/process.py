"""The daemon as a process: spawn it in the background, recognise it, end it, read its log."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from docktor.memory.home import Home

POLL_S = 0.1


def spawn(arguments: Sequence[str], home: Home) -> subprocess.Popen[bytes]:
    """Start `docktor ARGUMENTS` detached from this terminal, its output appended to the log."""
    with open(home.log, "ab", opener=_private) as log:
        return subprocess.Popen(
            # -P: a file in the working directory must not pass for one of Python's own modules
            [sys.executable, "-P", "-m", "docktor", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "DOCKTOR_HOME": str(home.path), "PYTHONUNBUFFERED": "1"},
        )


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Ask again and again; `False` when the time is over first."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True


def ask_to_end(pid: int) -> bool:
    """SIGTERM, if that process is a Docktor; `False` when it is not (another's, or of another pid namespace)."""
    if pid <= 1 or "docktor" not in _command_of(pid):
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    return True


def _command_of(pid: int) -> str:
    proc = Path("/proc")
    if (proc / "self").exists():
        with contextlib.suppress(OSError):
            return os.fsdecode((proc / str(pid) / "cmdline").read_bytes().replace(b"\0", b" "))
        return ""
    shown = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False, timeout=10
    )
    return shown.stdout


def tail(path: Path, lines: int, start: int = 0) -> list[str]:
    """The last lines of a file that may be large, none from before byte `start`."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            at, data = end, b""
            while at > start and data.count(b"\n") <= lines:
                step = min(65536, at - start)
                at -= step
                file.seek(at)
                data = file.read(step) + data
    except FileNotFoundError:
        return []
    return data.decode("utf-8", errors="replace").splitlines()[-lines:]


def follow(path: Path) -> Iterator[str]:
    """Lines appended to `path` from now on, for ever; goes over to the new file when it is replaced."""
    file = path.open("rb")
    file.seek(0, os.SEEK_END)
    rest = b""
    while True:
        chunk = file.read(65536)
        if chunk:
            *whole, rest = (rest + chunk).split(b"\n")
            yield from (line.decode("utf-8", errors="replace") for line in whole)
            continue
        time.sleep(POLL_S)
        with contextlib.suppress(FileNotFoundError):
            if _replaced(file.fileno(), path):
                file.close()
                file = path.open("rb")


def _replaced(descriptor: int, path: Path) -> bool:
    here, there = os.fstat(descriptor), path.stat()
    return (here.st_ino, here.st_dev) != (there.st_ino, there.st_dev)
