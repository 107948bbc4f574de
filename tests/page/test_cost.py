"""What a service costs: bars of its days, the table instead of them, other days, advice; and today in the fleet."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from docktor.core.world import ServiceId
from tests.page import past as made
from tests.page.conftest import QUIET


@pytest.fixture(scope="module")
def config() -> str:
    return QUIET + "    price: 0.04\n"


@pytest.fixture(scope="module")
def past() -> Callable[[Path], None]:
    return lambda home: made.fill(home, [ServiceId("demo", "web")], hours=60, step=timedelta(minutes=1))


def test_days_as_bars_and_as_a_table_with_money_beside_them(page: Page, backend: httpx2.Client) -> None:
    page.get_by_role("link", name="web", exact=True).click()
    cost = page.get_by_role("region", name="Cost")
    bars = cost.get_by_role("img", name="Replica-hours by day")
    expect(bars).to_be_visible()
    expect(cost).to_contain_text("at 0.04 per replica-hour")
    (told,) = backend.get("/api/costs", params={"service": "web"}).json()
    known = [day for day in told["days"] if day["known_hours"]]
    assert len(told["days"]) == 7 and len(known) in (3, 4)
    for day in known:
        assert day["money"] == pytest.approx(day["replica_hours"] * 0.04, abs=1e-5)
    cost.get_by_role("button", name="Days as table").click()
    table = cost.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(8)
    expect(table.get_by_role("columnheader", name="Money")).to_be_visible()
    expect(table.get_by_role("row").nth(7)).to_contain_text("no data")
    cost.get_by_role("button", name="30 days").click()
    expect(table.get_by_role("row")).to_have_count(31)
    cost.get_by_role("button", name="Days as bars").click()
    expect(bars).to_be_visible()
    expect(table).to_have_count(0)


def test_advice_with_its_numbers(page: Page, backend: httpx2.Client) -> None:
    page.get_by_role("link", name="web", exact=True).click()
    advice = page.get_by_role("region", name="Advice")
    for told in backend.get("/api/projects/demo/services/web/advice").json()["advice"]:
        expect(advice).to_contain_text(told["text"][1:30])
    expect(advice).to_contain_text("recorded 60 h")


def test_today_stands_in_the_fleet_where_there_is_room(page: Page) -> None:
    row = page.get_by_role("row", name="web")
    expect(row).to_contain_text("h today")
    page.set_viewport_size({"width": 1199, "height": 900})
    expect(row).not_to_contain_text("h today")
