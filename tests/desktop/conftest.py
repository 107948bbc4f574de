"""The page as it is shipped, in a stand-in for Docker Desktop, with a daemon of its own for each test."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium as chromiums
from tests.desktop import backend as backends
from tests.desktop.bridge import bridging
from tests.desktop.window import Window, window
from tests.real_parts import require

BUILD = Path(__file__).parents[2] / "ui" / "build"


# Not for the whole session: while it runs, its event loop does, and tests that bring their own could not run.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    require((BUILD / "index.html").is_file(), "the page's build (make page)")
    with chromiums.running() as browser:
        yield browser


@pytest.fixture
def desktop(chromium: Browser) -> Iterator[Window]:
    with (
        tempfile.TemporaryDirectory(prefix="dkt-") as folder,  # a socket's path must be short
        backends.running(Path(folder)) as backend,
        bridging(BUILD, backend.socket) as bridge,
        window(chromium, backend, bridge) as one,
    ):
        yield one
        one.assert_well()
