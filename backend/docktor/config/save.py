"""Writing a file so that whoever reads it finds the old content or the new, and saying why it could not be."""

import errno
import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from docktor.compose.document import printable
from docktor.errors import ConfigError, Problem

_REMEDIES = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the disk quota is used up; free some space",
    errno.EROFS: "the file system is read-only; mount it writable, or change the file where it comes from",
    errno.EACCES: "no permission; check who owns the file and its folder",
    errno.EPERM: "no permission; check who owns the file and its folder",
    errno.ENOENT: "its folder is not there; make it first",
    errno.ELOOP: "its links lead in a circle",
}
_IN_PLACE = frozenset({errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS})


def write_file(path: Path, text: str, *, rename: Callable[[Path, Path], object] = Path.replace) -> None:
    """Puts `text` in place of the file at once; a link stays, and what it leads to is written. Raises ConfigError.

    Where no other file can take its place (mounted by itself, or in a closed folder) it is written over.
    """
    try:
        target, data = path.resolve(), text.encode()
        mode = _opened(target)
        try:
            _swap(target, data, mode, rename)
        except OSError as error:
            if mode is None or error.errno not in _IN_PLACE:
                raise
            _overwrite(target, data)
    except RuntimeError:  # how Python before 3.13 tells of links in a circle
        raise unwritable(path, OSError(errno.ELOOP, "")) from None
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from None


def unwritable(path: Path, error: OSError | ValueError) -> ConfigError:
    """The error to raise when `path` can't be written."""
    code = error.errno if isinstance(error, OSError) else None
    reason = _REMEDIES.get(code or 0) or (error.strerror if isinstance(error, OSError) else None) or str(error)
    return ConfigError((Problem("", f"{printable(str(path), 300)} can't be written: {reason}"),), str(path))


def beside(path: Path, text: str) -> Path:
    """A new file with that text in the folder of `path`. Raises OSError."""
    fresh, fd = _fresh(path, 0o600)
    _fill(fresh, fd, text.encode())
    return fresh


def _opened(target: Path) -> os.stat_result | None:
    """What it is, `None` if it isn't there. Raises OSError if it may not be written: renaming wouldn't ask."""
    try:
        with target.open("r+b") as file:
            return os.fstat(file.fileno())
    except FileNotFoundError:
        return None


def _swap(target: Path, data: bytes, old: os.stat_result | None, rename: Callable[[Path, Path], object]) -> None:
    fresh, fd = _fresh(target, 0o666 if old is None else 0o600)
    _fill(fresh, fd, data, old)
    try:
        rename(fresh, target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    with suppress(OSError):  # not every file system can
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _fresh(path: Path, mode: int) -> tuple[Path, int]:
    fresh = path.with_name(f".{path.name[:200]}.{secrets.token_hex(4)}.tmp")
    return fresh, os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)


def _fill(fresh: Path, fd: int, data: bytes, old: os.stat_result | None = None) -> None:
    try:
        with open(fd, "wb") as file:
            if old is not None:
                with suppress(OSError):  # only root gives files away
                    os.fchown(fd, old.st_uid, old.st_gid)
                os.fchmod(fd, stat.S_IMODE(old.st_mode))
            file.write(data)
            file.flush()
            os.fsync(fd)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _overwrite(target: Path, data: bytes) -> None:
    with target.open("r+b", buffering=0) as file:
        old = file.read()
        try:
            _put(file.fileno(), data)
        except OSError:
            with suppress(OSError):
                _put(file.fileno(), old)
            raise


def _put(fd: int, data: bytes) -> None:
    """The whole content; `os.write` alone may stop half way on a disk that is nearly full."""
    os.lseek(fd, 0, os.SEEK_SET)
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]
    os.ftruncate(fd, len(data))
    os.fsync(fd)
