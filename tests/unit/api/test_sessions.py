"""Sessions: what a page has in place of a token."""

import pytest

from docktor.api.sessions import MOST
from docktor.core.roles import Role
from tests.unit.api.served import Door

HELD = "/api/projects/demo/services/web/hold"
JSON = "Content-Type: application/json"


async def test_a_token_buys_a_cookie_that_scripts_and_other_pages_never_see(door: Door) -> None:
    answer = await door.ask("POST", "/api/session", f"Origin: http://{door.host}", body={"token": f" {door.owner}\n"})
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith(f"docktor_session_{door.port}=") and len(name.partition("=")[2]) >= 40
    assert {one.lower() for one in attributes} == {"httponly", "samesite=strict", "path=/", "max-age=604800"}
    assert answer.json().keys() == {"name", "role", "expires", "key"}
    assert door.owner not in answer.whole
    through_tls = await door.ask(
        "POST", "/api/session", "Origin: https://docktor.example.com", body={"token": door.owner}
    )
    assert "; secure" in through_tls.headers["set-cookie"].lower()


async def test_no_cookie_for_a_wrong_token(door: Door) -> None:
    for body in ({"token": "wrong"}, {"token": ""}):
        answer = await door.ask("POST", "/api/session", body=body)
        assert (answer.status, "set-cookie" in answer.headers) == (401, False)


async def test_it_says_who_one_is(door: Door) -> None:
    cookie = await door.login(door.token(Role.OPERATOR))
    told = (await door.ask("GET", "/api/session", cookie)).json()
    assert told["role"] == "operator" and told["name"].startswith("operator-") and told["expires"]
    assert (await door.ask("GET", "/api/session", token=door.owner)).json() == {
        "name": "owner", "role": "admin", "expires": None
    }  # fmt: skip
    assert (await door.served.http.get("/api/session")).json()["name"] == "owner"
    assert (await door.ask("GET", "/api/session")).status == 401


@pytest.mark.parametrize("key", [None, "X-Docktor: 1", "X-Docktor: ", "another session's"])
async def test_neither_cookie_nor_key_is_of_use_alone(door: Door, key: str | None) -> None:
    """Browsers send the cookie to every port of the host; the key lies where only pages of this port can read it."""
    cookie, own = await door.begin(door.owner)
    if key == "another session's":
        _, key = await door.begin(door.owner)
    wrong = () if key is None else (key,)
    for method, path in (("GET", "/api/projects"), ("GET", "/api/events/stream"), ("DELETE", HELD)):
        assert (await door.ask(method, path, cookie, JSON, *wrong)).status == 401
        assert (await door.ask(method, path, own, JSON)).status == 401
    assert (await door.ask("GET", "/api/projects", cookie, own)).status == 200


@pytest.mark.parametrize(
    ("kind", "status"),
    [((), 415), (("Content-Type: text/plain",), 415), ((JSON,), 200), ((JSON + "; charset=utf-8",), 200)],
)
async def test_what_changes_something_is_called_json(door: Door, kind: tuple[str, ...], status: int) -> None:
    session = await door.login(door.owner)
    assert (await door.ask("DELETE", HELD, session, *kind)).status == status


async def test_another_page_has_no_use_of_it(door: Door) -> None:
    cookie = await door.login(door.owner)
    for sent in (
        "Origin: http://evil.example",
        "Origin: null",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ):
        assert (await door.ask("GET", "/api/projects", cookie, sent)).status == 403
        assert (await door.ask("GET", "/api/events/stream", cookie, sent)).status == 403
        assert (await door.ask("DELETE", HELD, cookie, JSON, sent)).status == 403


async def test_a_wrong_token_is_not_made_good_by_a_cookie(door: Door) -> None:
    cookie = await door.login(door.owner)
    assert (await door.ask("GET", "/api/projects", cookie, token="wrong")).status == 401


async def test_leaving_ends_it(door: Door) -> None:
    cookie, other = await door.login(door.owner), await door.login(door.owner)
    left = await door.ask("DELETE", "/api/session", cookie, JSON)
    assert left.status == 200 and "max-age=0" in left.headers["set-cookie"].lower()
    assert (await door.ask("GET", "/api/session", cookie)).status == 401
    assert (await door.ask("GET", "/api/session", other)).status == 200


async def test_it_ends_after_twelve_hours_without_use_or_seven_days(door: Door) -> None:
    idle = await door.login(door.owner)
    door.clock.skip(hours=12)
    assert (await door.ask("GET", "/api/session", idle)).status == 401
    used = await door.login(door.owner)
    for _ in range(15):
        door.clock.skip(hours=11)
        assert (await door.ask("GET", "/api/session", used)).status == 200
    door.clock.skip(hours=3)
    assert (await door.ask("GET", "/api/session", used)).status == 401


async def test_it_dies_with_its_token(door: Door) -> None:
    added, text = door.doors.tokens.add(Role.ADMIN, None, None, door.clock.now())
    brief = await door.login(door.token(Role.ADMIN, days=0.1))
    removed, owners = await door.login(text), await door.login(door.owner)
    door.doors.tokens.remove(added.name)
    assert (await door.ask("GET", "/api/session", removed)).status == 401
    door.clock.skip(hours=3)
    assert (await door.ask("GET", "/api/session", brief)).status == 401
    assert (await door.ask("GET", "/api/session", owners)).status == 200
    assert (await door.served.http.post("/api/token/rotate")).status_code == 200
    assert (await door.ask("GET", "/api/session", owners)).status == 401


async def test_it_has_no_more_than_its_tokens_role(door: Door) -> None:
    cookie = await door.login(door.token(Role.VIEWER))
    assert (await door.ask("DELETE", HELD, cookie, JSON)).status == 403


async def test_there_are_never_too_many(door: Door) -> None:
    token = door.doors.tokens.find(door.owner, door.clock.now())
    assert token
    begun = [door.doors.sessions.begin(token, door.clock.now()) for _ in range(MOST + 1)]
    alive = [door.doors.by_cookie(one.cookie, one.key) is not None for one in begun]
    assert alive == [False] + [True] * MOST
