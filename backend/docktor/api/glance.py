"""What a list of services shows beside each, over HTTP."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from docktor.api.router import api_router
from docktor.api.routes import TheOffice
from docktor.runtime.views import Glance

router = api_router()


@router.get("/glance")
async def glance(
    office: TheOffice,
    minutes: Annotated[float, Query(gt=0, le=60 * 24, allow_inf_nan=False)] = 60,
) -> Sequence[Glance]:
    """Every managed service's driving metric over the last minutes, and the threshold it is judged by.

    At most 60 points each, on the same stretches of time for all: each is the highest value of its stretch, for that
    decides whether an upper threshold was crossed. `null` where the metric was absent or nothing was measured.
    """
    return await office.glance(minutes)
