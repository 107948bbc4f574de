"""Commands about what happened: explain and events."""

from typing import Annotated

import typer
from rich.text import Text

from docktor.cli import output, render
from docktor.cli.shared import Json, ServiceOption, connect
from docktor.runtime.views import LogEvent

Tail = Annotated[int, typer.Option("--tail", min=1, max=1000, metavar="N", help="How many, the latest last.")]


def explain(
    decision_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", min=0, help="One decision; without it, the latest ones.")
    ] = None,
    tail: Tail = 5,
    service: ServiceOption = None,
    as_json: Json = False,
) -> None:
    """Say what was decided, and why.

    In plain sentences: what was seen, which rules held, what limited it, what was done.

    Example: docktor explain --tail 20 --service web
    """
    with connect() as client:
        if decision_id is not None:
            one = client.decision(decision_id)
            decisions = [one]
        else:
            decisions = client.decisions(service=service, limit=tail)[::-1]
    if as_json:
        output.show_json(decisions[0] if decision_id is not None else decisions)
        return
    if not decisions:
        output.show([Text("Nothing has been decided yet" + (f" about {service}." if service else "."))])
    for at, decision in enumerate(decisions):
        output.show([Text()] if at else [])
        output.show(render.decision_lines(decision))


def events(
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as new ones come; Ctrl-C ends.")] = False,
    tail: Tail = 20,
    service: ServiceOption = None,
    as_json: Json = False,
) -> None:
    """List what happened, and follow it.

    Decisions, changes of state, the engine, the configuration, changes from outside.
    With --follow --json: one JSON object a line.

    Example: docktor events --follow
    """
    with connect() as client:
        page = client.events()
        chosen = [event for event in page.events if _about(event, service)][-tail:]
        if as_json and not follow:
            output.show_json(chosen)
            return
        for event in chosen:
            _print(event, as_json)
        if follow:
            for event in client.follow(page.last):
                if _about(event, service):
                    _print(event, as_json)


def _about(event: LogEvent, service: str | None) -> bool:
    return service is None or service in (event.service, f"{event.project}/{event.service}")


def _print(event: LogEvent, as_json: bool) -> None:
    if as_json:
        output.show_json(event, indent=None)
    else:
        output.show([render.event_line(event)])
