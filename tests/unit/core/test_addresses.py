"""Which addresses are this machine's, and which are no addresses of an API."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.core.addresses import host_of, is_this_machine, url_fault


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST", "models.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "[0:0:0:0:0:0:0:1]"),
        *("host.docker.internal", "model-runner.docker.internal", "gateway.docker.internal", "172.17.0.1"),
    ],
)
@pytest.mark.parametrize("rest", ["", "/", ":12434/engines/v1"])
def test_this_machine(host: str, rest: str) -> None:
    assert is_this_machine(f"http://{host}{rest}")
    assert is_this_machine(f"https://{host}{rest}")


@pytest.mark.parametrize(
    "url",
    [
        *(
            "https://api.openai.com/v1",
            "http://ollama:11434",
            "http://192.168.1.4",
            "http://172.17.0.2",
            "http://0.0.0.0",
        ),
        *("http://localhost.evil.example", "http://localhost@evil.example", "http://evil.example\\@localhost"),
        *("http://evillocalhost", "http://127.0.0.1.evil.example", "http://evil.example#localhost", "http://[::2]"),
        *("http://127.1", "http://2130706433", "http://0x7f.1", "http://[::ffff:127.0.0.1]", "ftp://localhost"),
        *("localhost", "", "http://", "http://local\nhost", "http://localhost:x", "http://[::1", "http://ⓛocalhost"),
        *("http://xn--host.docker.internal", "http://a.host.docker.internal", "http://localhost:0"),
    ],
)
def test_anything_else_is_not(url: str) -> None:
    assert not is_this_machine(url)


@given(st.text(max_size=30), st.sampled_from(["", "http://", "https://localhost", "http://[", "http://a@"]))
def test_any_text_is_judged(text: str, start: str) -> None:
    url = start + text
    url_fault(url)
    assert not is_this_machine(url) or host_of(url)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://me:pa55@localhost/v1", "must have no user or password in it; a key belongs in api_key"),
        ("http://key@localhost/v1", "must have no user or password in it; a key belongs in api_key"),
        ("http://localhost/v1?key=x", "must end with its path, without ? and #; a key belongs in api_key"),
        ("http://localhost/v1#x", "must end with its path, without ? and #; a key belongs in api_key"),
        ("localhost:12434", "must be an address beginning with http:// or https://, not {value}"),
        ("http://local host/v1", "must be an address beginning with http:// or https://, not {value}"),
        ("http://localhost:99999", "must be an address beginning with http:// or https://, not {value}"),
        ("http:///v1", "must be an address beginning with http:// or https://, not {value}"),
        ("http://localhost:12434/engines/v1", None),
    ],
)
def test_faults(url: str, told: str | None) -> None:
    assert url_fault(url) == told
