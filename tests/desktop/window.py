"""The page in its tab of Docker Desktop, and what it did there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from tests.browser.chromium import PATIENCE_MS
from tests.desktop.backend import Backend
from tests.desktop.bridge import BASE, SERVICE, Bridge

DDCLIENT = Path(__file__).with_name("ddclient.js")
HIDE = """hidden => {
    Object.defineProperty(document, "hidden", {get: () => hidden, configurable: true});
    Object.defineProperty(document, "visibilityState", {get: () => hidden ? "hidden" : "visible", configurable: true});
    document.dispatchEvent(new Event("visibilitychange", {bubbles: true}));
}"""


@dataclass
class Window:
    """`faults`: errors of the page itself; `requests`: all addresses it asked for."""

    page: Page
    backend: Backend
    bridge: Bridge
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> None:
        self.page.goto(f"{self.bridge.page}#{path}")

    def row(self, name: str) -> Locator:
        """A service's, in the fleet."""
        return self.page.get_by_role("row").filter(has=self.page.get_by_role("rowheader", name=name, exact=True))

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def hide(self, hidden: bool) -> None:
        """As Docker Desktop does when another of its tabs is shown."""
        self.page.evaluate(HIDE, hidden)

    def assert_well(self) -> None:
        """It did nothing it could not do in Docker Desktop."""
        assert self.faults == []
        assert self.bridge.strays == []
        ours = (f"{self.bridge.origin}{BASE}", f"{self.bridge.origin}{SERVICE}")
        assert [url for url in self.requests if not url.startswith(ours)] == []
        assert self.page.context.cookies() == []


@contextmanager
def window(browser: Browser, backend: Backend, bridge: Bridge) -> Iterator[Window]:
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.add_init_script(path=DDCLIENT)
    one = Window(context.new_page(), backend, bridge)
    context.on("request", lambda request: one.requests.append(request.url))
    one.page.on("websocket", lambda socket: one.requests.append(socket.url))
    one.page.on("pageerror", lambda error: one.faults.append(str(error)))
    one.page.on("console", lambda said: one.faults.append(said.text) if said.type == "error" else None)
    yield one
    context.close()
