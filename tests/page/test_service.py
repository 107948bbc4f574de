"""A service's screen: its past as lines, a threshold moved by key, the numbers as a table, a decision picked."""

from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from docktor.core.world import ServiceId
from tests.page import past as made
from tests.page.conftest import QUIET

WEB, API = ServiceId("demo", "web"), ServiceId("demo", "api")


@pytest.fixture(scope="module")
def config() -> str:
    """One with rules, one with a target, of whose load there is a forecast."""
    return f"{QUIET}  - {{name: api, mode: observe, max_replicas: 6, target: {{metric: cpu.avg, value: 60}}}}\n"


@pytest.fixture(scope="module")
def past() -> Callable[[Path], None]:
    return lambda home: made.fill(home, [WEB, API], hours=2, foreseen=[API])


@pytest.fixture
def web(page: Page) -> Page:
    page.get_by_role("link", name="web", exact=True).click()
    expect(page.get_by_role("region", name="Timeline")).to_be_visible()
    return page


def test_how_far_back_is_chosen_and_in_the_address(web: Page) -> None:
    ranges = web.get_by_role("group", name="How far back")
    with web.expect_response(lambda answer: "minutes=1440" in answer.url) as asked:
        ranges.get_by_role("button", name="24 h").click()
    assert asked.value.ok
    assert "range=1440" in web.url
    ranges.get_by_role("button", name="15 min").click()
    web.reload()
    expect(ranges.get_by_role("button", name="15 min")).to_have_attribute("aria-pressed", "true")


def test_a_threshold_moved_by_key_leads_to_the_rules_with_that_value(web: Page, backend: httpx2.Client) -> None:
    line = web.get_by_role("slider", name="Threshold: more replicas")
    line.focus()
    for _ in range(3):
        web.keyboard.press("ArrowUp")
    moved = line.get_attribute("aria-valuenow")
    assert moved is not None and float(moved) > 75
    expect(web.get_by_text("Nothing is changed yet.")).to_be_visible()
    web.get_by_role("link", name="Edit rule with this value").click()
    expect(web.get_by_role("group", name="Add replicas").get_by_label("Threshold")).to_have_value(moved)
    expect(web.get_by_role("button", name="Review and save")).to_be_enabled()
    assert backend.get("/api/projects/demo/services/web").json()["rules"][0]["threshold"] == 75


def test_the_numbers_are_there_as_a_table(web: Page) -> None:
    web.get_by_role("button", name="Show as table").click()
    table = web.get_by_role("region", name="Timeline").get_by_role("table")
    expect(table.get_by_role("columnheader", name="CPU, average")).to_be_visible()
    expect(table.get_by_role("row").nth(5)).to_contain_text("%")
    web.get_by_role("button", name="Hide the table").click()
    expect(table).to_have_count(0)


def test_the_forecasts_bound_is_beside_the_replicas_where_there_is_one(web: Page) -> None:
    expect(web.get_by_role("img", name="Replicas, actual: between")).to_be_visible()
    expect(web.get_by_role("img", name="forecast: between")).to_have_count(0)
    web.go_back()
    web.get_by_role("link", name="api", exact=True).click()
    expect(web.get_by_role("img", name="forecast: between")).to_be_visible()
    expect(web.get_by_text("dotted: forecast")).to_be_visible()
    web.get_by_role("button", name="Show as table").click()
    expect(web.get_by_role("columnheader", name="Foreseen at most")).to_be_visible()


def test_a_decision_lights_up_and_opens(web: Page, backend: httpx2.Client) -> None:
    row = web.get_by_role("region", name="Decisions").get_by_role("row").nth(1)
    row.hover()
    expect(row).to_contain_class("Mui-selected")
    row.click()
    expect(web.get_by_role("complementary", name="Why")).to_contain_text("came of it", ignore_case=True)
    assert "decision=" in web.url
    web.get_by_role("button", name="Close").click()
    expect(web.get_by_role("complementary", name="Why")).to_have_count(0)
