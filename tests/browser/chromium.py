"""A real Chromium, headless, that never leaves this machine."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.real_parts import require

NAMES = ("chromium", "chromium-browser", "google-chrome")  # as scripts/browser.sh looks for them
PATIENCE_MS = 30_000.0
# Whatever ends in .example is this machine, as names that an attacker has power over can be; all else is nowhere.
RESOLVER = "MAP *.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    # It would keep some attacks from this machine's ports, and other browsers have nothing like it.
    "--disable-features=LocalNetworkAccessChecks",
    f"--host-resolver-rules={RESOLVER}",
)


def find() -> str | None:
    """The program that DOCKTOR_CHROMIUM names, else one on PATH."""
    named = os.environ.get("DOCKTOR_CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else NAMES)), None)


@contextmanager
def running() -> Iterator[Browser]:
    program = find()
    require(program, "Chromium (scripts/browser.sh ensure)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()
