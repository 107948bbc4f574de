"""The rules of a service: tried on what was, looked at as they will be written, and in force."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect

from docktor.core.world import ServiceId
from tests.daemon_process import DaemonProcess
from tests.page import past as made
from tests.page.conftest import QUIET
from tests.page.watch import Watch

WEB = "/api/projects/demo/services/web"
UP = "Add replicas when ANY of these holds"


@pytest.fixture(scope="module")
def past() -> Callable[[Path], None]:
    return lambda home: made.fill(home, [ServiceId("demo", "web")], hours=2)


@pytest.fixture
def config_file(daemon: DaemonProcess) -> Path:
    """As it was at the start, so that each test may change it."""
    file = daemon.folder / "docktor.yaml"
    file.write_text(QUIET, encoding="utf-8")
    return file


@pytest.fixture
def rules(config_file: Path, page: Page) -> Page:
    """The rules of `web`, in the form."""
    page.get_by_role("button", name="Actions for web").click()
    page.get_by_role("menuitem", name="Rules").click()
    expect(threshold(page)).to_have_value("75")
    return page


def threshold(page: Page) -> Any:
    return page.get_by_role("group", name=UP).get_by_label("Threshold")


def in_force(backend: httpx2.Client) -> list[float]:
    return [one["threshold"] for one in backend.get(WEB).json()["rules"]]


def test_a_threshold_is_tried_looked_at_and_saved(rules: Page, backend: httpx2.Client, config_file: Path) -> None:
    with rules.expect_response("**/api/replay") as answer:
        threshold(rules).fill("60")
    replayed = answer.value.json()
    changes = rules.get_by_role("row", name="Changes")
    expect(changes.get_by_role("cell").nth(0)).to_have_text(str(replayed["now"]["changes_count"]))
    expect(changes.get_by_role("cell").nth(1)).to_have_text(str(replayed["proposed"]["changes_count"]))

    rules.get_by_role("button", name="Review and save").click()
    dialog = rules.get_by_role("dialog")
    changed = dialog.get_by_role("region", name="What changes")
    expect(changed).to_contain_text("value: 75")
    expect(changed).to_contain_text("value: 60")
    dialog.get_by_role("button", name="Write docktor.yaml").click()
    expect(rules.get_by_text("the rules of web are in force")).to_be_visible()
    assert in_force(backend)[0] == 60
    text = config_file.read_text()
    assert "value: 60" in text and "# this one is only watched" in text


def test_a_fault_is_shown_at_its_field_and_nothing_is_written(rules: Page, watch: Watch, config_file: Path) -> None:
    watch.refused = {422}
    fewest = rules.get_by_label("Fewest replicas")
    fewest.fill("9")
    expect(fewest).to_have_attribute("aria-invalid", "true")
    expect(rules.get_by_text("min_replicas (9) is above max_replicas (6)", exact=True)).to_be_visible()
    rules.get_by_role("button", name="Review and save").click()
    dialog = rules.get_by_role("dialog")
    expect(dialog).to_contain_text("Docktor would refuse this")
    expect(dialog.get_by_role("button", name="Write docktor.yaml")).to_have_count(0)
    dialog.get_by_role("button", name="Show the faults").click()
    expect(fewest).to_have_attribute("aria-invalid", "true")
    assert config_file.read_text() == QUIET


def test_the_yaml_keeps_what_the_form_does_not_know(rules: Page, watch: Watch) -> None:
    watch.refused = {422}  # nor does the preview know it, if it comes to ask
    show(rules, "YAML")
    text = rules.get_by_label("This service in docktor.yaml")
    text.fill("# ours, for the sale\n" + text.input_value() + "x-team: shop\n")
    show(rules, "Form")
    threshold(rules).fill("66")
    show(rules, "YAML")
    kept = text.input_value()
    assert "# ours, for the sale" in kept and "x-team: shop" in kept and "66" in kept


def test_yaml_that_cannot_be_read_says_where(rules: Page) -> None:
    show(rules, "YAML")
    rules.get_by_label("This service in docktor.yaml").fill("mode: [auto\nmin_replicas: 1\n")
    expect(rules.get_by_text("Until this is repaired, the form can't be shown.")).to_be_visible()
    expect(rules.get_by_role("button", name="Form", exact=True)).to_be_disabled()
    expect(rules.get_by_role("button", name="Review and save")).to_be_disabled()


def test_leaving_with_changes_asks_first(rules: Page) -> None:
    threshold(rules).fill("61")
    rules.get_by_role("tab", name="Fleet").click()
    asked = rules.get_by_role("dialog", name="Leave without saving?")
    asked.get_by_role("button", name="Stay").click()
    expect(threshold(rules)).to_have_value("61")
    rules.get_by_role("tab", name="Fleet").click()
    asked.get_by_role("button", name="Leave").click()
    expect(rules.get_by_role("heading", name="Fleet")).to_be_visible()


def test_a_change_elsewhere_is_told(rules: Page, config_file: Path) -> None:
    threshold(rules).fill("62")
    config_file.write_text(QUIET.replace("value: 75", "value: 80"), encoding="utf-8")
    expect(rules.get_by_text("docktor.yaml was changed meanwhile.")).to_be_visible()
    rules.get_by_role("button", name="Load it").click()
    expect(threshold(rules)).to_have_value("80")


def show(page: Page, view: str) -> None:
    page.get_by_role("button", name=view, exact=True).click()
