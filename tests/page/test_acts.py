"""What a person does about a service, and what the backend then says of it."""

from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.page.watch import Watch

WEB = "/api/projects/demo/services/web"


@pytest.fixture
def menu(page: Page) -> Page:
    """The fleet, with the menu of `web` open."""
    page.get_by_role("button", name="Actions for web").click()
    return page


def web(backend: httpx2.Client) -> Any:
    return backend.get(WEB).json()


def test_beyond_the_limits_is_told_in_the_dialog_and_within_is_done(
    menu: Page, watch: Watch, backend: httpx2.Client
) -> None:
    watch.refused = {409}
    menu.get_by_role("menuitem", name="Scale by hand…").click()
    dialog = menu.get_by_role("dialog")
    dialog.get_by_label("Replicas").fill("50")
    expect(dialog).to_contain_text("Between 1 and 6. This is outside.")
    dialog.get_by_label("Reason").fill("a sale begins")
    dialog.get_by_role("button", name="Scale to 50").click()
    expect(dialog.get_by_role("alert")).to_contain_text("6")
    expect(dialog.get_by_label("Reason")).to_have_value("a sale begins")

    dialog.get_by_label("Replicas").fill("4")
    dialog.get_by_role("button", name="Scale to 4").click()
    expect(dialog).to_have_count(0)
    expect(menu.get_by_text("web has 4 replicas, and had 2.")).to_be_visible()
    expect(menu.get_by_role("img", name="4 replicas").first).to_be_visible()
    [done] = backend.get("/api/decisions", params={"service": "web", "phase": "done", "limit": 1}).json()
    assert (done["source"], done["target_replicas"]) == ("person", 4)
    assert "a sale begins" in done["reason"]

    menu.get_by_role("button", name="Undo").click()
    expect(menu.get_by_text("web has 2 replicas again.")).to_be_visible()
    assert web(backend)["service"]["desired"] == 2


def test_a_hold_and_its_end(menu: Page, backend: httpx2.Client) -> None:
    menu.get_by_role("menuitem", name="Hold…").click()
    dialog = menu.get_by_role("dialog")
    dialog.get_by_label("1 hour").check()
    dialog.get_by_label("Reason").fill("we look into it")
    dialog.get_by_role("button", name="Hold until").click()
    expect(menu.get_by_text("web is held until")).to_be_visible()
    assert web(backend)["hold"]["reason"] == "we look into it"
    expect(menu.get_by_role("row", name="web").get_by_text("Held", exact=True)).to_be_visible()

    menu.get_by_role("button", name="Actions for web").click()
    menu.get_by_role("menuitem", name="Resume").click()
    expect(menu.get_by_text("web is no longer held.")).to_be_visible()
    assert web(backend)["hold"] is None


def test_a_mode_for_each_direction(menu: Page, backend: httpx2.Client) -> None:
    menu.get_by_role("menuitem", name="Mode…").click()
    dialog = menu.get_by_role("dialog")
    dialog.get_by_label("One for up, another for down").check()
    dialog.get_by_role("combobox", name="For more").click()
    menu.get_by_role("option", name="Ask").click()
    dialog.get_by_role("combobox", name="For fewer").click()
    menu.get_by_role("option", name="Off").click()
    dialog.get_by_role("button", name="Set mode").click()
    expect(menu.get_by_text("web: up: Ask · down: Off.")).to_be_visible()
    assert web(backend)["service"]["mode"] == "up review, down off"

    menu.get_by_role("button", name="Undo").click()
    expect(menu.get_by_text("web: Watch again.")).to_be_visible()
    assert web(backend)["service"]["mode"] == "observe"


def test_it_is_looked_at_now(menu: Page) -> None:
    menu.get_by_role("menuitem", name="Check now").click()
    expect(menu.get_by_role("alert").filter(has_text="web:")).to_be_visible()
