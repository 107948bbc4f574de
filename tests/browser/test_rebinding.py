"""An attacker's name that suddenly leads to the daemon: to the browser it is a part of their site."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.chromium import PATIENCE_MS
from tests.browser.daemon import NAME, Daemon
from tests.browser.scene import LOGIN
from tests.browser.test_reading import READS

NAMES = ("evil.example", "localhost.evil.example", f"{NAME}.evil.example", f"evil.{NAME}", "evil.localhost")
ASK = """([url, method, body, token]) => fetch(url, {
    method, body, headers: {"Content-Type": "application/json", "X-Docktor": "1", Authorization: `Bearer ${token}`},
}).then(async answer => [answer.status, await answer.text()])"""


@pytest.fixture(params=NAMES)
def page(request: pytest.FixtureRequest, context: BrowserContext, daemon: Daemon) -> Iterator[Page]:
    """The attacker's, from the time before the name's address changed."""
    context.set_default_timeout(PATIENCE_MS)
    url = f"http://{request.param}:{daemon.port}/"
    page = context.new_page()
    page.route(url, lambda route: route.fulfill(body="<title>evil</title>", content_type="text/html"))
    page.goto(url)
    page.unroute_all()
    before = daemon.state()
    yield page
    assert daemon.state() == before


def test_a_name_that_leads_here(page: Page, daemon: Daemon) -> None:
    past = daemon.now()
    for path in ("/", *READS, "/api/events/stream"):
        status, text = page.evaluate(ASK, [path, "GET", None, daemon.token])
        assert (status, "host name" in text, "shop" in text) == (421, True, False), path
    change = ["/api/projects/shop/services/web/scale", "POST", '{"replicas": 5}', daemon.token]
    assert page.evaluate(ASK, change)[0] == 421, "even with the token"
    assert page.evaluate(LOGIN, daemon.token) == 421
    assert page.context.cookies() == []
    answer = page.goto(f"{page.url}api/health")
    assert answer is not None and answer.status == 421
    assert "services" not in page.content()
    assert {one.headers["host"] for one in daemon.heard(past)} == {page.url.split("/")[2]}
