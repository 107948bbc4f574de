"""A browser whose user is logged in to the daemon, and has gone to an attacker's page."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext

from docktor.memory.tokens import OWNER
from tests.browser.changes import ASKED, Change, changes
from tests.browser.chromium import PATIENCE_MS
from tests.browser.daemon import NAME, Daemon, Heard
from tests.browser.evil import Evil

REFUSED = frozenset({401, 403, 405, 415, 421})
LOGIN = """async token => {
    const headers = {"Content-Type": "application/json"};
    const answer = await fetch("/api/session", {method: "POST", headers, body: JSON.stringify({token})});
    if (answer.ok) localStorage.setItem("key", (await answer.json()).key);
    return answer.status;
}"""
# As a page of the daemon's own asks.
OWN_FETCH = (
    "(url, init = {}) => fetch(url, {...init, headers: {...init.headers, 'X-Docktor': localStorage.getItem('key')}})"
)
WHO = f"() => ({OWN_FETCH})('/api/session').then(answer => answer.json())"


@dataclass(frozen=True)
class Place:
    """Where the attacker's page is, and under which name the user knows the daemon. `cookie`: whether browsers send
    the daemon's cookie along from there; `trusted`: whether they tell the daemon where a request comes from, which
    they don't over plain HTTP, save on loopback.
    """

    name: str
    attacker: str
    victim: str
    cookie: bool
    trusted: bool


PLACES = (
    Place("another site", "evil.example", "127.0.0.1", cookie=False, trusted=True),
    Place("another port", "127.0.0.1", "127.0.0.1", cookie=True, trusted=True),
    Place("another port of a name", NAME, NAME, cookie=True, trusted=False),
    Place("a sibling name", f"evil.{NAME}", NAME, cookie=True, trusted=False),
)


class User:
    """Somebody's browser, that is logged in to the daemon. `own`: a page of the daemon's."""

    def __init__(self, place: Place, daemon: Daemon, context: BrowserContext) -> None:
        self.place = place
        self.daemon = daemon
        self.context = context
        context.set_default_timeout(PATIENCE_MS)
        self.own = context.new_page()
        self.own.goto(self.url("/api/health"))
        assert self.own.evaluate(LOGIN, daemon.token) == 200

    def url(self, path: str) -> str:
        return f"http://{self.place.victim}:{self.daemon.port}{path}"

    @property
    def cookie(self) -> str:
        jar = self.context.cookies(self.url("/"))
        return str(jar[0].get("value")) if len(jar) == 1 else f"not one but {len(jar)}"


class Scene:
    """That user on `page`, the attacker's."""

    def __init__(self, user: User, evil: Evil) -> None:
        self.place, self.daemon, self.context, self.own = user.place, user.daemon, user.context, user.own
        self.url = user.url
        self.user = user
        self.evil = evil
        evil.heard.clear()
        self.before = self.daemon.state()
        self.cookie = user.cookie
        self.page = self.context.new_page()
        self.lure()

    def lure(self, path: str = "/") -> None:
        """The user goes to the attacker's page."""
        self.page.goto(f"http://{self.place.attacker}:{self.evil.port}{path}")
        self.past = self.daemon.now()

    def changes(self) -> tuple[Change, ...]:
        return changes(self.daemon.waiting, self.evil.port)

    def posts(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes() if change.method == "POST")

    def attack(self, script: str, argument: object = None) -> Any:
        """What the attacker's page finds out."""
        return self.page.evaluate(script, argument)

    def heard(self, paths: Iterable[str]) -> Sequence[Heard]:
        """What the daemon was asked since the attacker's page is there, once each of `paths` is among it."""
        end = time.monotonic() + PATIENCE_MS / 1000
        while True:
            heard = self.daemon.heard(self.past)
            missing = {*paths} - {one.path for one in heard}
            if not missing:
                return heard
            assert time.monotonic() < end, f"never asked: {missing}"
            self.page.wait_for_timeout(10)

    def heard_with_cookie(self, paths: Iterable[str], *, cookie: bool | None = None) -> Sequence[Heard]:
        """Those of `paths`; the cookie came with each where browsers send it. `cookie`: whether, if not as usual."""
        wanted = {*paths}
        heard = [one for one in self.heard(wanted) if one.path in wanted]
        expected = self.place.cookie if cookie is None else cookie
        assert {f"docktor_session_{self.daemon.port}=" in one.headers.get("cookie", "") for one in heard} == {expected}
        return heard

    def assert_refused(self, heard: Sequence[Heard]) -> None:
        assert heard, "no attack"
        assert [(one.method, one.path, one.status) for one in heard if one.status not in REFUSED] == []

    def assert_unharmed(self) -> None:
        """Nothing has changed, and the user is still the one who is logged in."""
        assert self.daemon.state() == self.before
        assert self.user.cookie == self.cookie
        assert self.own.evaluate(WHO)["name"] == OWNER
        assert not self.evil.cookies(ASKED), "the daemon was made to ask the attacker"
