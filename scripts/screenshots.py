"""Pictures of every screen, in light and dark, narrow and wide, into docs/screenshots: `make screenshots`.

The page as it is built, on a real daemon with a simulated shop that has some hours behind it.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
from playwright.sync_api import Browser, Page, expect
from tests.browser.chromium import running
from tests.daemon_process import ROOT, DaemonProcess, daemon_process
from tests.models.beside import serving
from tests.page import scenes
from tests.page.conftest import BUILD, NO_TOUR, sign_in

from scripts.png import small

FOLDER = ROOT / "docs/screenshots"
SCHEMES = ("light", "dark")
WIDTHS = (900, 1440)
HEIGHTS = (700, 1500)
SIDE_BY_SIDE = 1200  # from here on the rules and what they would have done are beside each other
MOST_BYTES = 150_000
PATIENCE_MS = 90_000
AT_REST = """\
async () => {
  const passing = document.getAnimations().filter((one) => one.effect.getComputedTiming().iterations !== Infinity)
  await Promise.allSettled(passing.map((one) => one.finished))
  document.activeElement?.blur()
  return document.documentElement.scrollHeight
}"""


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    expect.set_options(timeout=PATIENCE_MS)
    with shop() as daemon, running() as browser:
        for width in WIDTHS:
            for scheme in SCHEMES:
                for name, page in screens(browser, daemon, scheme, width):
                    picture(page, FOLDER / f"{name}-{scheme}-{width}.png", width)
    large = [path.name for path in sorted(FOLDER.glob("*.png")) if path.stat().st_size > MOST_BYTES]
    if large:
        raise SystemExit(f"more than {MOST_BYTES} bytes: {', '.join(large)}")


@contextmanager
def shop() -> Iterator[DaemonProcess]:
    with tempfile.TemporaryDirectory(prefix="shop-") as place, serving(scenes.models()) as server:
        folder = Path(place)
        scenes.fill(folder / "home")
        with daemon_process(folder, scenes.config(server), DOCKTOR_PAGE=str(BUILD)) as daemon:
            with httpx2.Client(base_url=daemon.url, headers=daemon.headers, trust_env=False) as backend:
                scenes.furnish(backend)
            yield daemon


def screens(browser: Browser, daemon: DaemonProcess, scheme: str, width: int) -> Iterator[tuple[str, Page]]:
    """Each screen once, by its name; the door last."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHTS[0]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        timezone_id="UTC",
        locale="en-GB",
    )
    context.add_init_script(NO_TOUR)
    sign_in(context, daemon, daemon.token)
    for name, go in scenes.SCREENS.items():
        page = context.new_page()
        page.goto(daemon.url)
        scenes.fleet(page)
        go(page)
        yield name, page
        page.close()
    context.clear_cookies()
    page = context.new_page()
    page.goto(daemon.url)
    expect(page.get_by_label("Token")).to_be_visible()
    yield "login", page
    context.close()


def picture(page: Page, path: Path, width: int) -> None:
    """Of all that is there, down to some depth."""
    least, most = HEIGHTS
    page.evaluate(AT_REST)
    for _ in range(2):  # what there is may fill the room it is given
        page.set_viewport_size({"width": width, "height": min(most, max(least, int(page.evaluate(AT_REST))))})
    preview = page.get_by_role("region", name="Had these rules held")
    if preview.count() > 0 and width < SIDE_BY_SIDE:
        preview.scroll_into_view_if_needed()
    path.write_bytes(small(page.screenshot()))
    print(f"{path.name}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
