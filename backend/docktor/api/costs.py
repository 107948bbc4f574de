"""What the replicas cost, over HTTP."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from docktor.api.routes import TheOffice
from docktor.runtime.costing import CostView

router = APIRouter()


@router.get("/costs")
async def costs(
    office: TheOffice,
    days: Annotated[int, Query(ge=1, le=366)] = 7,
    project: str | None = None,
    service: str | None = None,
) -> Sequence[CostView]:
    """Replica-hours of each service and day, and money where an hour of a replica has a price; oldest day first.

    From the recorded number of replicas: each lasts until the next one, but for five minutes at the most. Days are cut
    at midnight of the daemon's time zone; the last one is today up to now. `known_hours` says how much of a day is
    recorded. Days older than `retention.metrics_days` are empty.
    """
    return await office.costs(days, project, service)
