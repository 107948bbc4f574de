"""Every operation has one role, and every cell of the table holds over real TCP."""

import re

import httpx2
import pytest

from docktor.api.guard import TcpGuard
from docktor.api.roles import ACCESS, Operations, Special
from docktor.core.roles import Role
from tests.unit.api.served import Door

PARTS = {"project": "demo", "service": "web", "decision_id": "1", "name": "nobody"}
ALLOWED = 0


def test_a_role_covers_itself_and_those_before() -> None:
    assert [[one.covers(other) for other in Role] for one in Role] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


def operations(door: Door) -> dict[str, tuple[str, str]]:
    """Name → method and path, as the app itself knows them."""
    found = {}
    for name, methods, pattern in Operations(door.served.server.app).names():
        path = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda part: PARTS.get(part[1], "1"), pattern)
        for method in sorted(methods - {"HEAD"}):
            assert name not in found, f"two operations are called {name}: they could not have roles of their own"
            found[name] = method, path.removeprefix("^").removesuffix("$").replace("\\", "")
    return found


async def test_every_operation_is_in_the_table_and_nothing_else(door: Door) -> None:
    assert ACCESS.keys() == operations(door).keys(), "give each new route its role in api/roles.py"


async def test_what_openapi_describes_is_in_the_table(door: Door) -> None:
    schema = door.served.server.app.openapi()
    described = {entry["operationId"] for path in schema["paths"].values() for entry in path.values()}
    assert described <= ACCESS.keys()
    assert len(described) > 20


def expected(name: str, role: Role | None) -> int:
    """The status of a refusal, or ALLOWED."""
    access = ACCESS[name]
    if access is Special.OPEN:
        return ALLOWED
    if role is None:
        return 401
    return ALLOWED if not isinstance(access, Special) and role.covers(access) else 403


@pytest.mark.parametrize("by", ["nobody", "a wrong token", "viewer", "operator", "admin", "owner", "viewer's session"])
async def test_each_cell(door: Door, by: str) -> None:
    role = Role.ADMIN if by == "owner" else Role(by) if by in set(Role) else None
    token = {"nobody": None, "a wrong token": "x" * 43, "owner": door.owner}.get(by) or (
        door.token(role) if role else None
    )
    headers: list[str] = []
    if by == "viewer's session":
        role = Role.VIEWER
        headers = [await door.login(door.token(role))]
    asked = operations(door)
    asked["end_session"] = asked.pop("end_session")  # last, for it ends ours
    for name, (method, path) in asked.items():
        body = None if method == "GET" else {"nonsense": 1}
        answer = await door.ask(method, path, *headers, token=token, body=body)
        got = answer.status if answer.status in (401, 403) else ALLOWED
        if name == "open_session":
            assert answer.status == 422
        assert got == expected(name, role), f"{name} by {by}: {answer.whole}"


async def test_an_operation_without_a_role_is_refused(door: Door) -> None:
    app = door.served.server.app

    @app.get("/api/forgotten")
    async def forgotten() -> str:
        return "reached"

    assert (await door.ask("GET", "/api/forgotten", token=door.owner)).status == 404, "the guard knows nothing of it"
    transport = httpx2.ASGITransport(app=TcpGuard(app, door.doors, {door.host}))
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://{door.host}") as http:
        answer = await http.get("/api/forgotten", headers={"Authorization": f"Bearer {door.owner}"})
    assert (answer.status_code, "no role" in answer.json()["detail"]) == (403, True)


async def test_a_page_lends_its_openness_to_nothing(door: Door) -> None:
    """What is mounted at / is looked at last, wherever it stands."""
    app = door.served.server.app
    app.mount("/", app=app, name="page")
    app.router.routes.insert(0, app.router.routes.pop())
    table = Operations(app)
    assert table.find("GET", "/api/projects")[0] == "projects"
    assert table.find("GET", "/assets/x.js")[0] == "page"
    assert table.find("POST", "/assets/x.js") == (None, frozenset({"GET", "HEAD"}))


async def test_what_is_not_there_is_told_only_to_who_may_ask(door: Door) -> None:
    for method, path, status in (("GET", "/api/nothing", 404), ("PUT", "/api/projects", 405), ("GET", "/../x", 404)):
        assert (await door.ask(method, path)).status == 401
        answer = await door.ask(method, path, token=door.owner)
        assert answer.status == status, answer.whole
    assert answer.headers["content-type"] == "application/problem+json"
