"""The browser, the daemon it is logged in to, and the attacker."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser import chromium as chromiums
from tests.browser import evil as evils
from tests.browser.daemon import Daemon, attacked
from tests.browser.evil import Evil
from tests.browser.scene import PLACES, Place, Scene, User


# Not for the whole session: while it runs, its event loop does, and tests that bring their own could not run.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with chromiums.running() as browser:
        yield browser


@pytest.fixture(scope="package")
def daemon(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with attacked(tmp_path_factory.mktemp("attacked")) as daemon:
        yield daemon


@pytest.fixture(scope="package")
def evil() -> Iterator[Evil]:
    with evils.listening() as evil:
        yield evil


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A user's browser that knows nothing yet."""
    context = chromium.new_context()
    yield context
    context.close()


@pytest.fixture(scope="package", params=PLACES, ids=lambda place: place.name.replace(" ", "-"))
def user(request: pytest.FixtureRequest, chromium: Browser, daemon: Daemon) -> Iterator[User]:
    place: Place = request.param
    context = chromium.new_context()
    yield User(place, daemon, context)
    context.close()


@pytest.fixture
def scene(user: User, evil: Evil) -> Iterator[Scene]:
    """An attack, after which everything must be as before."""
    scene = Scene(user, evil)
    yield scene
    scene.assert_unharmed()
    scene.page.close()
