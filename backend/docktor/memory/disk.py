"""Writing so that it stays written, and saying clearly why it could not be."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from docktor.errors import StorageError

_REMEDIES = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the disk quota is used up; free some space",
    errno.EROFS: "the file system is read-only; mount it writable or set DOCKTOR_HOME to another folder",
    errno.EACCES: "no permission; check who owns it or set DOCKTOR_HOME to a folder of yours",
    errno.EPERM: "no permission; check who owns it or set DOCKTOR_HOME to a folder of yours",
}


def storage_error(path: Path, error: OSError) -> StorageError:
    """The error to raise when `path` can't be read or written."""
    remedy = _REMEDIES.get(error.errno or 0) or error.strerror or str(error)
    return StorageError(f"cannot use {path}: {remedy}")


def write_all(fd: int, data: bytes) -> None:
    """Write every byte; os.write alone may stop half way on a disk that is nearly full."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def sync_folder(folder: Path) -> None:
    """Make names created or renamed in `folder` outlive a power cut."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def replace(path: Path, parts: Iterable[bytes]) -> None:
    """Put `parts` in place of the file at once: whoever reads finds the old content or the new. Raises OSError."""
    fresh = path.with_name(path.name + ".new")
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        try:
            for part in parts:
                write_all(fd, part)
            os.fsync(fd)
        finally:
            os.close(fd)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
