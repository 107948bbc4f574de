"""A model: fetched before one's eyes, chosen, told what it may do, and tried. The runner is a real server."""

import re
from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.daemon_process import DaemonProcess
from tests.models.answers import pick_first, says
from tests.models.beside import serving
from tests.models.failures import late, status
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


def test_one_is_asked_a_test_question(page: Page, models: ModelServer) -> None:
    page.get_by_role("tab", name="Model").click()
    ask = page.get_by_role("button", name="Ask a test question").first
    expect(ask).to_be_enabled()
    models.script([late(1, pick_first()), says("I would scale to 50."), status(503, "out of memory")])
    ask.click()
    expect(page.get_by_role("progressbar", name="Asking")).to_be_visible()
    answer = page.get_by_role("alert").filter(has_text="It was asked about a steep rise: 3 replicas there")
    expect(answer).to_contain_text("3, 4 or 5 to choose from.")
    expect(answer).to_contain_text("It chose 3, and the rules would choose 5. In hindsight 5 would be right")
    expect(answer).to_contain_text("It took 1.")
    ask.click()
    expect(answer).to_contain_text("It gave no answer that can be used: the answer is not one JSON object.")
    ask.click()
    expect(answer).to_contain_text("It gave no answer that can be used: answered 503: out of memory")
    expect(answer).to_contain_text("The rules would choose 5")


def test_one_that_is_never_asked_can_be_tried(page: Page, backend: httpx2.Client) -> None:
    assert backend.put("/api/model", json={"mode": "off"}).is_success
    page.get_by_role("tab", name="Model").click()
    page.get_by_role("button", name="Ask a test question").click()
    expect(page.get_by_role("alert").filter(has_text="It chose 5, as the rules would.")).to_be_visible()
    assert backend.put("/api/model", json={"mode": "advise"}).is_success


def test_who_only_looks_asks_nothing(visit: Visit, backend: httpx2.Client) -> None:
    made = backend.post("/api/tokens", json={"name": "looks", "role": "viewer"}).json()
    page, _ = visit(made["token"])
    page.get_by_role("tab", name="Model").click()
    expect(page.get_by_role("radiogroup", name="What it may do")).to_be_visible()
    expect(page.get_by_role("button", name="Ask a test question")).to_have_count(0)


def mode_of(backend: httpx2.Client) -> str:
    found: str = backend.get("/api/health").json()["advisor"]["mode"]
    return found


def fetch(page: Page, name: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Fetch").click()
