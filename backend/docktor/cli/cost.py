"""`docktor cost`: replica-hours and money, by service and day."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer
from rich.cells import cell_len
from rich.text import Text

from docktor.cli import output
from docktor.cli.clean import clean
from docktor.cli.render import spent
from docktor.cli.shared import Json, complete_service, connect
from docktor.core.cost import HOUR_S, Day
from docktor.core.words import number
from docktor.core.world import ServiceId

if TYPE_CHECKING:
    from docktor.runtime.views import AdviceView, CostView, ServiceView

GAP = "  "
WHOLE_DAY = 22.9
"""A day with fewer hours on record is told to be incomplete: the shortest one, when the clocks are changed, has 23."""


def cost(
    context: typer.Context,
    service: Annotated[
        str | None,
        typer.Argument(metavar="[SERVICE]", help="Only this one.", autocompletion=complete_service),
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=366, metavar="N", help="Today and the days before it.")] = 7,
    *,
    advice: Annotated[bool, typer.Option("--advice", help="What would suit SERVICE better, and why.")] = False,
    as_json: Json = False,
) -> None:
    """Show what the replicas cost.

    Replica-hours by day and service, and money where a price is set. From the record: what was not watched is not
    counted. With --advice: from the record of the last seven days, whether limits, min_replicas and max_replicas fit.

    Example: docktor cost web --days 30

    Example: docktor cost web --advice
    """
    if advice and service is None:
        raise typer.BadParameter("--advice is about one SERVICE: say which", context)
    with connect() as client:
        found = client.find(service) if service else None
        if found and advice:
            _tell(found, client.advice(f"{found.project}/{found.name}"), as_json)
            return
        costs = client.costs(days, ServiceId(found.project, found.name) if found else None)
    if as_json:
        output.show_json(costs)
    else:
        output.show(cost_lines(costs, output.text_width()))


def _tell(service: "ServiceView", advice: "AdviceView", as_json: bool) -> None:
    if as_json:
        output.show_json(advice)
    else:
        output.show(advice_lines(f"{service.project}/{service.name}", advice))


def advice_lines(service: str, advice: "AdviceView") -> list[Text]:
    """What is advised, each with the numbers it goes by."""
    asked = (advice.until - advice.since).total_seconds() / HOUR_S
    lines = [Text(clean(f"{service}: {advice.hours_known:.1f} of the last {asked:.0f} h are recorded"), "bold")]
    for tip in advice.advice:
        figures = (f"{name.replace('_', ' ')} {number(one.value)} {one.unit}" for name, one in tip.evidence.items())
        lines += [Text(), Text(tip.text), Text(f"  {tip.code}: {', '.join(figures)}", "dim")]
    return lines


def cost_lines(costs: "Sequence[CostView]", width: int | None) -> list[Text]:
    """Days in rows, services in columns, totals at the ends; below one another what is too wide for `width`."""
    shown = [one for one in costs if any(day.known_hours for day in one.days)]
    if not shown:
        return [Text("Nothing is recorded of those days.")]
    dates = [_date(day.date, day is shown[0].days[-1]) for day in shown[0].days]
    heads = Column(("DAY", *dates, "TOTAL"))
    services = [_service(one) for one in shown]
    if len(shown) > 1:
        services.append(_everything(shown))
    lines: list[Text] = []
    for block in _blocks(heads, services, width):
        lines += ([Text()] if lines else []) + list(_table(block))
    lines += [Text(clean(f"{one.project}/{one.service}: {one.price:g} an hour")) for one in shown if one.price]
    if any(_is_partial(one, place) for one in shown for place in range(len(dates))):
        lines.append(Text("* recorded in part: what was not watched is not counted", "dim"))
    return lines


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and the cells below it."""

    lines: tuple[str, ...]

    @property
    def width(self) -> int:
        return max(map(cell_len, self.lines))


def _date(day: date, is_today: bool) -> str:
    return "today" if is_today else f"{day:%a %Y-%m-%d}"


def _service(one: "CostView") -> Column:
    partial = [_is_partial(one, place) for place in range(len(one.days))]
    beside = " " if any(partial) else ""  # so that figures stand below figures
    cells = [_cell(day) + ("*" if part else beside) for day, part in zip(one.days, partial, strict=True)]
    return Column((clean(f"{one.project}/{one.service}"), *cells, _sum(one.days) + beside))


def _everything(costs: "Sequence[CostView]") -> Column:
    days = [[one.days[place] for one in costs] for place in range(len(costs[0].days))]
    return Column(("TOTAL", *map(_sum, days), _sum([day for one in costs for day in one.days])))


def _cell(day: Day) -> str:
    return spent(day.replica_hours, day.money) if day.known_hours else "-"


def _sum(days: Sequence[Day]) -> str:
    paid = [day.money for day in days if day.money is not None]
    return spent(sum(day.replica_hours for day in days), sum(paid) if paid else None)


def _is_partial(one: "CostView", place: int) -> bool:
    return place < len(one.days) - 1 and 0 < one.days[place].known_hours < WHOLE_DAY


def _blocks(heads: Column, services: Iterable[Column], width: int | None) -> Iterator[Sequence[Column]]:
    """As many services beside one another as have room, but one at least."""
    block = [heads]
    for one in services:
        needed = sum(column.width + len(GAP) for column in block) + one.width
        if width is not None and needed > width and len(block) > 1:
            yield block
            block = [heads]
        block.append(one)
    yield block


def _table(block: Sequence[Column]) -> Iterator[Text]:
    days, *services = block
    for place, day in enumerate(days.lines):
        line = day.ljust(days.width)
        for column in services:
            line += GAP + " " * (column.width - cell_len(column.lines[place])) + column.lines[place]
        yield Text(line.rstrip(), "bold" if place in (0, len(days.lines) - 1) else "")
