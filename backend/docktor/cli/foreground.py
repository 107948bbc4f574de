"""The daemon itself: engine, loops and API in this process, until it is told to stop."""

import asyncio
import contextlib
import logging
import os
from dataclasses import dataclass

from docktor import __version__
from docktor.api.app import create_app
from docktor.api.listeners import further_listener
from docktor.api.server import Server
from docktor.cli import live, output, render
from docktor.cli.choices import Choices
from docktor.cli.clean import clean
from docktor.cli.lines import LinePrinter
from docktor.memory.home import Home
from docktor.runtime.daemon import Daemon, DaemonOptions
from docktor.runtime.office import Office
from docktor.signals.secrets import Redactor

log = logging.getLogger(__name__)

VIEW_END_S = 5.0


def options(choices: Choices, home: Home) -> DaemonOptions:
    return DaemonOptions(
        config=choices.config,
        compose_file=choices.compose_file,
        service=choices.service,
        project=choices.project,
        manual=choices.manual,
        engine=choices.engine,
        home=home.path,
    )


@dataclass(frozen=True, slots=True)
class Foreground:
    """`listen`: host and port for TCP, or `None`. `hosts`: further names it answers by there."""

    options: DaemonOptions
    home: Home
    listen: tuple[str, int] | None
    hosts: tuple[str, ...] = ()

    def run(self) -> None:
        """Returns when the daemon was told to stop. Raises DocktorError when it can't start."""
        drawing = live.possible(output.make_console())  # log lines would disturb the picture
        redactor = Redactor()
        handler = logging.FileHandler(self.home.log, encoding="utf-8") if drawing else logging.StreamHandler()
        handler.addFilter(redactor)
        logging.basicConfig(
            level=logging.WARNING,
            format="%(asctime)s %(levelname)s %(name)s: %(message)s",
            handlers=[handler],
        )
        asyncio.run(self._run(redactor))

    async def _run(self, redactor: Redactor) -> None:
        daemon = await Daemon.open(self.options, redactor)
        try:
            server = Server(
                create_app(daemon.office),
                uds=self.home.sock,
                further=further_listener(os.environ),
                tcp=self.listen,
                token_file=self.home.token,
                hosts=self.hosts,
            )
            await server.start()
            try:
                await self._run_shown(daemon, tcp_words(server, self.home))
            finally:
                await server.stop()
        finally:
            await daemon.close()

    async def _run_shown(self, daemon: Daemon, tcp: str | None) -> None:
        leave = asyncio.Event()
        view = asyncio.create_task(self._show(daemon, tcp, leave), name="view")
        view.add_done_callback(_tell_trouble)
        try:
            await daemon.run()
        finally:
            leave.set()
            await asyncio.wait({view}, timeout=VIEW_END_S)

    async def _show(self, daemon: Daemon, tcp: str | None, leave: asyncio.Event) -> None:
        console, office = output.make_console(), daemon.office
        if live.possible(console):

            def on_key(key: str) -> None:
                if not key:  # the terminal was closed
                    daemon.stop()

            with live.keys(on_key):
                hint = "Ctrl-C stops the daemon; services stay as they are"
                await live.show_live(office, console, leave, f"{hint} · {tcp}" if tcp else hint)
            return
        printer = LinePrinter(self.home.log)
        for line in await opening_lines(office, self.home, tcp):
            printer.print(line)
        lines = asyncio.create_task(_print_events(office, printer))
        await leave.wait()
        lines.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await lines
        printer.print("docktor: stopped")


async def opening_lines(office: Office, home: Home, tcp: str | None) -> list[str]:
    """What runs, where it listens, and what it manages."""
    health = await office.health()
    managed = [s for s in render.services_of(await office.projects()) if s.managed]
    names = ", ".join(f"{s.project}/{s.name}" for s in managed) or "no service yet"
    lines = [
        f"docktor {__version__}: pid {health.pid}, socket {home.sock}",
        f"docktor: manages {clean(names)} ({render.engine_words(health)})",
    ]
    if tcp:
        lines.append(f"docktor: {tcp}")
    return lines


def tcp_words(server: Server, home: Home) -> str | None:
    """Where the server listens over TCP, or why it doesn't though it was told to."""
    if server.address:
        return f"listens on {server.address}, token in {home.token}"
    return f"not over TCP: {server.trouble}" if server.trouble else None


async def _print_events(office: Office, printer: LinePrinter) -> None:
    async for event in office.follow(0):
        printer.print(render.event_line(event).plain)


def _tell_trouble(view: asyncio.Task[None]) -> None:
    """A view that broke is a bug worth a line; the daemon goes on without it."""
    if not view.cancelled() and (error := view.exception()) is not None:
        log.error("the view ended: %s: %s", type(error).__name__, error)
