"""What a script in the daemon's own origin, or text that it shows, could do; and who else is told the cookie."""

import httpx2
import pytest

from tests.browser.changes import SERVICE
from tests.browser.scene import PLACES, Scene

OWN = "document.title = 'owned'"
SCRIPT = f'<script>{OWN}</script><img src=x onerror="{OWN}"><svg onload="{OWN}">'
SHOWN = (SERVICE, "/api/events", f"/api/projects/{SCRIPT}", f"{SERVICE}/metrics?minutes={SCRIPT}", "/metrics")


def test_scripts_do_not_see_the_cookie(scene: Scene) -> None:
    assert scene.own.evaluate("document.cookie") == ""
    assert scene.attack("document.cookie") == ""
    jar = scene.context.cookies(scene.url("/"))
    assert [(one.get("httpOnly"), one.get("sameSite")) for one in jar] == [(True, "Strict")]
    # A browser does not let a script write over it either.
    scene.attack(f"document.cookie = 'docktor_session_{scene.daemon.port}=evil; path=/'")
    assert scene.context.cookies(scene.url("/")) == jar
    # Cookies know no ports: a server on another one of the same host is told it, as no page could be.
    told = f"docktor_session_{scene.daemon.port}={scene.cookie}"
    assert scene.evil.cookies("/") == [told if scene.place.attacker == scene.place.victim else ""]


@pytest.mark.parametrize("user", PLACES[:1], indirect=True, ids=["another-site"])
def test_text_is_never_a_page(scene: Scene) -> None:
    scene.daemon.post(f"{SERVICE}/hold", {"minutes": 5, "reason": SCRIPT})
    scene.before = scene.daemon.state()
    shown = []
    scene.own.set_extra_http_headers({"X-Docktor": scene.own.evaluate("localStorage.getItem('key')")})
    for path in SHOWN:
        answer = scene.own.goto(scene.url(path))
        assert answer is not None
        assert answer.header_value("x-content-type-options") == "nosniff"
        assert scene.own.title() != "owned"
        assert scene.own.locator("script, img, svg").count() == 0
        if "onerror=" in scene.own.inner_text("body"):
            shown.append(path)
    scene.own.set_extra_http_headers({})  # the page is that of the tests after this one too
    assert SERVICE in shown, "what a person wrote is shown, as text"


@pytest.mark.parametrize("user", PLACES[1:3], indirect=True, ids=["another-port", "another-port-of-a-name"])
def test_a_server_on_another_port_has_no_use_of_the_cookie(scene: Scene) -> None:
    cookie = {"Cookie": scene.evil.cookies("/")[-1]}
    assert scene.cookie in cookie["Cookie"]
    for key in ({}, {"X-Docktor": "1"}, {"X-Docktor": scene.cookie}):
        headers = {**cookie, **key}
        changed = httpx2.post(f"{scene.daemon.process.url}{SERVICE}/check", json={}, headers=headers, trust_env=False)
        read = httpx2.get(f"{scene.daemon.process.url}{SERVICE}", headers=headers, trust_env=False)
        assert (changed.status_code, read.status_code) == (401, 401)
    # What it would need besides lies where its pages can't look.
    assert scene.attack("() => localStorage.length") == 0 and scene.own.evaluate("() => localStorage.length") == 1
