"""How Docker Desktop looks, and hosts that give less than it does."""

from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.desktop.window import Window

BACKGROUND = "() => getComputedStyle(document.body).backgroundColor"
Scheme = Literal["light", "dark"]


@pytest.mark.parametrize(("scheme", "background"), [("light", "rgb(253, 252, 251)"), ("dark", "rgb(11, 26, 42)")])
def test_it_looks_as_docker_desktop_does(desktop: Window, scheme: Scheme, background: str) -> None:
    desktop.page.emulate_media(color_scheme=scheme)
    desktop.open()
    expect(desktop.row("web")).to_be_visible()
    assert desktop.page.evaluate(BACKGROUND) == background


def test_it_follows_a_theme_that_is_changed(desktop: Window) -> None:
    desktop.page.emulate_media(color_scheme="light")
    desktop.open()
    expect(desktop.row("web")).to_be_visible()
    desktop.page.emulate_media(color_scheme="dark")
    desktop.page.wait_for_function(f"({BACKGROUND})() === 'rgb(11, 26, 42)'")


@pytest.mark.parametrize(
    "less",
    [
        "ddClient.desktopUI.navigate = {}",  # as Rancher Desktop has it
        "delete ddClient.desktopUI; delete ddClient.host; delete ddClient.docker",
        "delete window.__ddMuiV5Themes; delete window.__ddMuiV6Themes",
    ],
)
def test_a_host_that_gives_less_will_do(desktop: Window, less: str) -> None:
    desktop.page.add_init_script(less)
    desktop.open()
    for screen in ("Approvals", "History", "Model", "Health", "Fleet"):
        desktop.page.get_by_role("tab", name=screen).click()
        expect(desktop.page.get_by_role("heading", level=1)).to_have_text(screen)
    desktop.page.get_by_role("link", name="worker", exact=True).first.click()
    expect(desktop.page.get_by_role("region", name="Timeline")).to_be_visible()
    desktop.button("Check now").click()
    expect(desktop.page.get_by_role("alert").last).to_contain_text("worker")
    assert desktop.page.evaluate("() => window.__dd") == {"toasts": [], "navigations": [], "dialogs": [], "opened": []}
