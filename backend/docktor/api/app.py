"""The HTTP door to the office: JSON under /api, described at /api/openapi.json."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute

from docktor import __version__
from docktor.api import access, approvals, costs, events, explain, glance, problems, prometheus, replay, routes, rules
from docktor.api.describe import SERVERS, Described
from docktor.api.limits import BodyLimit
from docktor.api.page import add_page
from docktor.runtime.office import Office


def _operation_id(route: APIRoute) -> str:
    return route.name


def create_app(office: Office, page: Sequence[Path] | None = None) -> FastAPI:
    """The app that answers for `office`. `app.state.closing` is set when streams must end.

    `app.state.doors` is the server's to set. `page`: where to look for the page instead of the usual places.
    """
    app = Described(
        title="Docktor",
        summary="Keeps Compose services at the right number of replicas, and says why.",
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        redirect_slashes=False,
        servers=SERVERS,
    )
    app.state.office = office
    app.state.closing = asyncio.Event()
    app.add_middleware(BodyLimit)
    problems.install(app)
    app.include_router(routes.router, prefix="/api")
    app.include_router(explain.router, prefix="/api")
    app.include_router(glance.router, prefix="/api")
    app.include_router(costs.router, prefix="/api")
    app.include_router(approvals.router, prefix="/api")
    app.include_router(rules.router, prefix="/api")
    app.include_router(replay.router, prefix="/api")
    app.include_router(events.router, prefix="/api")
    app.include_router(access.router, prefix="/api")
    app.include_router(prometheus.router)
    add_page(app, page)
    return app
