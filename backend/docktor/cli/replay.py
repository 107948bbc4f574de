"""`docktor replay`: what the rules in force, and others, would have decided."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from docktor.cli import output
from docktor.cli.clean import clean
from docktor.cli.shared import Json, complete_service, connect, read_config
from docktor.cli.side_by_side import side_by_side
from docktor.config.model import Flags
from docktor.core.words import count, number
from docktor.core.world import ServiceId
from docktor.errors import ConfigError, Problem

if TYPE_CHECKING:
    from docktor.runtime.views import ReplayedView, ReplayView

BARS = "▁▂▃▄▅▆▇█"
WIDTH = 60
COLUMN = 12
MOST_LISTED = 10
_LABEL = 16


def replay(
    service: Annotated[
        str,
        typer.Option("--service", metavar="SERVICE", help="Which one.", autocompletion=complete_service),
    ],
    config: Annotated[
        Path | None, typer.Option("--config", metavar="F", help="The docktor.yaml with the rules to try.")
    ] = None,
    hours: Annotated[float, typer.Option("--hours", min=0.1, max=168, help="How far back to go.")] = 24,
    as_json: Json = False,
) -> None:
    """Try rules on what a service went through.

    Its recorded history is judged again, by the rules in force and by those of another file. Nothing is changed.

    Example: docktor replay --service web --config new.yaml --hours 24
    """
    with connect() as client:
        found = client.find(service)
        name = ServiceId(found.project, found.name)
        rules = _rules(config, name) if config else None
        answer = client.replay(str(name), rules, hours)
    if as_json:
        output.show_json(answer)
    else:
        output.show(replay_lines(name, answer, hours))


def _rules(path: Path, service: ServiceId) -> Mapping[str, object]:
    """What that file says of the service. Raises ConfigError."""
    read = read_config(Flags(config=path))
    named = [entry for entry in read.entries if entry.policy.service.name == service.name]
    same = [entry for entry in named if entry.policy.service.project in (service.project, "")] or named
    if not same:
        raise ConfigError((Problem("", f"it says nothing of {service.name}"),), str(path))
    return {key: value for key, value in same[0].written.items() if key not in ("name", "project")}


def replay_lines(service: ServiceId, answer: "ReplayView", hours: float) -> list[Text]:
    """The figures side by side, how replicas and metric went, the changes, and what is taken for granted."""
    sides = [("NOW", answer.now), *([("PROPOSED", answer.proposed)] if answer.proposed else [])]
    lines = [Text(clean(f"{service}: {answer.hours_found:.1f} of {hours:g} h are recorded"), "bold"), Text()]
    lines += _table(sides)
    for title, side in sides:
        lines += [Text(), Text(title, "bold"), *_course(side), *_changes(side)]
    lines += [Text(), Text("This takes for granted:"), *(Text(clean(f"  - {text}")) for text in answer.assumptions)]
    for problem in answer.problems:
        where = f"{problem.path}: " if problem.path else ""
        lines.append(Text(clean(f"{where}{problem.message}"), "yellow"))
    return lines


def _table(sides: "Sequence[tuple[str, ReplayedView]]") -> Iterator[Text]:
    every = [side for _, side in sides]
    over = dict.fromkeys(_above(side) for side in every)
    rows = [
        ("", [title for title, _ in sides]),
        ("changes", [str(side.changes_count) for side in every]),
        ("back within 5 min", [str(side.flaps) for side in every]),
        ("reached the most", [str(side.limited) for side in every]),
        ("replica-hours", [f"{side.replica_hours:.1f}" for side in every]),
        *((f"min {name}", [_minutes(side, name) for side in every]) for name in over),
        ("min blind", [f"{side.blind_minutes:.1f}" for side in every]),
    ]
    return side_by_side(rows, COLUMN)


def _minutes(side: "ReplayedView", above: str) -> str:
    return f"{side.minutes_above:.1f}" if _above(side) == above else "-"


def _above(side: "ReplayedView") -> str:
    return f"{side.metric} beyond {number(side.threshold)}" if side.metric else "too much"


def _course(side: "ReplayedView") -> Iterator[Text]:
    replicas: list[tuple[datetime, float | None]] = [(at, float(value)) for at, value in side.replicas]
    for label, points, steps in (("replicas", replicas, True), (side.metric or "", side.points, False)):
        known = [value for _, value in points if value is not None]
        if known:
            least, most = number(min(known)), number(max(known))
            yield Text(f"  {clean(label):<{_LABEL}}{sparkline(points, steps=steps)}  {least} to {most}")


def sparkline(points: Sequence[tuple[datetime, float | None]], *, steps: bool, width: int = WIDTH) -> str:
    """The highest of each stretch of time from 0 up; a blank where it is unknown. `steps`: each holds until the next.

    bar = value / highest, in eighths
    """
    begin, end = points[0][0], points[-1][0]
    span = (end - begin).total_seconds() or 1.0
    cells: list[list[float]] = [[] for _ in range(width)]
    before = 0
    for index, (at, value) in enumerate(points):
        cell = min(int((at - begin).total_seconds() / span * width), width - 1)
        held = points[index - 1][1] if steps and index else None
        if held is not None:
            for between in cells[before : cell + 1]:
                between.append(held)
        if value is not None:
            cells[cell].append(value)
        before = cell
    most = max((max(cell) for cell in cells if cell), default=0.0) or 1.0
    top = len(BARS) - 1
    return "".join(BARS[min(round(max(cell) / most * top), top)] if cell else " " for cell in cells)


def _changes(side: "ReplayedView") -> Iterator[Text]:
    for change in side.changes[:MOST_LISTED]:
        limits = "".join(f"; {limit.text}" for limit in change.limits)
        at = change.at.astimezone().strftime("%m-%d %H:%M:%S")
        yield Text(clean(f"  {at}  {change.before} to {change.after}: {change.reason}{limits}"))
    if (more := side.changes_count - MOST_LISTED) > 0:
        yield Text(f"  and {count(more, 'change')} more; --json has them", "dim")
