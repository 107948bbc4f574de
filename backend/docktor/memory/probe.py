"""Try a DuckDB file in a child process first: a damaged one may end the process that opens it."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import duckdb

_PATIENCE_S = 120
_UNREADABLE = 3
# More than the daemon allows itself: folding in a large write-ahead log takes it.
_MEMORY = "512MB"
_NOT_ITS_FAULT = (
    "No space left",
    "Disk quota",
    "Permission denied",
    "Read-only file system",
    "Too many open files",
    "Operation not permitted",
)


class Fault(StrEnum):
    """BUSY: another process has the file. AWAY: the place can't be used now. BROKEN: the file is bad."""

    BUSY = "busy"
    AWAY = "away"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    fault: Fault
    text: str


def judge(path: Path, message: str) -> Finding:
    """What a DuckDB error says about its file."""
    first = (message.strip() or "no reason given").splitlines()[0]
    if "Could not set lock" in message:
        holder = re.search(r"\(PID (\d+)\)", message)
        who = f"process {holder[1]}" if holder else "another process"
        return Finding(Fault.BUSY, f"{path} is in use by {who}; end it and the index comes back by itself")
    if any(sign in message for sign in _NOT_ITS_FAULT):
        return Finding(Fault.AWAY, f"{path} cannot be used: {first}")
    return Finding(Fault.BROKEN, first)


def examine(path: Path, *, thorough: bool) -> Finding | None:
    """`None` when the file opens and reads well, or is not there. `thorough` reads the metrics as well."""
    if not path.exists() or not sys.executable:
        return None
    command = [sys.executable, "-m", __name__, str(path), "thorough" if thorough else "quick"]
    search = os.pathsep.join(folder for folder in sys.path if folder)
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": search},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Finding(Fault.BROKEN, f"it does not open within {_PATIENCE_S} s")
    except OSError:
        return None
    if done.returncode < 0:
        return Finding(Fault.BROKEN, f"opening it kills the process (signal {-done.returncode})")
    # Any other end says something about Python, not about the file.
    return judge(path, done.stderr) if done.returncode == _UNREADABLE else None


def _try(path: str, how: str) -> None:
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": _MEMORY,
        "enable_external_access": False,
        "autoload_known_extensions": False,
    }
    with duckdb.connect(path, config=config) as connection:
        names = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        for name in names:
            if how == "thorough" or name != "metrics":
                connection.execute(f'SELECT count(*), sum(hash(t)) FROM "{name}" t').fetchall()


if __name__ == "__main__":
    try:
        _try(sys.argv[1], sys.argv[2])
    except duckdb.Error as error:
        sys.stderr.write(str(error))
        sys.exit(_UNREADABLE)
