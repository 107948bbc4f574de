"""`docktor watch`: the live view over the daemon's API."""

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docktor.cli import live, output, render
from docktor.cli.shared import Json, connect
from docktor.runtime.views import EventPage, HealthView, ProjectView

if TYPE_CHECKING:
    from docktor.api.client import Client


class ClientSource:
    """Asks the daemon from another thread, so that keys are heard meanwhile."""

    def __init__(self, client: "Client") -> None:
        self._client = client

    async def health(self) -> HealthView:
        return await asyncio.to_thread(self._client.health)

    async def projects(self) -> Sequence[ProjectView]:
        return await asyncio.to_thread(self._client.projects)

    async def events(self, after: int) -> EventPage:
        return await asyncio.to_thread(self._client.events, after)


def watch(as_json: Json = False) -> None:
    """Watch all services live; q or Ctrl-C ends.

    Replicas between min and max, state, next check, and the latest events. In a pipe: the table once, then a
    line for each event. With --json: one line a second.

    Example: docktor watch
    """
    console = output.make_console()
    with connect() as client:
        client.health()  # nobody there is an error at first; later the view waits for them
        if as_json:
            _watch_json(client)
        elif live.possible(console):
            asyncio.run(_watch_live(client))
        else:
            page = client.events()
            output.show(render.status_lines(client.projects(), None))
            for event in client.follow(page.last):
                output.show([render.event_line(event)])


def _watch_json(client: "Client") -> None:
    while True:
        output.show_json(render.services_of(client.projects()), indent=None)
        time.sleep(live.REFRESH_S)


async def _watch_live(client: "Client") -> None:
    leave = asyncio.Event()

    def on_key(key: str) -> None:
        if key in ("q", "Q", ""):
            leave.set()

    with live.keys(on_key):
        await live.show_live(ClientSource(client), output.make_console(), leave, "q leaves")
