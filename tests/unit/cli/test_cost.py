"""`docktor cost` as it is printed, and the column TODAY."""

from datetime import date, timedelta

import pytest

from docktor.cli.cost import advice_lines, cost_lines
from docktor.cli.render import status_lines
from docktor.core.cost import Day
from docktor.core.tips import Figure, Tip
from docktor.core.world import ServiceId
from docktor.runtime.views import AdviceView, CostView
from tests.unit.cli import views

FRIDAY = date(2026, 3, 6)


def days(*hours: float, price: float | None = None, known: tuple[float, ...] = (24, 24, 7)) -> tuple[Day, ...]:
    begin = FRIDAY - timedelta(days=len(hours) - 1)
    return tuple(
        Day(begin + timedelta(days=at), one, None if price is None else one * price, known[at])
        for at, one in enumerate(hours)
    )


WEB = CostView("shop", "web", 0.5, days(48, 72, 14, price=0.5))
WORKER = CostView("shop", "worker", None, days(0, 9.75, 7, known=(0, 10, 7)))


def printed(*costs: CostView, width: int | None = None) -> list[str]:
    return [line.plain for line in cost_lines(costs, width)]


def test_days_by_services_with_totals() -> None:
    assert printed(WEB, WORKER) == [
        "DAY                  shop/web  shop/worker          TOTAL",
        "Wed 2026-03-04   48.0 h 24.00           -    48.0 h 24.00",
        "Thu 2026-03-05   72.0 h 36.00       9.8 h*   81.8 h 36.00",
        "today             14.0 h 7.00       7.0 h     21.0 h 7.00",
        "TOTAL           134.0 h 67.00      16.8 h   150.8 h 67.00",
        "shop/web: 0.5 an hour",
        "* recorded in part: what was not watched is not counted",
    ]


def test_one_service_is_its_own_total() -> None:
    assert [line.split()[0] for line in printed(WEB)] == ["DAY", "Wed", "Thu", "today", "TOTAL", "shop/web:"]
    assert printed(WEB)[0].split() == ["DAY", "shop/web"]


def test_nothing_on_record() -> None:
    assert printed() == ["Nothing is recorded of those days."]
    assert printed(CostView("shop", "new", 1.0, days(0, known=(0,)))) == printed()


@pytest.mark.parametrize("width", [1, 40, 60])
def test_what_has_no_room_comes_below(width: int) -> None:
    many = [CostView("shop", f"service-{number}", None, days(24, 24, 7)) for number in range(6)]
    lines = printed(*many, width=width)
    heads = [line for line in lines if line.startswith("DAY")]
    assert len(heads) > 1 and [name for head in heads for name in head.split()[1:]][-1] == "TOTAL"
    assert all(f"shop/service-{number}" in " ".join(heads) for number in range(6))
    assert width == 1 or all(len(line) <= width for line in lines)


def test_advice_with_its_numbers() -> None:
    tip = Tip("max-reached", "allow more", {"at_max": Figure(4.25, "%"), "above": Figure(212, "min")})
    advice = AdviceView(views.NOON - timedelta(days=7), views.NOON, 166.5, (tip,))
    assert [line.plain for line in advice_lines("shop/web", advice)] == [
        "shop/web: 166.5 of the last 168 h are recorded",
        "",
        "allow more",
        "  max-reached: at max 4.2 %, above 212 min",
    ]


def test_the_column_today() -> None:
    projects = [views.project(views.service("web"), views.service("worker"), views.service("new"))]
    today = {ServiceId("shop", "web"): WEB.days[-1], ServiceId("shop", "worker"): WORKER.days[-1]}
    head, new, web, worker = [line.plain for line in status_lines(projects, None, today)]
    column = slice(head.index("TODAY"), head.index("WHY"))
    assert [line[column].strip() for line in (new, web, worker)] == ["-", "14.0 h 7.00", "7.0 h"]
