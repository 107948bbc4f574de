"""What every keeper shares, and what it leaves for those who look in."""

import asyncio
from dataclasses import dataclass

from docktor.core.decision import Verdict
from docktor.core.world import Snapshot
from docktor.engine.base import Engine
from docktor.runtime.advisor import Advisor
from docktor.runtime.clock import Clock
from docktor.runtime.eventlog import EventLog
from docktor.runtime.recorder import Recorder
from docktor.runtime.sampler import Sampler
from docktor.runtime.sources import Sources


@dataclass(frozen=True, slots=True)
class Tools:
    """What every keeper shares.

    `slots` bounds how many services scale at the same time, `recalls` how many read their history in; `owner` begins
    the id of each operation.
    """

    engine: Engine
    sampler: Sampler
    sources: Sources
    advisor: Advisor
    recorder: Recorder
    events: EventLog
    clock: Clock
    slots: asyncio.Semaphore
    recalls: asyncio.Semaphore
    owner: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The latest tick, for those who look in."""

    snapshot: Snapshot
    verdict: Verdict
    desired: int
