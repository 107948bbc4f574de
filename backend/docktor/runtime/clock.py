"""The one place that reads the clock, and tells the zone it stands in."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

JUMP_S = 5.0
LOCALTIME = Path("/etc/localtime")


class Clock:
    """Wall time for what is recorded, and a watch on it: a wall clock that was set, or a machine that slept."""

    def __init__(self) -> None:
        self._wall = self.now()
        self._steady = time.monotonic()

    def now(self) -> datetime:
        """UTC, aware."""
        return datetime.now(UTC)

    def steady(self) -> float:
        """Seconds from an arbitrary start; never jumps."""
        return time.monotonic()

    def jumped(self) -> float:
        """Seconds by which the wall clock went astray since the last call, or 0 when it kept step."""
        wall, steady = self.now(), self.steady()
        drift = (wall - self._wall).total_seconds() - (steady - self._steady)
        self._wall, self._steady = wall, steady
        return drift if abs(drift) > JUMP_S else 0.0


def local_zone(environment: Mapping[str, str], file: Path = LOCALTIME) -> tzinfo:
    """The zone in which days begin and end: what `TZ` says, else the system's (`file`), without either UTC.

    A `TZ` that isn't the name of a zone, as `CET-1CEST`, is taken as it is today, without its summer time.
    """
    name = environment.get("TZ")
    try:
        if name:
            return ZoneInfo(name.removeprefix(":"))
        if name is None:
            with file.open("rb") as found:
                return ZoneInfo.from_file(found)
    except (OSError, ValueError, KeyError):  # no such zone or file, or one that can't be read
        return (datetime.now(UTC).astimezone().tzinfo if name else None) or UTC
    return UTC
