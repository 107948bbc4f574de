"""Proposals, and a person's answers: by mouse, by key alone, and too late."""

import re
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.page.watch import Watch

SERVICES = ("apples", "beans", "cherries", "dates", "eggs", "figs")
LATE = re.compile("does not wait any more|can't be carried out now")  # as soon as it is known, or before
ENTRY = """\
  - name: {name}
    mode: review
    min_replicas: 1
    max_replicas: 6
    check_interval: 1
    metrics_window: 2
    rules:
      scale_up_when: [{{metric: cpu.avg, op: ">", value: 1}}]
"""


@pytest.fixture(scope="module")
def config() -> str:
    """Each test has services of its own, and each of those wants more."""
    return 'version: "1"\nproject: shop\nservices:\n' + "".join(ENTRY.format(name=name) for name in SERVICES)


@pytest.fixture
def desk(page: Page) -> Page:
    page.get_by_role("tab", name="Approvals").click()
    return page


def card(desk: Page, service: str) -> Locator:
    return desk.get_by_role("article", name=f"{service}:")


def proposed(backend: httpx2.Client, service: str) -> Any:
    [one] = [one["decision"] for one in backend.get("/api/approvals").json() if one["decision"]["service"] == service]
    return one


def now(backend: httpx2.Client, decision: Any) -> Any:
    return backend.get(f"/api/decisions/{decision['id']}").json()


def test_one_is_approved(desk: Page, backend: httpx2.Client) -> None:
    apples = card(desk, "apples")
    expect(apples).to_contain_text("1 → 3")
    decision = proposed(backend, "apples")
    apples.get_by_role("button", name="Approve 3 replicas of apples").click()
    expect(desk.get_by_text("apples has 3 replicas, and had 1.")).to_be_visible()
    expect(desk.get_by_role("row", name="apples 1 → 3")).to_contain_text("Approved by")
    found = now(backend, decision)
    assert (found["phase"], found["approval"]["state"]) == ("done", "approved")


def test_one_is_rejected_with_a_reason(desk: Page, backend: httpx2.Client) -> None:
    beans = card(desk, "beans")
    beans.get_by_role("button", name="Reject it for beans").click()
    decision = proposed(backend, "beans")
    beans.get_by_label("Reason").fill("not before noon")
    beans.get_by_role("button", name="Reject", exact=True).click()
    expect(beans).to_have_count(0)
    expect(desk.get_by_role("row", name="beans 1 → 3")).to_contain_text("Rejected by")
    found = now(backend, decision)
    assert found["approval"]["state"] == "rejected"
    assert "not before noon" in str(found)


def test_another_number_is_approved(desk: Page, backend: httpx2.Client) -> None:
    cherries = card(desk, "cherries")
    cherries.get_by_role("button", name="Change number for cherries").click()
    cherries.get_by_label("Replicas instead").fill("2")
    cherries.get_by_role("button", name="Approve 2").click()
    expect(desk.get_by_text("cherries has 2 replicas, and had 1.")).to_be_visible()
    assert backend.get("/api/projects/shop/services/cherries").json()["service"]["desired"] >= 2


def test_the_keyboard_is_enough(desk: Page, backend: httpx2.Client) -> None:
    dates, eggs = card(desk, "dates"), card(desk, "eggs")
    expect(eggs).to_be_visible()
    reach(desk, dates)
    desk.keyboard.press("r")
    expect(dates.get_by_label("Reason")).to_be_focused()
    desk.keyboard.type("a jar is enough")  # with a, r, j and k, which now are letters
    first, second = proposed(backend, "dates"), proposed(backend, "eggs")
    desk.keyboard.press("Enter")
    expect(dates).to_have_count(0)
    assert now(backend, first)["approval"]["state"] == "rejected"

    expect(desk.locator("article:focus")).to_have_count(1)  # that of the next one
    reach(desk, eggs)
    desk.keyboard.press("a")
    expect(desk.get_by_text("eggs has 3 replicas, and had 1.")).to_be_visible()
    assert now(backend, second)["approval"]["state"] == "approved"


def test_one_that_is_out_of_date_is_refused_with_words(desk: Page, watch: Watch, backend: httpx2.Client) -> None:
    watch.away, watch.refused = True, {409}
    figs = card(desk, "figs")
    expect(figs).to_be_visible()
    decision = proposed(backend, "figs")
    cut_off(desk)
    scaled = backend.post("/api/projects/shop/services/figs/scale", json={"replicas": 4, "reason": "by hand"})
    assert scaled.is_success
    figs.get_by_role("button", name="Approve 3 replicas of figs").click()
    expect(figs.get_by_role("note")).to_contain_text(LATE)
    assert now(backend, decision)["phase"] != "done"
    assert backend.get("/api/projects/shop/services/figs").json()["service"]["desired"] == 4


def cut_off(page: Page) -> None:
    """No news comes through any more, as when a network is about to go."""

    def drop(route: Route) -> None:
        route.abort()

    page.route("**/api/approvals", drop)


def reach(desk: Page, wanted: Locator) -> None:
    """Goes up to the first, and down from there until that card has the focus."""
    for key in "k" * len(SERVICES) + "j" * len(SERVICES):
        desk.keyboard.press(key)
        if wanted.evaluate("card => card === document.activeElement"):
            return
    raise AssertionError(f"no key led to {wanted}")
