"""The TCP door, knocked at with real sockets: strangers, pages elsewhere, floods, and secrets that must not leak."""

import asyncio
import logging

import pytest

from docktor.api.doors import LOGINS_A_MINUTE, MOST_STREAMS, READS_A_MINUTE, WRITES_A_MINUTE
from docktor.api.guard import MOST_HEADER_BYTES
from docktor.core.roles import Role
from tests.unit.api.served import Answer, Door, read_answer

STREAM = "/api/events/stream"
WEB = "/api/projects/demo/services/web"
UPGRADE = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Version: 13",
)


def refused(answer: Answer, status: int) -> str:
    """The detail of a problem+json refusal."""
    assert answer.status == status, answer.whole
    assert answer.headers["content-type"] == "application/problem+json"
    detail: str = answer.json()["detail"]
    return detail


@pytest.mark.parametrize("path", ["/api/health", "/api/projects", STREAM, "/api/openapi.json", "/", "/api/nothing"])
@pytest.mark.parametrize("upgrade", [(), UPGRADE], ids=["plain", "websocket"])
async def test_strange_hosts_and_origins_reach_nothing(door: Door, path: str, upgrade: tuple[str, ...]) -> None:
    ours = f"Origin: http://{door.host}"
    for host in ("evil.example", f"evil.example:{door.port}", "localhost", f"{door.host}.evil.example"):
        refused(await door.ask("GET", path, *upgrade, token=door.owner, host=host), 421)
    for bad in (
        ["Origin: http://evil.example"], ["Origin: null"], ["Origin: http://localhost:1"], [ours, "Origin: null"],
        ["Sec-Fetch-Site: cross-site"], [ours, "Sec-Fetch-Site: cross-site"],
    ):  # fmt: skip
        refused(await door.ask("GET", path, *bad, *upgrade, token=door.owner), 403)


@pytest.mark.parametrize(
    "host", ["localhost:{}", "LOCALHOST:{}", "[::1]:{}", "docktor.example.com", "docktor.example.com:443"]
)
async def test_our_own_names_are_answered(door: Door, host: str) -> None:
    assert (await door.ask("GET", "/api/projects", token=door.owner, host=host.format(door.port))).status == 200


async def test_two_hosts_or_none_are_refused_by_the_server(door: Door) -> None:
    assert (await door.ask("GET", "/api/health", "Host: evil.example")).status == 400
    assert (await door.ask("GET", "/api/health", host=None)).status == 400
    refused(await door.raw(b"GET /api/health HTTP/1.0\r\n\r\n"), 421)


async def test_an_absolute_address_does_not_stand_for_the_host(door: Door) -> None:
    answer = await door.ask("GET", f"http://{door.host}/api/health", host="evil.example")
    refused(answer, 421)


async def test_a_websocket_is_no_way_in(door: Door) -> None:
    assert (await door.ask("GET", STREAM, *UPGRADE)).status == 401


async def test_a_preflight_gets_no_permission(door: Door) -> None:
    asks = ("Access-Control-Request-Method: POST", "Access-Control-Request-Headers: x-docktor,content-type")
    for origin in (f"http://{door.host}", "http://evil.example", "null"):
        answer = await door.ask("OPTIONS", f"{WEB}/scale", f"Origin: {origin}", *asks)
        assert answer.status in (401, 403)
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic {}", "{}", "Bearer {}x", "Bearer ümlaut", "Bearer {}\r\nAuthorization: Bearer {}"],
)
async def test_what_is_no_token(door: Door, authorization: str) -> None:
    answer = await door.ask("GET", "/api/projects", f"Authorization: {authorization.replace('{}', door.owner)}")
    refused(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"
    assert door.owner not in answer.whole


async def test_a_token_in_the_address_is_worth_nothing(door: Door) -> None:
    refused(await door.ask("GET", f"/api/projects?token={door.owner}&access_token={door.owner}"), 401)


async def test_health_says_little_to_a_stranger(door: Door) -> None:
    for token in (None, "wrong"):
        assert (await door.ask("GET", "/api/health", token=token)).json().keys() == {"status", "version"}
    told = (await door.ask("GET", "/api/health", token=door.token(Role.VIEWER))).json()
    assert {"engine", "home", "pid"} <= told.keys()
    assert {"engine", "home", "pid"} <= (await door.served.http.get("/api/health")).json().keys()


async def test_every_answer_has_careful_headers(door: Door) -> None:
    for answer in (
        await door.ask("GET", "/api/health"),
        await door.ask("GET", "/api/projects", token=door.owner),
        await door.ask("GET", "/api/projects"),
        await door.ask("GET", "/api/projects", host="evil.example"),
        await door.ask("POST", f"{WEB}/scale", token=door.owner, body={}),
        await door.ask("GET", STREAM, token=door.owner),
    ):
        headers = answer.headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers
        assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
async def test_a_body_that_is_not_called_json_is_refused(door: Door, kind: str) -> None:
    for path in (f"{WEB}/hold", "/api/session"):
        answer = await door.ask("POST", path, f"Content-Type: {kind}", token=door.owner, body=b'{"minutes": 1}')
        refused(answer, 415)
    assert (await door.ask("DELETE", f"{WEB}/hold", token=door.owner)).status == 200, "without a body it needs no kind"


async def test_a_chunked_body_is_a_body(door: Door) -> None:
    start = f"POST {WEB}/hold HTTP/1.1\r\nHost: {door.host}\r\nAuthorization: Bearer {door.owner}\r\n"
    rest = 'Transfer-Encoding: chunked\r\n\r\ne\r\n{"minutes": 1}\r\n0\r\n\r\n'
    refused(await door.raw((start + rest).encode()), 415)
    assert (await door.raw((start + "Content-Type: application/json\r\n" + rest).encode())).status == 200


async def test_a_body_too_large_and_headers_too_large(door: Door) -> None:
    refused(await door.ask("POST", f"{WEB}/hold", token=door.owner, body={"reason": "x" * 1024 * 1024}), 413)
    refused(await door.ask("GET", "/api/health", f"X-Long: {'x' * MOST_HEADER_BYTES}"), 431)
    assert (await door.ask("GET", "/api/health", f"X-Long: {'x' * 1024 * 1024}")).status == 400


async def test_who_writes_too_often_waits_and_the_socket_does_not(door: Door) -> None:
    operator, other = door.token(Role.OPERATOR), door.token(Role.OPERATOR)
    for _ in range(WRITES_A_MINUTE):
        assert (await door.ask("DELETE", f"{WEB}/hold", token=operator)).status == 200
    answer = await door.ask("DELETE", f"{WEB}/hold", token=operator)
    refused(answer, 429)
    assert 1 <= int(answer.headers["retry-after"]) <= 2
    assert (await door.ask("GET", WEB, token=operator)).status == 200, "reading is counted apart"
    assert (await door.ask("DELETE", f"{WEB}/hold", token=other)).status == 200, "others have their own"
    assert (await door.served.http.delete(f"{WEB}/hold")).status_code == 200
    door.clock.skip(minutes=1)
    assert (await door.ask("DELETE", f"{WEB}/hold", token=operator)).status == 200


async def test_who_reads_too_often_waits(door: Door) -> None:
    statuses = [(await door.ask("GET", "/api/session", token=door.owner)).status for _ in range(READS_A_MINUTE + 20)]
    assert statuses[:READS_A_MINUTE] == [200] * READS_A_MINUTE
    assert 429 in statuses


async def test_guesses_at_the_login_are_few(door: Door) -> None:
    statuses = [(await door.ask("POST", "/api/session", body={"token": f"guess {n}"})).status for n in range(7)]
    assert statuses == [401] * LOGINS_A_MINUTE + [429] * 2
    answer = await door.ask("POST", "/api/session", body={"token": door.owner})
    refused(answer, 429)
    assert 1 <= int(answer.headers["retry-after"]) <= 12
    door.clock.skip(minutes=1)
    await door.login(door.owner)


async def test_only_so_many_streams(door: Door) -> None:
    open_ones = []
    request = f"GET {STREAM} HTTP/1.1\r\nHost: {door.host}\r\nAuthorization: Bearer {door.owner}\r\n\r\n".encode()
    try:
        for _ in range(MOST_STREAMS):
            reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
            open_ones.append(writer)
            writer.write(request)
            assert (await read_answer(reader)).status == 200
        answer = await door.ask("GET", STREAM, token=door.owner)
        refused(answer, 429)
        assert "retry-after" in answer.headers
    finally:
        for writer in open_ones:
            writer.close()
    for _ in range(200):  # the daemon notices in its own time
        if (await door.ask("GET", STREAM, token=door.owner)).status == 200:
            return
        await asyncio.sleep(0.1)
    pytest.fail("streams that were left are still counted")


async def closed(reader: asyncio.StreamReader) -> bool:
    """Whether the other end hangs up, soon."""
    try:
        async with asyncio.timeout(5):
            return await reader.read() == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


@pytest.mark.parametrize(
    "said", [b"", b"GET /api/health HTTP/1.1\r\nHost: ", b"GET /api/health HTTP/1.1\r\nHost: {}\r\n\r\n"]
)
async def test_who_never_finishes_asking_is_hung_up_on(
    door: Door, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr("docktor.api.impatient.HEAD_S", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(said.replace(b"{}", door.host.encode()))
    if said.endswith(b"\r\n\r\n"):  # one whole request, and then half of another
        assert (await read_answer(reader)).status == 200
        writer.write(b"GET /")
    assert await closed(reader)
    writer.close()


async def test_a_long_answer_is_no_silence(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docktor.api.impatient.HEAD_S", 0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(f"GET {STREAM} HTTP/1.1\r\nHost: {door.host}\r\nAuthorization: Bearer {door.owner}\r\n\r\n".encode())
    assert (await read_answer(reader)).status == 200
    await reader.readuntil(b"connected")
    await asyncio.sleep(0.5)
    await door.ask("DELETE", f"{WEB}/hold", token=door.owner)
    await door.ask("POST", f"{WEB}/hold", token=door.owner, body={"minutes": 1})
    async with asyncio.timeout(10):
        await reader.readuntil(b"data: ")
    writer.close()


async def test_connections_beyond_the_most_are_dropped(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docktor.api.impatient.MOST_CONNECTIONS", 3)
    held = [await asyncio.open_connection("127.0.0.1", door.port) for _ in range(3)]
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    assert await closed(reader)
    assert (await door.served.http.get("/api/health")).status_code == 200, "the socket has its own"
    for _, one in [*held, (reader, writer)]:
        one.close()


async def test_a_stream_ends_with_its_token(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docktor.api.guard.RECHECK_S", 0.1)
    added, token = door.doors.tokens.add(Role.VIEWER, None, None, door.clock.now())
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(f"GET {STREAM} HTTP/1.1\r\nHost: {door.host}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    assert (await read_answer(reader)).status == 200
    door.doors.tokens.remove(added.name)
    async with asyncio.timeout(20):
        rest = await reader.readuntil(b"0\r\n\r\n")  # a whole answer, not one broken off
    assert rest
    writer.close()
    assert door.doors.streams == 0


CANARY = "canary-5up3r-s3cret"


async def test_no_secret_is_repeated_or_logged(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    cookie = await door.login(door.owner)
    secrets = [CANARY, door.owner, *(line.split()[-1].rpartition("=")[2] for line in cookie.splitlines())]
    answers = [
        await door.ask("GET", "/api/projects", token=CANARY),
        await door.ask(
            "GET", "/api/projects", f"Authorization: Basic {CANARY}", f"Cookie: {door.doors.cookie}={CANARY}"
        ),
        await door.ask("POST", "/api/session", body={"token": CANARY}),
        await door.ask("POST", "/api/session", body={"token": {"deep": CANARY}}),
        await door.ask("POST", "/api/session", body={CANARY: "x"} | {"token": [CANARY]}),
        await door.ask("POST", "/api/session", "Content-Type: application/json", body=f'{{"token": "{CANARY}'.encode()),
        await door.ask("POST", f"{WEB}/scale", token=door.owner, body={"replicas": CANARY, "reason": [CANARY]}),
        await door.ask("GET", "/api/session", cookie),
        await door.ask("GET", "/api/tokens", token=door.owner),
        await door.ask("GET", "/api/nothing", cookie),
        await door.ask("DELETE", "/api/session", cookie, "Content-Type: application/json"),
    ]
    told = "\n".join(answer.whole for answer in answers)
    for secret in secrets:
        assert secret not in told
        assert secret not in caplog.text
