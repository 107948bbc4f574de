"""The live view of `watch` and of the daemon in the foreground: a table kept up to date, the latest events below."""

import asyncio
import contextlib
import os
import sys
import termios
import tty
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from docktor.cli import render
from docktor.cli.clean import clean
from docktor.errors import DaemonUnreachableError, DocktorError
from docktor.runtime.views import EventPage, HealthView, LogEvent, ProjectView

REFRESH_S = 1.0
KEPT_EVENTS = 200


class Source(Protocol):
    """Where the view gets its values: the office itself, or a client of it."""

    async def health(self) -> HealthView: ...
    async def projects(self) -> Sequence[ProjectView]: ...
    async def events(self, after: int) -> EventPage: ...


@dataclass(slots=True)
class Seen:
    """What the view shows at the moment. `trouble` replaces the head line while nobody answers."""

    health: HealthView | None = None
    projects: Sequence[ProjectView] = ()
    events: deque[LogEvent] = field(default_factory=lambda: deque(maxlen=KEPT_EVENTS))
    last: int = 0
    trouble: str = ""

    async def refresh(self, source: Source) -> None:
        """Ask for everything anew. Nobody there is shown, not raised."""
        try:
            self.health = await source.health()
            self.projects = await source.projects()
            page = await source.events(self.last)
        except DaemonUnreachableError:
            self.trouble = "no daemon answers; waiting for it to return"
            self.last = 0
            return
        except DocktorError as error:
            self.trouble = str(error)
            return
        if page.resync or self.last == 0:
            self.events.clear()
        self.events.extend(page.events)
        self.last = page.last
        self.trouble = ""


def frame(seen: Seen, width: int, height: int, hint: str) -> list[Text]:
    """The whole screen: head, table, as many of the latest events as fit, and how to leave."""
    head = _head(seen)
    table = render.watch_lines(seen.projects, width) if seen.health else []
    room = max(0, height - len(table) - 5)
    latest = list(seen.events)[-room:] if room else []
    lines = [head, Text(), *table, Text(), *(render.event_line(event, date=False) for event in latest)]
    lines = [render.cut(line, width) for line in lines[: max(1, height - 1)]]
    lines += [Text()] * (height - 1 - len(lines))
    return [*lines, render.cut(Text(hint, "dim"), width)]


def _head(seen: Seen) -> Text:
    if seen.trouble:
        return Text(clean(seen.trouble), "bold red")
    if seen.health is None:
        return Text("…", "dim")
    health = seen.health
    services = render.services_of(seen.projects)
    managed = sum(service.managed for service in services)
    text = Text.assemble(("Docktor", "bold"), f" {health.version}  {managed} of {len(services)} services managed")
    text.append(f"  {health.engine.kind} {health.engine.version or ''}", "dim")
    if health.engine.state != "ok":
        text.append(f"  engine down: {clean(health.engine.error or '')}", "bold red")
    if health.config.state != "ok":
        text.append("  the last edit of the configuration has faults", "bold yellow")
    if health.advisor.mode != "off" and health.advisor.state != "ok":
        text.append(f"  advisor {clean(health.advisor.state)}", "yellow")
    if health.store.state != "ok":
        text.append(f"  record: {clean(health.store.error or '')}", "bold red")
    return text


async def show_live(source: Source, console: Console, leave: asyncio.Event, hint: str) -> None:
    """Draw once a second until `leave` is set. The terminal is as it was afterwards."""
    seen = Seen()
    with Live(console=console, screen=True, auto_refresh=False) as live:
        while not leave.is_set():
            await seen.refresh(source)
            lines = frame(seen, console.width, console.height, hint)
            live.update(Group(*lines), refresh=True)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(leave.wait(), REFRESH_S)
    for line in (_head(seen), Text(), *render.watch_lines(seen.projects, console.width)):
        console.print(line)


def possible(console: Console) -> bool:
    """Whether stdout is a terminal that can be drawn on."""
    return sys.stdout.isatty() and not console.is_dumb_terminal


@contextlib.contextmanager
def keys(on_key: Callable[[str], None]) -> Iterator[None]:
    """Calls `on_key` for each key pressed, without waiting for Enter or showing it; once with "" when the terminal
    is closed. Without a terminal: nothing."""
    if not sys.stdin.isatty() or os.tcgetpgrp(sys.stdin.fileno()) != os.getpgrp():  # or in the background of one
        yield
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    loop = asyncio.get_running_loop()
    tty.setcbreak(descriptor)

    def read() -> None:
        try:
            key = os.read(descriptor, 1).decode(errors="replace")
        except OSError:
            key = ""
        if not key:
            loop.remove_reader(descriptor)
        on_key(key)

    loop.add_reader(descriptor, read)
    try:
        yield
    finally:
        loop.remove_reader(descriptor)
        with contextlib.suppress(termios.error):
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
