"""Commands about services as they are now: status, scale, hold, resume, mode."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from docktor.cli import durations, output, render
from docktor.cli.advisor import advisor_line
from docktor.cli.shared import Json, Reason, ServiceName, connect
from docktor.core.decision import Phase
from docktor.core.policy import Mode, Modes
from docktor.core.world import ServiceId
from docktor.runtime.views import ServiceDetail


def status(as_json: Json = False) -> None:
    """Show every service and how it stands.

    Replicas, the metric that drives them, state, time to the next check, replica-hours of today (with what they cost,
    where there is a price), and why.

    Example: docktor status
    """
    with connect() as client:
        projects, advisor, costs = client.projects(), client.health().advisor, client.costs(days=1)
    today = {ServiceId(one.project, one.service): one.days[-1] for one in costs}
    if as_json:
        services = render.services_of(projects)
        output.show_json([{**asdict(one), "today": today.get(ServiceId(one.project, one.name))} for one in services])
        return
    output.show(render.status_lines(projects, output.text_width(), today))
    if advisor.mode != "off":
        output.show([Text(), advisor_line(advisor)])


def scale(
    service: ServiceName,
    replicas: Annotated[int, typer.Argument(metavar="N", min=0, help="How many replicas it should have.")],
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Set the number of replicas now.

    The limits still hold: beyond them it is refused, with the reason.

    Example: docktor scale web 4 --reason "sale starts at noon"
    """
    with connect() as client:
        decision = client.scale(service, replicas, reason)
    if as_json:
        output.show_json(decision)
    else:
        output.show(render.decision_lines(decision))
    if decision.phase is Phase.FAILED:
        raise typer.Exit(1)


def hold(
    service: ServiceName,
    duration: Annotated[
        float, typer.Argument(metavar="DURATION", parser=durations.minutes, help="30s, 10m, 2h or 1h30m.")
    ],
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Leave a service alone for a while.

    No scaling until the time is over, or until `docktor resume`.

    Example: docktor hold web 10m --reason "running tests"
    """
    with connect() as client:
        _tell(client.hold(service, duration, reason), as_json)


def resume(service: ServiceName, as_json: Json = False) -> None:
    """End a hold; the service is scaled again.

    Example: docktor resume web
    """
    with connect() as client:
        _tell(client.resume(service), as_json)


def mode(
    context: typer.Context,
    service: ServiceName,
    new_mode: Annotated[
        Mode | None, typer.Argument(metavar="MODE", help="auto, review (propose and wait), observe or off.")
    ] = None,
    *,
    up: Annotated[Mode | None, typer.Option("--up", metavar="MODE", help="The mode for scaling up.")] = None,
    down: Annotated[Mode | None, typer.Option("--down", metavar="MODE", help="The mode for scaling down.")] = None,
    as_json: Json = False,
) -> None:
    """Say how far Docktor may go with a service.

    auto acts; review proposes and waits; observe only records; off does nothing. Either one mode, or --up and --down.

    Example: docktor mode web review

    Example: docktor mode web --up auto --down review
    """
    modes = _modes(new_mode, up, down)
    if modes is None:
        raise typer.BadParameter("say either MODE, or --up MODE and --down MODE", context)
    with connect() as client:
        _tell(client.set_mode(service, modes), as_json)


def _modes(both: Mode | None, up: Mode | None, down: Mode | None) -> Modes | None:
    """`None` unless it is said in exactly one of the two ways."""
    if up is None and down is None:
        return Modes.both(both) if both else None
    return Modes(up, down) if up and down and both is None else None


def check(service: ServiceName, as_json: Json = False) -> None:
    """Judge a service now, not at its next check.

    Example: docktor check web
    """
    with connect() as client:
        _tell(client.check(service), as_json)


def _tell(detail: ServiceDetail, as_json: bool) -> None:
    if as_json:
        output.show_json(detail)
    else:
        output.show(render.detail_lines(detail))
