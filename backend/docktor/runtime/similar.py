"""Looks through what is remembered of a service for decisions like one of it."""

import asyncio
from collections.abc import Sequence

from docktor.core.decision import Decision
from docktor.core.similar import Similar, most_similar
from docktor.memory.store import Store
from docktor.memory.tables import LONGEST_LIST

LOOKED_THROUGH = 2000
"""The latest decisions of a service that are compared."""


async def similar(store: Store, decision_id: int, limit: int) -> tuple[Similar, ...] | None:
    """The most similar first; `None` when there is no such decision."""
    decision = await store.decision(decision_id)
    if decision is None:
        return None
    latest = await _latest(store, decision)
    return await asyncio.to_thread(most_similar, decision, latest, limit)


async def _latest(store: Store, decision: Decision) -> Sequence[Decision]:
    found: list[Decision] = []
    while len(found) < LOOKED_THROUGH:
        wanted = min(LONGEST_LIST, LOOKED_THROUGH - len(found))
        before = found[-1].id if found else None
        page = await store.decisions(project=decision.project, service=decision.service, before=before, limit=wanted)
        found += page
        if len(page) < wanted:
            break
    return found
