"""The page as a person uses it, on a real engine: what it shows is what runs."""

import re
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.brokers.process import free_ports
from tests.browser.chromium import PATIENCE_MS, running
from tests.compose_project import ComposeProject
from tests.conftest import MakeProject
from tests.e2e.shop import Docktor, shop, until
from tests.real_parts import require

pytestmark = pytest.mark.engine

BUILD = Path(__file__).parents[2] / "ui" / "build"


def test_a_service_is_managed_and_scaled_by_hand(project: MakeProject, docktor: Docktor, tmp_path: Path) -> None:
    require((BUILD / "index.html").is_file(), "the page's build (make page)")
    compose = project(shop(tmp_path / "load"))
    compose.up()
    docktor.environment = {"DOCKTOR_PAGE": str(BUILD)}
    [port] = free_ports(1)
    docktor.start("--project", compose.name, "--listen", f"127.0.0.1:{port}")
    with running() as browser:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        sign_in(page, f"http://127.0.0.1:{port}/", (docktor.home / "token").read_text(encoding="ascii").strip())
        page.get_by_label("Filter services").fill(compose.name)  # another project on the engine may have a web, too
        manage(page)
        assert docktor.service()["mode"] == "review"
        for replicas in (3, 1):
            scale(page, replicas)
            until(partial(runs, compose, replicas), f"{replicas} containers")
            row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="web", exact=True))
            shown = re.compile(f"^{replicas} replicas?, between")
            expect(row.get_by_role("img", name=shown)).to_be_visible(timeout=PATIENCE_MS)
    assert len(compose.ps_ids("db")) == 1
    changes = [
        (one["current_replicas"], one["target_replicas"]) for one in docktor.decisions() if one["phase"] == "done"
    ]
    assert changes == [(1, 3), (3, 1)]


def runs(compose: ComposeProject, replicas: int) -> bool:
    return len(compose.ps_ids("web", every=False)) == replicas


def sign_in(page: Page, url: str, token: str) -> None:
    page.goto(url)
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Sign in").click()


def manage(page: Page) -> None:
    page.get_by_role("button", name="Manage web").click()
    dialog = page.get_by_role("dialog", name="Manage web")
    dialog.get_by_label("At most").fill("4")
    dialog.get_by_label("Ask me before each change").check()
    dialog.get_by_role("button", name="Manage").click()
    expect(dialog).to_have_count(0, timeout=PATIENCE_MS)


def scale(page: Page, replicas: int) -> None:
    page.get_by_role("button", name="Actions for web").click()
    page.get_by_role("menuitem", name="Scale by hand…").click()
    dialog = page.get_by_role("dialog", name="Scale web by hand")
    dialog.get_by_label("Replicas").fill(str(replicas))
    dialog.get_by_role("button", name=f"Scale to {replicas}").click()
    expect(dialog).to_have_count(0, timeout=PATIENCE_MS)
