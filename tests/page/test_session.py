"""Coming in, and going out."""

import httpx2
from playwright.sync_api import expect

from tests.daemon_process import DaemonProcess
from tests.page.conftest import Visit


def test_a_wrong_token_is_told_so_and_a_right_one_comes_in_and_out(visit: Visit, daemon: DaemonProcess) -> None:
    page, _ = visit(None)
    token = page.get_by_label("Token")
    token.fill("not-a-token")
    token.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("token")
    token.fill(daemon.token)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Fleet")).to_be_visible()
    assert daemon.token not in str(page.context.storage_state())

    page.get_by_role("button", name="Your session").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_label("Token")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Token")).to_be_visible()


def test_a_viewer_sees_everything_and_may_do_nothing(
    visit: Visit, daemon: DaemonProcess, backend: httpx2.Client
) -> None:
    page, _ = visit(new_token(backend, "looker", "viewer"))
    expect(page.get_by_text("Viewer", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Manage worker")).to_be_disabled()
    page.get_by_role("button", name="Actions for web").click()
    for name in ("Scale by hand…", "Hold…", "Mode…", "Check now"):
        expect(page.get_by_role("menuitem", name=name)).to_be_disabled()
    page.get_by_role("menuitem", name="Rules").click()
    expect(page.get_by_text("Changing them needs an admin's.")).to_be_visible()
    expect(page.get_by_role("button", name="Review and save")).to_have_count(0)
    page.get_by_role("tab", name="Health").click()
    expect(page.get_by_role("heading", name="Engine")).to_be_visible()
    expect(page.get_by_role("heading", name="Tokens")).to_have_count(0)


def test_a_token_that_is_removed_elsewhere_leads_to_the_door(visit: Visit, backend: httpx2.Client) -> None:
    page, _ = visit(new_token(backend, "guest", "operator"))
    expect(page.get_by_role("heading", name="Fleet")).to_be_visible()
    assert backend.delete("/api/tokens/guest").is_success
    expect(page.get_by_label("Token")).to_be_visible()


def new_token(backend: httpx2.Client, name: str, role: str) -> str:
    answer = backend.post("/api/tokens", json={"name": name, "role": role})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])
