"""A service that nobody manages yet, and the way to the first."""

from pathlib import Path

import httpx2
from playwright.sync_api import Page, expect

from tests.daemon_process import DaemonProcess, daemon_process
from tests.page.conftest import BUILD, QUIET, Visit


def test_managing_takes_two_clicks_and_undo_takes_it_back(
    page: Page, daemon: DaemonProcess, backend: httpx2.Client
) -> None:
    file = daemon.folder / "docktor.yaml"
    page.get_by_role("button", name="Manage worker").click()
    page.get_by_role("dialog").get_by_role("button", name="Manage").click()

    expect(page.get_by_text("worker is managed: 1 to 10 replicas")).to_be_visible()
    expect(page.get_by_role("button", name="Actions for worker")).to_be_visible()
    assert managed(backend) == {"web", "worker"}
    text = file.read_text()
    assert "name: worker" in text
    assert text.startswith("# The owner's own words.") and "# this one is only watched" in text

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("worker was taken out of docktor.yaml again.")).to_be_visible()
    expect(page.get_by_role("button", name="Manage worker")).to_be_visible()
    assert managed(backend) == {"web"}
    assert file.read_text() == QUIET


def test_what_is_typed_wrong_is_said_at_once(page: Page) -> None:
    page.get_by_role("button", name="Manage worker").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("At most").fill("0")
    expect(dialog.get_by_role("alert")).to_have_text("At most: a whole number from 1.")
    expect(dialog.get_by_role("button", name="Manage")).to_be_disabled()


def test_why_a_service_cannot_be_scaled_is_shown_with_the_cure(page: Page) -> None:
    page.get_by_role("button", name="Show the cure for db").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("docktor make-scalable db --write")
    expect(dialog.get_by_role("alert")).to_have_text(
        "This is the simulated engine: there is no Compose file to change."
    )


def test_who_only_looks_is_shown_the_command_alone(visit: Visit, backend: httpx2.Client) -> None:
    made = backend.post("/api/tokens", json={"name": "looks", "role": "viewer"}).json()
    page, _ = visit(made["token"])
    page.get_by_role("button", name="Show the cure for db").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("docktor make-scalable db --write")
    expect(dialog.get_by_role("alert")).to_have_count(0)


def test_from_the_first_steps_to_the_first_managed_service(visit: Visit, tmp_path: Path) -> None:
    with daemon_process(tmp_path, QUIET, DOCKTOR_PAGE=str(BUILD)) as daemon:
        page, _ = visit(daemon.token, daemon)
        expect(page.get_by_role("button", name="Actions for web")).to_be_visible()
        file = tmp_path / "docktor.yaml"
        file.write_text('version: "1"\nproject: demo\nservices: []\n', encoding="utf-8")
        steps = page.get_by_role("region", name="First steps")
        expect(steps).to_contain_text("Docker answers")

        page.get_by_role("button", name="Manage web").click()
        page.get_by_role("dialog").get_by_role("button", name="Manage").click()
        expect(page.get_by_role("button", name="Actions for web")).to_be_visible()
        expect(steps).to_have_count(0)
        assert "name: web" in file.read_text()


def managed(backend: httpx2.Client) -> set[str]:
    [project] = backend.get("/api/projects").json()
    return {one["name"] for one in project["services"] if one["managed"]}
