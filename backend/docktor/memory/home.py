"""The folder where a daemon keeps its state, and the lock that lets only one daemon have it."""

import fcntl
import os
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from docktor.errors import PermanentError
from docktor.memory.disk import replace, storage_error, sync_folder, write_all

# The shortest limit among the systems Docktor runs on (macOS); Linux allows four more.
_LONGEST_SOCKET_PATH = 103
HOME_LOST = "DOCKTOR_HOME_LOST"
"""Variable with a sentence: why the home is a temporary one, and what to do."""

_TRIES = 5
_PAUSE_S = 0.05


def default_home(environment: Mapping[str, str]) -> Path:
    """DOCKTOR_HOME, else $XDG_STATE_HOME/docktor, else ~/.local/state/docktor; always absolute."""
    if chosen := environment.get("DOCKTOR_HOME"):
        return Path(chosen).expanduser().absolute()
    state = environment.get("XDG_STATE_HOME", "")
    if state.startswith("/"):  # a relative one is to be ignored, says the XDG specification
        return Path(state) / "docktor"
    person = environment.get("HOME") or str(Path.home())
    return Path(person).absolute() / ".local" / "state" / "docktor"


@dataclass(frozen=True, slots=True)
class Home:
    """Paths of everything a daemon keeps."""

    path: Path

    @property
    def sock(self) -> Path:
        return self.path / "docktor.sock"

    @property
    def pid(self) -> Path:
        return self.path / "daemon.pid"

    @property
    def log(self) -> Path:
        return self.path / "daemon.log"

    @property
    def decisions(self) -> Path:
        return self.path / "decisions.jsonl"

    @property
    def duckdb(self) -> Path:
        return self.path / "docktor.duckdb"

    @property
    def token(self) -> Path:
        return self.path / "token"

    @property
    def tokens(self) -> Path:
        return self.path / "tokens.json"

    @property
    def overrides(self) -> Path:
        return self.path / "overrides.json"

    @property
    def id(self) -> Path:
        return self.path / "home.id"

    def identity(self) -> str:
        """Twelve characters that tell this home from every other, for as long as it exists. Raises StorageError."""
        with suppress(FileNotFoundError):
            if known := self.id.read_text(encoding="ascii", errors="replace").strip():
                return known
        fresh = uuid.uuid4().hex[:12]
        try:
            replace(self.id, [fresh.encode("ascii")])
        except OSError as error:
            raise storage_error(self.id, error) from error
        return fresh

    def create(self) -> None:
        """Make the folder, for its owner's eyes only; one that is there keeps its mode. Raises StorageError."""
        longest = len(os.fsencode(self.sock))
        if longest > _LONGEST_SOCKET_PATH:
            raise PermanentError(
                f"the path {self.sock} is too long for a socket ({longest} bytes, at most "
                f"{_LONGEST_SOCKET_PATH}); set DOCKTOR_HOME to a shorter folder"
            )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not self.path.is_dir():
                self.path.mkdir(mode=0o700, exist_ok=True)
                sync_folder(self.path.parent)
        except OSError as error:
            raise storage_error(self.path, error) from error

    def lock(self) -> "HomeLock":
        """Take the home for this process until released or dead. Raises PermanentError naming the holder."""
        try:
            fd = os.open(self.pid, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise storage_error(self.pid, error) from error
        try:
            self._claim(fd)
            os.ftruncate(fd, 0)
            os.lseek(fd, 0, os.SEEK_SET)
            write_all(fd, f"{os.getpid()}\n".encode())
        except OSError as error:
            os.close(fd)
            raise storage_error(self.pid, error) from error
        except PermanentError:
            os.close(fd)
            raise
        return HomeLock(fd)

    def _claim(self, fd: int) -> None:
        # Tried a few times: `holder` of another process takes the lock for an instant, too.
        for _ in range(_TRIES):
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                time.sleep(_PAUSE_S)
        raise PermanentError(
            f"another daemon (PID {_read_pid(fd) or 'unknown'}) uses {self.path}; "
            "stop it with `docktor daemon stop`, or set DOCKTOR_HOME to another folder"
        )

    def holder(self) -> int | None:
        """PID of the daemon that has this home; `None` when there is none, whatever a stale file says.

        0 when it is held but the holder has not yet said who it is.
        """
        try:
            fd = os.open(self.pid, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None
        except BlockingIOError:
            return _read_pid(fd) or 0
        finally:
            os.close(fd)


class HomeLock:
    """Holds the home. Released by `release`, by leaving `with`, or by the end of the process, however it ends."""

    def __init__(self, fd: int) -> None:
        self._fd: int | None = fd

    def release(self) -> None:
        if self._fd is not None:
            # The file stays: removing it would let a third daemon lock another file of the same name.
            os.ftruncate(self._fd, 0)
            os.close(self._fd)
            self._fd = None

    def __enter__(self) -> "HomeLock":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _read_pid(fd: int) -> int | None:
    text = os.pread(fd, 32, 0).strip()
    return int(text) if text.isdigit() else None
