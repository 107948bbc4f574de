"""Sessions: what a page has in place of a token."""

import pytest

from docktor.api.sessions import MOST
from docktor.core.roles import Role
from tests.unit.api.served import Door

HELD = "/api/projects/demo/services/web/hold"
JSON = "Content-Type: application/json"
OURS = "X-Docktor: 1"


async def test_a_token_buys_a_cookie_that_scripts_and_other_pages_never_see(door: Door) -> None:
    answer = await door.ask("POST", "/api/session", f"Origin: http://{door.host}", body={"token": f" {door.owner}\n"})
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith(f"docktor_session_{door.port}=") and len(name.partition("=")[2]) >= 40
    assert {one.lower() for one in attributes} == {"httponly", "samesite=strict", "path=/", "max-age=604800"}
    assert answer.json().keys() == {"name", "role", "expires"}
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


@pytest.mark.parametrize(
    ("headers", "status"),
    [((), 403), ((JSON,), 403), ((OURS,), 415), ((OURS, "Content-Type: text/plain"), 415),
     (("X-Docktor: 0", JSON), 403), ((OURS, JSON), 200), ((OURS, JSON + "; charset=utf-8"), 200)],
)  # fmt: skip
async def test_a_cookie_alone_changes_nothing(door: Door, headers: tuple[str, ...], status: int) -> None:
    cookie = await door.login(door.owner)
    assert (await door.ask("DELETE", HELD, cookie, *headers)).status == status
    assert (await door.ask("GET", "/api/projects", cookie)).status == 200


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
        assert (await door.ask("DELETE", HELD, cookie, OURS, JSON, sent)).status == 403


async def test_a_wrong_token_is_not_made_good_by_a_cookie(door: Door) -> None:
    cookie = await door.login(door.owner)
    assert (await door.ask("GET", "/api/projects", cookie, token="wrong")).status == 401


async def test_leaving_ends_it(door: Door) -> None:
    cookie, other = await door.login(door.owner), await door.login(door.owner)
    left = await door.ask("DELETE", "/api/session", cookie, OURS, JSON)
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
    assert (await door.ask("DELETE", HELD, cookie, OURS, JSON)).status == 403


async def test_there_are_never_too_many(door: Door) -> None:
    token = door.doors.tokens.find(door.owner, door.clock.now())
    assert token
    texts = [door.doors.sessions.begin(token, door.clock.now())[1] for _ in range(MOST + 1)]
    alive = [door.doors.by_cookie(text) is not None for text in texts]
    assert alive == [False] + [True] * MOST
