"""A model: fetched before one's eyes, chosen, and told what it may do. The runner is a real server."""

import re
from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.daemon_process import DaemonProcess
from tests.models.beside import serving
from tests.models.pulls import pull_fails, pulled
from tests.models.server import MODEL, ModelServer
from tests.page.conftest import QUIET, Visit

NEW = "ai/smollm2:latest"
EVERY_S = 0.3
UNDER_WAY = re.compile(r"^[1-9]\d?$")


@pytest.fixture(scope="module")
def models() -> Iterator[ModelServer]:
    with serving(ModelServer()) as server:
        yield server


@pytest.fixture(scope="module")
def config(models: ModelServer) -> str:
    return QUIET + f'llm: {{model: {MODEL}, base_url: "{models.url}"}} # ours\n'


@pytest.fixture
def screen(page: Page) -> Page:
    page.get_by_role("tab", name="Model").click()
    expect(page.get_by_role("row", name=MODEL)).to_contain_text("In use")
    return page


def test_one_is_fetched_and_chosen(
    screen: Page, models: ModelServer, backend: httpx2.Client, daemon: DaemonProcess
) -> None:
    models.runner.pulls.append(pulled(every=EVERY_S))
    fetch(screen, NEW)
    progress = screen.get_by_role("progressbar", name=f"Fetching {NEW}")
    expect(progress).to_have_attribute("aria-valuenow", UNDER_WAY)
    expect(screen.get_by_text(f"{NEW} is there.")).to_be_visible()

    screen.get_by_role("button", name=f"Use {NEW}").click()
    screen.get_by_role("dialog").get_by_role("button", name="Use it").click()
    expect(screen.get_by_role("row", name=NEW)).to_contain_text("In use")
    assert backend.get("/api/models").json()["model"] == NEW
    text = (daemon.folder / "docktor.yaml").read_text()
    assert NEW in text and "# ours" in text and "# this one is only watched" in text


def test_one_that_cannot_be_fetched_says_why(page: Page, models: ModelServer) -> None:
    page.get_by_role("tab", name="Model").click()
    models.runner.pulls.append(pull_fails("no space left on device"))
    fetch(page, "ai/none:latest")
    expect(page.get_by_role("alert").filter(has_text="could not be fetched")).to_contain_text("no space left on device")


def test_what_it_may_do_is_chosen_and_taken_back(page: Page, backend: httpx2.Client, daemon: DaemonProcess) -> None:
    page.get_by_role("tab", name="Model").click()
    modes = page.get_by_role("radiogroup", name="What it may do")
    expect(modes.get_by_role("radio", name="Advise")).to_be_checked()
    modes.get_by_role("radio", name="Shadow").check()
    expect(page.get_by_role("alert").filter(has_text="only scored from now on")).to_contain_text("docktor.yaml says so")
    expect(modes.get_by_role("radio", name="Shadow")).to_be_checked()
    assert mode_of(backend) == "shadow"
    text = (daemon.folder / "docktor.yaml").read_text()
    assert "mode: shadow" in text and "# ours" in text

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The model advises from now on")).to_be_visible()
    expect(modes.get_by_role("radio", name="Advise")).to_be_checked()
    assert mode_of(backend) == "advise"

    modes.get_by_role("radio", name="Off").check()
    expect(page.get_by_text("No model is asked from now on")).to_be_visible()
    expect(page.get_by_text("No model is asked", exact=True)).to_be_visible()
    assert mode_of(backend) == "off"
    modes.get_by_role("radio", name="Advise").check()
    expect(page.get_by_text("The model advises from now on")).to_be_visible()


def test_who_is_no_admin_sees_what_it_may_do(visit: Visit, backend: httpx2.Client) -> None:
    made = backend.post("/api/tokens", json={"name": "operates", "role": "operator"}).json()
    page, _ = visit(made["token"])
    page.get_by_role("tab", name="Model").click()
    modes = page.get_by_role("radiogroup", name="What it may do")
    expect(modes.get_by_role("radio", name="Advise")).to_be_checked()
    for one in modes.get_by_role("radio").all():
        expect(one).to_be_disabled()
    expect(page.get_by_text("Only a token with the role admin may change it.")).to_be_visible()


def mode_of(backend: httpx2.Client) -> str:
    found: str = backend.get("/api/health").json()["advisor"]["mode"]
    return found


def fetch(page: Page, name: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Fetch").click()
