"""Which decisions are asked for, and whether one of them is."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict

from docktor.core.record import read_time

ALIKE = ("project", "service", "action", "phase", "source")


class Wanted(TypedDict, total=False):
    """`text`: found in the reason or in `project/service`, in capitals or not. `before`: ids below it. `None`: any."""

    project: str | None
    service: str | None
    action: str | None
    phase: str | None
    source: str | None
    text: str | None
    since: datetime | None
    before: int | None


def searched(project: str, service: str, reason: str) -> str:
    """What a text is looked for in."""
    return f"{project}/{service}\n{reason}".casefold()


def fits(data: Mapping[str, object], wanted: Wanted) -> bool:
    """Whether a line of the journal, as JSON, is one of them; `before` aside."""
    alike: Mapping[str, object] = {key: value for key, value in wanted.items() if key in ALIKE}
    if any(value is not None and data.get(key) != value for key, value in alike.items()):
        return False
    text, since = wanted.get("text"), wanted.get("since")
    if text is not None:
        place = searched(str(data.get("project")), str(data.get("service")), str(data.get("reason")))
        if text.casefold() not in place:
            return False
    return since is None or _at_or_after(data.get("timestamp"), since)


def _at_or_after(timestamp: object, since: datetime) -> bool:
    try:
        return read_time(str(timestamp)) >= since
    except ValueError:
        return False
