"""What the daemon's own pages may do: proof that the attacks ask for things that are there to be had."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.changes import ASKED, REASON
from tests.browser.daemon import Daemon, attacked
from tests.browser.evil import Evil
from tests.browser.scene import OWN_FETCH, PLACES, Scene, User
from tests.browser.test_reading import EVENTS, READS

READ = f"url => ({OWN_FETCH})(url).then(answer => answer.status)"
SEND = f"""([url, method, body]) => ({OWN_FETCH})(url, {{
    method, body, headers: {{"Content-Type": "application/json"}},
}}).then(answer => answer.status)"""
FOLLOW = f"""async url => {{
    const reader = (await ({OWN_FETCH})(url)).body.getReader();
    let text = "";
    while (!text.includes("data: ")) text += new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    return text;
}}"""


@pytest.fixture(scope="module")
def other(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A daemon that may be changed."""
    with attacked(tmp_path_factory.mktemp("changed")) as daemon:
        yield daemon


@pytest.fixture
def mine(context: BrowserContext, other: Daemon, evil: Evil) -> Scene:
    return Scene(User(PLACES[0], other, context), evil)


def test_a_page_of_its_own_may_read_everything(mine: Scene) -> None:
    for path in READS:
        assert mine.own.evaluate(READ, path) == 200, path
    assert "simulated engine" in mine.own.evaluate(FOLLOW, f"{EVENTS}?after=0")


def test_a_page_of_its_own_may_change_everything(mine: Scene) -> None:
    def send(method: str, path: str, body: str | None) -> int:
        return int(mine.own.evaluate(SEND, [path, method, body]))

    wanted = mine.changes()
    # What forms smuggle in as text means the same, once it is called JSON.
    answers = {
        one.name: send(one.method, one.path, "=".join(one.smuggled) if one.method == "POST" and one.body else one.json)
        for one in wanted
    }
    assert answers == {one.name: one.allowed for one in wanted}
    after = mine.daemon.state()
    assert {name for name, value in mine.before.items() if after[name] != value} >= {
        "services",
        "decisions",
        "events",
        "tokens",
        "file",
    }
    assert REASON in str(mine.daemon.get("/api/decisions"))
    assert mine.evil.cookies(ASKED), "the daemon asks where it is told to"
    assert send("POST", "/api/projects/shop/services/web/hold", '{"minutes": 5}') == 401, "logged out"
