"""The backend stands still, or goes and comes back; and a page that nobody looks at asks nothing."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.brokers.process import free_ports
from tests.daemon_process import ROOT, DaemonProcess
from tests.page.conftest import BUILD, QUIET, Visit
from tests.page.watch import Watch

SOON_MS = 25_000
AWAY = re.compile("Docktor does not answer|Waiting for Docktor to answer")  # the second: it never answered how it is
UNSEEN_MS = 7_000  # longer than the page ever waits between two questions


@pytest.fixture
def place(tmp_path: Path) -> DaemonProcess:
    """Where a daemon of this test's own will be, each time at the same address."""
    (tmp_path / "docktor.yaml").write_text(QUIET, encoding="utf-8")
    return DaemonProcess(free_ports(1)[0], tmp_path)


@contextmanager
def started(place: DaemonProcess) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "docktor", "daemon", "start", "--foreground", "--engine", "simulated"]
    environment = {
        **os.environ,
        "DOCKTOR_HOME": str(place.folder / "home"),
        "DOCKTOR_PAGE": str(BUILD),
        "PYTHONPATH": str(ROOT / "backend"),
    }
    listen = ["--listen", f"127.0.0.1:{place.port}"]
    with (
        (place.folder / "log").open("ab") as log,
        subprocess.Popen([*command, *listen], cwd=place.folder, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            wait(place, process)
            yield process
        finally:
            process.kill()


def wait(place: DaemonProcess, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            httpx2.get(f"{place.url}/api/health", trust_env=False).raise_for_status()
            return
        except httpx2.HTTPError:
            time.sleep(0.1)
    raise AssertionError((place.folder / "log").read_text())


def at_the_fleet(page: Page) -> None:
    expect(page.get_by_role("button", name="Actions for web")).to_be_visible()


def test_one_that_stands_still_is_told_and_waited_for(visit: Visit, place: DaemonProcess) -> None:
    with started(place) as process:
        page, watch = visit(place.token, place)
        at_the_fleet(page)
        watch.away = True
        process.send_signal(signal.SIGSTOP)
        expect(page.get_by_text(AWAY)).to_be_visible(timeout=SOON_MS)
        at_the_fleet(page)
        process.send_signal(signal.SIGCONT)
        expect(page.get_by_text(AWAY)).to_have_count(0, timeout=SOON_MS)
        at_the_fleet(page)


def test_one_that_is_started_again_asks_who_is_there_and_goes_on(visit: Visit, place: DaemonProcess) -> None:
    with started(place):
        page, watch = visit(place.token, place)
        at_the_fleet(page)
        watch.away = True
    expect(page.get_by_text(AWAY)).to_be_visible(timeout=SOON_MS)
    at_the_fleet(page)
    with started(place):
        page.get_by_label("Token").fill(place.token)  # sessions end with the daemon
        page.get_by_role("button", name="Sign in").click()
        at_the_fleet(page)
        expect(page.get_by_text(AWAY)).to_have_count(0)


def test_a_page_that_nobody_sees_asks_nothing(page: Page, watch: Watch) -> None:
    at_the_fleet(page)
    set_hidden(page, "true")
    page.wait_for_load_state("networkidle")
    asked = watch.asked
    page.wait_for_timeout(UNSEEN_MS)
    assert watch.asked == asked
    with page.expect_response("**/api/projects"):
        set_hidden(page, "false")


def set_hidden(page: Page, hidden: str) -> None:
    """As the browser tells it. One that is driven from outside never hides a page by itself."""
    page.evaluate(f"""
        Object.defineProperty(document, 'hidden', {{configurable: true, get: () => {hidden}}})
        Object.defineProperty(document, 'visibilityState', {{
            configurable: true, get: () => {hidden} ? 'hidden' : 'visible'
        }})
        document.dispatchEvent(new Event('visibilitychange', {{bubbles: true}}))
    """)
