"""What the replicas cost, over HTTP."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from docktor.api.plain import thaw
from docktor.api.router import api_router
from docktor.api.routes import TheOffice, TheService
from docktor.runtime.views import AdviceView, CostView

router = api_router()


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


@router.get("/projects/{project}/services/{service}/advice")
async def service_advice(office: TheOffice, name: TheService) -> AdviceView:
    """What would suit the service better: limits far above use, too many or too few replicas, too large or small ones.

    Drawn from the last seven days of its record, with the numbers each piece of advice goes by. There is always one:
    with less than a day on record `too-early`, and `fits` when there is nothing to advise. Changes nothing.
    """
    return thaw(await office.advice(name))
