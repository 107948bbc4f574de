"""The routes of the tokens: added, listed, removed, rotated, all in force at once."""

from docktor.core.roles import Role
from tests.unit.api.served import Door


async def test_a_token_comes_and_goes(door: Door) -> None:
    http = door.served.http
    added = await http.post("/api/tokens", json={"role": "viewer", "name": "grafana", "days": 30})
    assert added.status_code == 201
    token = added.json()["token"]
    assert (await door.ask("GET", "/api/projects", token=token)).status == 200
    (listed,) = (await http.get("/api/tokens")).json()
    assert listed.keys() == {"name", "role", "created", "expires", "expired"}
    assert (listed["name"], listed["role"], listed["expired"]) == ("grafana", "viewer", False)
    door.clock.skip(days=31)
    assert (await door.ask("GET", "/api/projects", token=token)).status == 401
    assert (await http.get("/api/tokens")).json()[0]["expired"]
    assert (await http.delete("/api/tokens/grafana")).status_code == 200
    assert (await http.get("/api/tokens")).json() == []
    assert (await http.delete("/api/tokens/grafana")).status_code == 400


async def test_what_is_no_token_is_refused(door: Door) -> None:
    for body in ({"role": "king"}, {}, {"role": "viewer", "days": 0}, {"role": "viewer", "days": "NaN"}):
        assert (await door.served.http.post("/api/tokens", json=body)).status_code == 422
    for name in ("owner", "a/b", "a b"):
        answer = await door.served.http.post("/api/tokens", json={"role": "viewer", "name": name})
        assert answer.status_code == 400, name


async def test_rotating_is_in_force_at_once_and_for_the_socket_alone(door: Door) -> None:
    admin = door.token(Role.ADMIN)
    assert (await door.ask("POST", "/api/token/rotate", token=admin)).status == 403
    answer = await door.served.http.post("/api/token/rotate")
    new = door.doors.tokens.owner_file.read_text().strip()
    assert answer.json() == {"file": str(door.doors.tokens.owner_file)}
    assert (await door.ask("GET", "/api/projects", token=door.owner)).status == 401
    assert (await door.ask("GET", "/api/projects", token=new)).status == 200
    assert (await door.ask("GET", "/api/projects", token=admin)).status == 200, "further tokens stay"


async def test_an_admin_over_tcp_may_give_tokens(door: Door) -> None:
    added = await door.ask("POST", "/api/tokens", token=door.owner, body={"role": "operator"})
    assert added.status == 201
    assert (await door.ask("GET", "/api/session", token=added.json()["token"])).json()["role"] == "operator"
