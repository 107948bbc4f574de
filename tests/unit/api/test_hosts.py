"""Which Host and Origin headers are ours."""

import pytest
from starlette.datastructures import Headers

from docktor.api.hosts import allowed_name, foreign, is_loopback, local_name, own_hosts
from docktor.errors import DocktorError

HOST = "127.0.0.1:8099"
HOSTS = own_hosts("127.0.0.1", 8099, ["docktor.example.com"])


def test_own_hosts() -> None:
    assert own_hosts("::1", 8099) == {"[::1]:8099", "localhost:8099", "127.0.0.1:8099"}
    assert {"localhost", "localhost:80"} <= own_hosts("127.0.0.1", 80), "browsers leave out the usual port"
    assert {"a.example", "a.example:443", "a.example:80", "a.example:8099"} <= own_hosts("::1", 8099, ["a.example"])
    assert "a.example:8099" not in own_hosts("::1", 8099, ["a.example:8443"])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("docktor.example.com", "docktor.example.com"),
        ("Docktor.Example.com:8443", "docktor.example.com:8443"),
        ("nas", "nas"),
        ("192.168.1.5", "192.168.1.5"),
        ("[fe80::1]:80", "[fe80::1]:80"),
    ],
)
def test_names_that_may_be_allowed(text: str, name: str) -> None:
    assert allowed_name(text) == name


@pytest.mark.parametrize(
    "text",
    ["", "*", "*.example.com", "http://a.example", "a.example/x", "a b", "a.example:", "a.example:0", "a.example:99999",
     "a.example:٣", "-a", "a..b", "a" * 64, "fe80::1", "[a]"],
)  # fmt: skip
def test_names_that_may_not(text: str) -> None:
    with pytest.raises(DocktorError, match="not a host name"):
        allowed_name(text)


def test_who_can_reach_it() -> None:
    assert all(is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "127.9.9.9"))
    assert not any(is_loopback(host) for host in ("0.0.0.0", "::", "192.168.1.5", "example.com"))


def test_our_end_of_a_connection() -> None:
    assert local_name(("192.168.1.5", 8099)) == "192.168.1.5:8099"
    assert local_name(("fe80::1", 8099)) == "[fe80::1]:8099"
    assert local_name(None) == local_name(("/a.sock", None)) == ""


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([("host", HOST)], None),
        ([("host", "LOCALHOST:8099")], None),
        ([("host", "192.168.1.5:8099")], None),
        ([("host", HOST), ("origin", f"http://{HOST}")], None),
        ([("host", HOST), ("origin", "HTTPS://docktor.example.com")], None),
        ([("host", HOST), ("sec-fetch-site", "same-origin")], None),
        ([("host", HOST), ("sec-fetch-site", "none")], None),
        ([], 421),
        ([("host", "")], 421),
        ([("host", HOST), ("host", HOST)], 421),
        ([("host", "127.0.0.1")], 421),
        ([("host", "evil.example:8099")], 421),
        ([("host", "127.0.0.1.evil.example:8099")], 421),
        ([("host", "192.168.1.6:8099")], 421),
        ([("host", HOST), ("origin", "null")], 403),
        ([("host", HOST), ("origin", "")], 403),
        ([("host", HOST), ("origin", "http://evil.example")], 403),
        ([("host", HOST), ("origin", "http://localhost:3000")], 403),
        ([("host", HOST), ("origin", f"http://{HOST}@evil.example")], 403),
        ([("host", HOST), ("origin", f"http://{HOST}/path")], 403),
        ([("host", HOST), ("origin", f"chrome-extension://{HOST}")], 403),
        ([("host", HOST), ("origin", f"//{HOST}")], 403),
        ([("host", HOST), ("origin", "http://[")], 403),
        ([("host", HOST), ("origin", f"http://{HOST}"), ("origin", "http://evil.example")], 403),
        ([("host", HOST), ("sec-fetch-site", "cross-site")], 403),
        ([("host", HOST), ("sec-fetch-site", "same-site")], 403),
    ],
)
def test_foreign(headers: list[tuple[str, str]], status: int | None) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers]
    refusal = foreign(Headers(raw=raw), HOSTS, "192.168.1.5:8099", "/api/projects")
    assert (refusal and refusal[0]) == status
