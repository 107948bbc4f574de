"""The HTTP door to the office: JSON under /api, described at /api/openapi.json."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI

from docktor import __version__
from docktor.api import access, approvals, costs, events, explain, glance, problems, prometheus, replay, routes, rules
from docktor.api.describe import SERVERS, Described
from docktor.api.limits import BodyLimit
from docktor.api.page import add_page
from docktor.api.router import add_routes
from docktor.runtime.office import Office


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
        redirect_slashes=False,
        servers=SERVERS,
    )
    app.state.office = office
    app.state.closing = asyncio.Event()
    app.add_middleware(BodyLimit)
    problems.install(app)
    parts = (routes, explain, glance, costs, approvals, rules, replay, events, access, prometheus)
    add_routes(app, *(part.router for part in parts))
    add_page(app, page)
    return app
