"""The daemon's own numbers, for Prometheus to scrape. At the root, where scrapers look for it."""

from fastapi.responses import PlainTextResponse

from docktor.api.router import api_router
from docktor.api.routes import TheOffice
from docktor.runtime.exposition import CONTENT_TYPE

router = api_router(prefix="")


@router.get("/metrics", response_class=PlainTextResponse)
async def prometheus_metrics(office: TheOffice) -> PlainTextResponse:
    """The daemon's and its services' numbers in Prometheus' text format. Over TCP it wants the token like the rest."""
    return PlainTextResponse(await office.exposition(), headers={"Content-Type": CONTENT_TYPE})
