"""The page as it is built, in a real Chromium, on a real daemon: over TCP, signed in, the engine simulated."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import running
from tests.daemon_process import ROOT, DaemonProcess, daemon_process
from tests.page.watch import Watch
from tests.real_parts import require

BUILD = ROOT / "ui/build"
WIDTH, HEIGHT = 1440, 900
PATIENCE_MS = 25_000  # what an event should bring must not be had by the look at everything every thirty seconds
QUIET = """\
# The owner's own words.
version: "1"
project: demo
services:
  - name: web # this one is only watched
    mode: observe
    min_replicas: 1
    max_replicas: 6
    check_interval: 1
    metrics_window: 2
    rules:
      scale_up_when: [{metric: cpu.avg, op: ">", value: 75}]
      scale_down_when: [{metric: cpu.avg, op: "<", value: 20}]
"""
NO_TOUR = "localStorage.setItem('docktor.tour', 'seen')"


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    require((BUILD / "index.html").exists(), "the page's build (make page)")
    expect.set_options(timeout=PATIENCE_MS)
    with running() as browser:
        yield browser


@pytest.fixture(scope="module")
def config() -> str:
    """What docktor.yaml says; a module may have its own."""
    return QUIET


@pytest.fixture(scope="module")
def past() -> Callable[[Path], None]:
    """Fills the home before the daemon starts; a module may have its own."""
    return lambda home: None


@pytest.fixture(scope="module")
def daemon(
    chromium: Browser, config: str, past: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DaemonProcess]:
    folder = tmp_path_factory.mktemp("daemon")
    past(folder / "home")
    with daemon_process(folder, config, DOCKTOR_PAGE=str(BUILD)) as process:
        yield process


@pytest.fixture(scope="module")
def backend(daemon: DaemonProcess) -> Iterator[httpx2.Client]:
    """Asks the daemon as its owner, beside the page."""
    with httpx2.Client(base_url=daemon.url, headers=daemon.headers, trust_env=False) as client:
        yield client


Visit = Callable[..., tuple[Page, Watch]]


@pytest.fixture
def visit(chromium: Browser, daemon: DaemonProcess) -> Iterator[Visit]:
    """`visit(token)` is a browser of one's own, signed in with that token, or with none at the door.

    Whatever went wrong in any of them fails the test at its end.
    """
    made: list[Watch] = []
    with ExitStack() as stack:

        def come(token: str | None, to: DaemonProcess = daemon) -> tuple[Page, Watch]:
            context = chromium.new_context(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            context.add_init_script(NO_TOUR)
            if token is not None:
                sign_in(context, to, token)
            page = context.new_page()
            made.append(Watch(page, to.url))
            page.goto(to.url)
            return page, made[-1]

        yield come
        for watch in made:
            watch.check()


def sign_in(context: BrowserContext, daemon: DaemonProcess, token: str) -> None:
    """The cookie, and the key where the page looks for it."""
    answer = context.request.post(f"{daemon.url}/api/session", data={"token": token}, headers={"Origin": daemon.url})
    assert answer.ok, answer.text()
    context.add_init_script(f"localStorage.setItem('docktor.key', {json.dumps(answer.json()['key'])})")


@pytest.fixture
def visited(visit: Visit, daemon: DaemonProcess) -> tuple[Page, Watch]:
    return visit(daemon.token)


@pytest.fixture
def page(visited: tuple[Page, Watch]) -> Page:
    """The owner's, at the fleet."""
    return visited[0]


@pytest.fixture
def watch(visited: tuple[Page, Watch]) -> Watch:
    return visited[1]
