"""What a user of Docker Desktop does in the extension's tab."""

import re
import time

from playwright.sync_api import expect

from tests.desktop.window import Window

SOON_MS = 15_000  # an ask every two seconds, and a busy machine; without it, every thirty
QUIET_MS = 6_000
LATER_MS = 90_000  # three tries, one after the other


def test_the_fleet_is_there_at_once_and_nobody_signs_in(desktop: Window) -> None:
    desktop.open()
    expect(desktop.row("web")).to_be_visible()
    expect(desktop.row("worker")).to_contain_text("Ask")
    expect(desktop.page.get_by_label("Token")).to_have_count(0)
    expect(desktop.button("Your session")).to_have_count(0)
    assert not [one for one in desktop.bridge.asked if one.method != "GET"]


def test_a_service_is_managed(desktop: Window) -> None:
    desktop.open()
    desktop.button("Manage web").click()
    dialog = desktop.page.get_by_role("dialog", name="Manage web")
    dialog.get_by_label("At most").fill("5")
    dialog.get_by_role("button", name="Manage").click()
    expect(dialog).to_have_count(0)
    expect(desktop.button("Actions for web")).to_be_visible()
    service = desktop.backend.service("web")
    assert (service["managed"], service["max"]) == (True, 5)
    assert "# the queue's" in desktop.backend.file.read_text(encoding="utf-8")
    desktop.button("Undo").click()
    expect(desktop.button("Manage web")).to_be_visible()


def test_a_proposal_is_approved(desktop: Window) -> None:
    desktop.open("/approvals")
    desktop.page.get_by_role("button", name="Approve 2 replicas of worker").click()
    expect(desktop.page.get_by_text("worker has 2 replicas, and had 1.")).to_be_visible()
    assert desktop.backend.service("worker")["replicas"] == 2
    decisions = desktop.backend.ask("GET", "/api/decisions?service=worker")
    assert "approved by person" in next(one["reason"] for one in decisions if one["phase"] == "done")


def test_why_is_read_and_copied_as_text(desktop: Window) -> None:
    [proposal] = desktop.backend.wait("/api/approvals", bool)
    number = proposal["decision"]["id"]
    desktop.open(f"/decisions/{number}")
    expect(desktop.page.get_by_role("region", name=f"Why: decision {number}")).to_contain_text("replicas")
    desktop.button("Copy as text").click()
    expect(desktop.page.get_by_text("Copied.")).to_be_visible()
    copied = desktop.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == desktop.backend.ask("GET", f"/api/decisions/{number}/explain")["text"]


def test_what_others_change_is_seen_soon(desktop: Window) -> None:
    desktop.open()
    worker, hold = desktop.row("worker"), "/api/projects/demo/services/worker/hold"
    expect(worker).to_be_visible()
    desktop.page.wait_for_timeout(2_500)  # the log's end is known by now
    for _ in range(2):
        desktop.backend.ask("POST", hold, {"minutes": 5})
        expect(worker).to_contain_text("Held", timeout=SOON_MS)
        desktop.backend.ask("DELETE", hold)
        expect(worker).not_to_contain_text("Held", timeout=SOON_MS)


def test_nothing_is_asked_while_nobody_looks(desktop: Window) -> None:
    desktop.open()
    expect(desktop.row("worker")).to_be_visible()
    desktop.hide(True)
    desktop.page.wait_for_timeout(1_000)
    from_now = time.monotonic()
    desktop.page.wait_for_timeout(QUIET_MS)
    assert desktop.bridge.since(from_now) == []
    desktop.backend.ask("POST", "/api/projects/demo/services/worker/hold", {"minutes": 5})
    desktop.hide(False)
    expect(desktop.row("worker")).to_contain_text("Held", timeout=SOON_MS)


def test_a_backend_that_went_away_is_told_and_comes_back(desktop: Window) -> None:
    desktop.open()
    expect(desktop.row("worker")).to_be_visible()
    desktop.backend.kill()
    banner = desktop.page.get_by_text("Docktor does not answer. What you see is from before")
    expect(banner).to_be_visible(timeout=LATER_MS)
    expect(desktop.page.get_by_text("disable and enable the extension")).to_be_visible()
    expect(desktop.row("worker")).to_be_visible()
    desktop.backend.start()
    expect(banner).to_have_count(0, timeout=LATER_MS)
    desktop.backend.ask("POST", "/api/projects/demo/services/worker/hold", {"minutes": 5})
    expect(desktop.row("worker")).to_contain_text("Held", timeout=SOON_MS)


def test_a_tab_that_opens_before_the_backend_waits_for_it(desktop: Window) -> None:
    desktop.backend.kill()
    desktop.open()
    expect(desktop.page.get_by_text(re.compile("Waiting for Docktor to answer"))).to_be_visible(timeout=LATER_MS)
    desktop.backend.start()
    expect(desktop.row("worker")).to_be_visible(timeout=LATER_MS)
