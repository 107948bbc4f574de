"""What axe finds on every screen, by day and by night: nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.daemon_process import ROOT, DaemonProcess
from tests.models.beside import serving
from tests.models.server import ModelServer
from tests.page import scenes
from tests.page.conftest import Visit
from tests.real_parts import require

AXE = ROOT / "ui/node_modules/axe-core/axe.min.js"
SCHEMES = ("light", "dark")
FINDINGS = """\
async () => {
  const passing = document.getAnimations().filter((one) => one.effect.getComputedTiming().iterations !== Infinity)
  await Promise.allSettled(passing.map((one) => one.finished))
  const { violations } = await axe.run(document, { resultTypes: ['violations'] })
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, html, any }) => `${id}: ${help}: ${target} ${html.slice(0, 200)} ${any[0]?.message ?? ''}`))
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    require(AXE.exists(), "axe-core (make page)")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def models() -> Iterator[ModelServer]:
    with serving(scenes.models()) as server:
        yield server


@pytest.fixture(scope="module")
def config(models: ModelServer) -> str:
    return scenes.config(models)


@pytest.fixture(scope="module")
def past() -> Callable[[Path], None]:
    return scenes.fill


@pytest.fixture(scope="module")
def furnished(backend: httpx2.Client) -> None:
    scenes.furnish(backend)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("screen", scenes.SCREENS)
def test_nothing_on_a_screen(axe: str, furnished: None, page: Page, screen: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    scenes.SCREENS[screen](page)
    assert findings(page, axe) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_at_the_door(axe: str, visit: Visit, daemon: DaemonProcess, scheme: str) -> None:
    page, _ = visit(None)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.get_by_label("Token").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert findings(page, axe) == []


@pytest.mark.parametrize("asked", ["Scale by hand…", "Hold…", "Mode…"])
def test_nothing_in_a_dialog(axe: str, furnished: None, page: Page, asked: str) -> None:
    page.get_by_role("button", name="Actions for web").click()
    expect(page.get_by_role("menu")).to_be_visible()
    # An open menu lies over the page, beside its landmarks: a matter of taste in axe, not a rule of WCAG.
    assert [one for one in findings(page, axe) if not one.startswith("region:")] == []
    page.get_by_role("menuitem", name=asked).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert findings(page, axe) == []


def findings(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found: list[str] = page.evaluate(FINDINGS)
    return found
