"""What waits for a person, and what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from docktor.core.decision import Decision


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """A proposal that waits for a person; `expires_s`: seconds left to answer it."""

    decision: Decision
    expires: datetime
    expires_s: float


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One line of the event log. `n` grows by one; ask for those after the last one seen.

    kind: decision | state | engine | config | store | advisor. `data`: what the kind needs (a decision's fields, …).
    """

    n: int
    at: datetime
    kind: str
    project: str | None
    service: str | None
    text: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class EventPage:
    """`resync`: events after the cursor were dropped; list everything anew. `last`: cursor for the next call."""

    events: tuple[LogEvent, ...]
    last: int
    resync: bool
