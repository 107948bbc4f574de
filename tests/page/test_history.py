"""The record: found again, gone back in, and taken away as a file."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect

from docktor.core.world import ServiceId
from tests.page import past as made

FIRST = 100  # as many are loaded at once
NAMES = ("db", "web", "worker")


@pytest.fixture(scope="module")
def past() -> Callable[[Path], None]:
    return lambda home: made.fill(home, [ServiceId("demo", name) for name in NAMES], hours=6)


@pytest.fixture
def history(page: Page) -> Page:
    page.get_by_role("tab", name="History").click()
    expect(page.get_by_role("status")).to_contain_text("loaded")
    return page


def record(backend: httpx2.Client, **wanted: str) -> Any:
    return backend.get("/api/decisions", params={"limit": 1000, **wanted}).json()


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_a_service_and_a_text_are_found(history: Page, backend: httpx2.Client) -> None:
    choose(history, "Service", "worker")
    history.get_by_label("Search").fill("< 25")
    found = record(backend, service="worker", q="< 25")
    assert found
    expect(history.get_by_role("status")).to_contain_text(f"{len(found)} loaded, these are all")
    expect(history.get_by_role("row").nth(1)).to_contain_text(found[0]["reason"])
    assert "service=worker" in history.url

    history.get_by_label("Search").fill("no such words")
    expect(history.get_by_text("Nothing on record is like that")).to_be_visible()
    history.get_by_role("button", name="Clear").click()
    expect(history.get_by_role("row", name="web").first).to_be_visible()


def test_it_goes_back_to_the_first(history: Page, backend: httpx2.Client) -> None:
    everything = record(backend)
    assert len(everything) > FIRST
    table = history.get_by_role("region", name="Decisions")
    expect(history.get_by_role("status")).to_contain_text(f"{len(everything)} loaded, these are all")
    table.evaluate("box => box.scrollTo(0, box.scrollHeight)")
    last = history.get_by_role("row").last
    expect(last).to_contain_text(everything[-1]["reason"])
    last.click()
    expect(history.get_by_role("heading", name=f"Decision {everything[-1]['id']}")).to_be_visible()


def test_it_is_taken_away_as_csv_and_as_json(history: Page, backend: httpx2.Client) -> None:
    choose(history, "Service", "db")
    found = record(backend, service="db")
    expect(history.get_by_role("status")).to_contain_text(f"{len(found)} loaded")
    rows = list(csv.DictReader(export(history, "CSV, for a spreadsheet").removeprefix("\ufeff").splitlines()))
    assert [int(row["id"]) for row in rows] == [one["id"] for one in found]
    assert json.loads(export(history, "JSON, with everything")) == found


def export(page: Page, kind: str) -> str:
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=kind).click()
    return download.value.path().read_text(encoding="utf-8")
