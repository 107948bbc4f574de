"""From a number on the screen to the reason for it."""

from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from docktor.core.world import ServiceId
from tests.page import past as made

STEPS = ("Saw", "Rules", "Advisor", "Limits", "Did", "Came of it")


@pytest.fixture(scope="module")
def past() -> Callable[[Path], None]:
    return lambda home: made.fill(home, [ServiceId("demo", "web")], hours=1)


@pytest.fixture
def why(page: Page) -> Page:
    """The last decision about `web`, reached from its row."""
    page.get_by_role("row", name="web").get_by_role("link").nth(1).click()
    expect(page.get_by_role("region", name="Why: decision")).to_be_visible()
    return page


def shown(page: Page) -> int:
    return int(page.url.rpartition("/")[2])


def test_every_step_of_the_way_is_there(why: Page, backend: httpx2.Client) -> None:
    for step in STEPS:
        expect(why.get_by_role("heading", name=step, exact=True)).to_be_visible()
    decision = backend.get(f"/api/decisions/{shown(why)}").json()
    expect(why.get_by_role("region", name="Why: decision")).to_contain_text(decision["reason"])


def test_it_is_copied_as_docktor_explain_says_it(why: Page, backend: httpx2.Client) -> None:
    why.context.grant_permissions(["clipboard-read", "clipboard-write"])
    why.get_by_role("button", name="Copy as text").click()
    expect(why.get_by_text("Copied.")).to_be_visible()
    copied = why.evaluate("navigator.clipboard.readText()")
    assert copied == backend.get(f"/api/decisions/{shown(why)}/explain").json()["text"]


def test_similar_cases_and_those_before_are_a_click_away(why: Page, backend: httpx2.Client) -> None:
    first = shown(why)
    similar = backend.get(f"/api/decisions/{first}/similar").json()
    assert similar
    why.get_by_role("button", name="Similar past cases").click()
    expect(why.get_by_text("% alike")).to_have_count(len(similar))

    why.get_by_role("link", name="Previous").click()
    expect(why.get_by_role("heading", name=f"Decision {first - 1}")).to_be_visible()
    why.get_by_role("link", name="On the timeline").click()
    expect(why.get_by_role("complementary", name="Why")).to_contain_text(f"#{first - 1}")
