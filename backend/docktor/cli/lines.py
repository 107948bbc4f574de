"""Plain lines for a daemon without a terminal; keeps its log file from growing for ever."""

import os
import sys
from pathlib import Path

LARGEST_LOG = 10_000_000  # bytes; one former file of that size is kept beside it


class LinePrinter:
    """Writes lines to stdout. When stdout is `log` itself, a full one is set aside as `daemon.log.1`."""

    def __init__(self, log: Path, largest: int = LARGEST_LOG) -> None:
        self._log = log
        self._largest = largest
        self._broken = False

    def print(self, line: str) -> None:
        """A reader that went away ends the printing, never the daemon."""
        if self._broken:
            return
        try:
            print(line, flush=True)
            self._turn_over()
        except OSError:
            self._broken = True

    def _turn_over(self) -> None:
        if os.fstat(sys.stdout.fileno()).st_size <= self._largest or not self._is_log():
            return
        self._log.replace(self._log.with_name(self._log.name + ".1"))
        fresh = os.open(self._log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
            os.dup2(fresh, stream.fileno())
        os.close(fresh)

    def _is_log(self) -> bool:
        return self._log.exists() and os.path.samestat(os.fstat(sys.stdout.fileno()), self._log.stat())
