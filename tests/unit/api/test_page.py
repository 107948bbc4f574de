"""The page at /, over real TCP and over the socket: to be had by anybody under our name, and nothing else with it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from docktor.api.page import ABSENT, FOR_EVER, page_places
from tests.serving import Served, serving
from tests.unit.api.served import Answer, Door

INDEX = """<!doctype html><meta property="csp-nonce" content="__CSP_NONCE__">
<style nonce="__CSP_NONCE__">body { margin: 0 }</style><script src="/assets/index-1.js"></script>"""
FILES = {
    "index.html": INDEX,
    "favicon.svg": "<svg/>",
    "secret.txt": "beside the page",
    "assets/index-1.js": "let a = 1",
    "assets/index-1.css": "b { color: red }",
    "assets/roboto-1.woff2": "wOF2",
    "assets/logo-1.svg": "<svg/>",
    "assets/deep/chunk-1.js": "let b = 2",
    "assets/what.ever": "?",
}
VISIT = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")


@pytest.fixture
def build(tmp_path: Path) -> Path:
    folder = tmp_path / "build"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (tmp_path / "outside.js").write_text("not yours")
    (folder / "assets" / "link.js").symlink_to(tmp_path / "outside.js")
    return folder


@pytest.fixture
async def page(tmp_path: Path, build: Path) -> AsyncIterator[Door]:
    async with serving(tmp_path, ("127.0.0.1", 0), page=[tmp_path / "no-build", build]) as it:
        yield Door(it)


def nonce(answer: Answer) -> str:
    """The one of its header, which must be the one of its text."""
    policy = answer.headers["content-security-policy"]
    found = re.findall(r"style-src 'self' 'nonce-([^']+)'", policy)
    assert len(found) == 1
    text = answer.body.decode()
    assert re.findall(r'(?:content|nonce)="([^"]*)"', text) == found * 2, text
    return str(found[0])


async def test_the_page_and_its_policy(page: Door) -> None:
    answers = [await page.ask("GET", "/") for _ in range(3)]
    assert len({nonce(answer) for answer in answers}) == 3
    headers = answers[0].headers
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    policy = [part.strip() for part in headers["content-security-policy"].split(";")]
    assert {"default-src 'self'", "script-src 'self'", "img-src 'self' data:", "font-src 'self'"} <= set(policy)
    assert {"frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"} <= set(policy)
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("index-1.js", "text/javascript; charset=utf-8"),
        ("deep/chunk-1.js", "text/javascript; charset=utf-8"),
        ("index-1.css", "text/css; charset=utf-8"),
        ("roboto-1.woff2", "font/woff2"),
        ("logo-1.svg", "image/svg+xml"),
        ("what.ever", "application/octet-stream"),
    ],
)
async def test_what_it_is_made_of(page: Door, path: str, kind: str) -> None:
    answer = await page.ask("GET", f"/assets/{path}")
    assert (answer.status, answer.headers["content-type"]) == (200, kind)
    assert answer.body.decode() == FILES[f"assets/{path}"]
    assert answer.headers["cache-control"] == FOR_EVER
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = await page.ask("GET", f"/assets/{path}", f"If-None-Match: {answer.headers['etag']}")
    assert (again.status, again.headers["cache-control"]) == (304, FOR_EVER)


async def test_the_icon_may_change(page: Door) -> None:
    answer = await page.ask("GET", "/favicon.svg")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert "cache-control" not in answer.headers
    assert (await page.ask("GET", "/favicon.ico")).status == 404


@pytest.mark.parametrize("path", ["/", "/assets/index-1.js", "/favicon.svg"])
async def test_head_and_nothing_that_writes(page: Door, path: str) -> None:
    async with httpx2.AsyncClient(base_url=f"http://{page.host}", trust_env=False) as http:
        full, head = await http.get(path), await http.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == full.headers["content-length"]
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert (await page.ask(method, path)).status == 401
        answer = await page.ask(method, path, token=page.owner)
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
        other = await page.served.http.request(method, path)
        assert (other.status_code, other.headers["content-type"]) == (405, "application/problem+json")


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../secret.txt", "/assets/..%2fsecret.txt", "/assets/%2e%2e/secret.txt", "/assets/..%5csecret.txt",
        "/assets/../../outside.js", "/assets/..%2f..%2foutside.js", "/assets/link.js", "/assets//etc/passwd",
        "/assets/%2fetc%2fpasswd", "/assets/%00", "/assets/index-1.js%00", "/assets/", "/assets/deep",
        "/assets/" + "x" * 5000, "/assets/nothing.js", "/favicon.svg%00", "/favicon.%2e%2e%2fx",
    ],
)  # fmt: skip
async def test_only_its_own_files(page: Door, path: str) -> None:
    for token in (None, page.owner):
        answer = await page.ask("GET", path, token=token)
        # What leads out of a place that is open needs a token, as all that isn't there.
        assert answer.status == 404 or (answer.status, token) == (401, None), answer.whole
        assert answer.headers["content-type"] == "application/problem+json"
        assert "immutable" not in answer.headers.get("cache-control", "")
        assert "root:" not in answer.whole and "not yours" not in answer.whole and "beside" not in answer.whole


async def test_it_lends_its_openness_to_nothing(page: Door) -> None:
    for path in ("/api/projects", "/api/nothing", "/metrics", "/api", "/index.html", "/secret.txt", "/decisions/8"):
        assert (await page.ask("GET", path)).status == 401, path
        async with httpx2.AsyncClient(base_url=f"http://{page.host}", trust_env=False) as http:
            assert (await http.head(path)).status_code == 401, path
    for path in ("/api/nothing", "/secret.txt", "/decisions/8"):
        assert (await page.ask("GET", path, token=page.owner)).status == 404
        assert (await page.served.http.get(path)).status_code == 404


async def test_a_link_on_another_site_leads_to_the_page_and_to_nothing_else(page: Door) -> None:
    assert (await page.ask("GET", "/", *VISIT)).status == 200
    for path in ("/api/health", "/api/projects", "/metrics", "/assets/index-1.js", "/favicon.svg"):
        assert (await page.ask("GET", path, *VISIT, token=page.owner)).status == 403, path
    assert (await page.ask("POST", "/", *VISIT, token=page.owner)).status == 403
    assert (await page.ask("GET", "/", *VISIT, host="evil.example")).status == 421
    assert (await page.ask("GET", "/", *VISIT, "Origin: http://evil.example")).status == 403
    for other in (
        VISIT[:1], VISIT[:2], (*VISIT[:2], "Sec-Fetch-Dest: iframe"), (*VISIT[:2], "Sec-Fetch-Dest: object"),
        (VISIT[0], "Sec-Fetch-Mode: no-cors", VISIT[2]), (*VISIT, "Sec-Fetch-Dest: iframe"),
    ):  # fmt: skip
        assert (await page.ask("GET", "/", *other)).status == 403, other


async def test_the_socket_serves_it_too(page: Door) -> None:
    answer = await page.served.http.get("/")
    assert "__CSP_NONCE__" not in answer.text
    assert "nonce-" in answer.headers["content-security-policy"]
    assert (await page.served.http.get("/assets/index-1.js")).text == "let a = 1"


async def test_without_a_build_it_says_what_to_do(tmp_path: Path) -> None:
    async with serving(tmp_path, ("127.0.0.1", 0), page=[tmp_path / "build"]) as it:
        door = Door(it)
        answer = await door.ask("GET", "/")
        assert (answer.status, answer.body.decode()) == (200, ABSENT)
        assert "make page" in ABSENT and not re.search(r"<script|<style|style=|\son\w+=", ABSENT)
        assert (await door.ask("GET", "/assets/index-1.js")).status == 404
        (tmp_path / "build").mkdir()
        (tmp_path / "build" / "index.html").write_text("built since")
        assert (await door.ask("GET", "/")).body == b"built since"


async def test_the_api_keeps_its_own_policy(served: Served) -> None:
    assert "nonce" not in (await served.http.get("/api/health")).headers.get("content-security-policy", "")


def test_where_it_is_looked_for(tmp_path: Path) -> None:
    assert page_places({"DOCKTOR_PAGE": str(tmp_path)}) == (tmp_path,)
    packaged, checkout = page_places({"DOCKTOR_PAGE": ""})
    assert packaged.parts[-2:] == ("docktor", "page")
    assert checkout == Path(__file__).parents[3] / "ui" / "build"
