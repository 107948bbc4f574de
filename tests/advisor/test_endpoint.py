"""Where models are looked for, and what is said when there are none."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from docktor.advisor.catalog import list_models
from docktor.advisor.chat import Chat
from docktor.advisor.endpoint import PROBE_S, SPELLINGS, Endpoint, Place, _first, find, places
from docktor.core.advisor import OPENAI_URL, AdvisorPolicy, Provider
from docktor.errors import AdvisorUnavailableError
from tests.advisor.asking import KEY, PROMPT, Stopwatch, answering, mute
from tests.brokers.process import HOST, free_ports
from tests.models.fixtures import Serve
from tests.models.server import MODEL, PREFIX, ModelServer, Spelling

SLACK_S = 2.0


@pytest.fixture
def home() -> Iterator[Path]:
    """Short: the path of a unix socket may have a hundred characters."""
    with tempfile.TemporaryDirectory(prefix="d") as folder:
        (Path(folder) / ".docker/run").mkdir(parents=True)
        yield Path(folder)


@pytest.mark.parametrize("given", ["", "/", "/v1", "/v1/", "/engines/v1", "/engines/v1/", "/engines/llama.cpp/v1"])
@pytest.mark.parametrize("spelling", ["both", "engines", "v1"])
async def test_an_address_is_right_in_any_spelling(serve: Serve, spelling: Spelling, given: str) -> None:
    server = await serve(ModelServer(spelling=spelling))
    found = await find(AdvisorPolicy(base_url=server.url + given), {})
    wanted = given.rstrip("/")
    there = {"both": ("/v1", "/engines"), "engines": ("/engines",), "v1": ("/v1",)}[spelling]
    suffix = wanted if wanted.startswith(there) else {"v1": "/v1"}.get(spelling, "/engines/v1")
    assert found == Endpoint(server.url + suffix, server.url)
    assert not found.is_remote


async def test_the_variable_is_the_only_place_there_is(serve: Serve, home: Path) -> None:
    named, desktop = await serve(ModelServer()), await serve(ModelServer(uds=home / ".docker/run/docker.sock"))
    for given in (named.url, f"{named.url}/", named.url.removeprefix("http://")):
        found = await find(AdvisorPolicy(), {"MODEL_RUNNER_HOST": given, "HOME": str(home)})
        assert found == Endpoint(f"{named.url}/engines/v1", named.url)
    assert desktop.asked == []


async def behind_the_socket(home: Path) -> Endpoint:
    """Whatever else this machine has is left out."""
    return await _first([one for one in places({"HOME": str(home)}) if one.socket], SPELLINGS)


async def test_docker_desktop_is_behind_its_socket(serve: Serve, home: Path) -> None:
    socket = home / ".docker/run/docker.sock"
    server = await serve(ModelServer(uds=socket))
    found = await behind_the_socket(home)
    assert found == Endpoint(f"http://localhost{PREFIX}/engines/v1", f"http://localhost{PREFIX}", str(socket))
    assert found.where == f"http://localhost{PREFIX}/engines/v1 over {socket}"
    assert not found.is_remote
    assert server.asked == [f"GET {PREFIX}/engines/v1/models"]


async def test_what_is_found_behind_a_socket_can_be_asked(serve: Serve, home: Path) -> None:
    await serve(ModelServer(uds=home / ".docker/run/docker.sock"))
    found = await behind_the_socket(home)
    assert [one.name for one in await list_models(found, None)] == [MODEL]
    chat = Chat(found, None)
    assert '"choice"' in (await chat.ask(MODEL, PROMPT)).content
    await chat.close()


async def test_nothing_anywhere_is_said_soon_with_the_places(home: Path) -> None:
    try:
        _, writer = await asyncio.open_connection(HOST, 12434)
    except OSError:
        pass
    else:
        writer.close()
        pytest.skip("this machine has a model runner")
    watch = Stopwatch()
    with pytest.raises(AdvisorUnavailableError, match="no Docker Model Runner at ") as raised:
        await find(AdvisorPolicy(), {"HOME": str(home)})
    assert watch.seconds < PROBE_S + SLACK_S
    said = str(raised.value)
    for place in ("model-runner.docker.internal", "172.17.0.1:12434", "127.0.0.1:12434", f"{home}/.docker/run"):
        assert place in said
    assert "docker model status" in said


async def test_the_first_place_in_order_counts_however_slow(serve: Serve) -> None:
    one, two = await serve(ModelServer()), await serve(ModelServer())
    for order in ((one, two), (two, one)):
        found = await _first([Place(server.url) for server in order], SPELLINGS)
        assert found.native == order[0].url


async def test_a_mute_place_delays_no_longer_than_a_probe(serve: Serve) -> None:
    server = await serve(ModelServer())
    async with mute() as nobody:
        watch = Stopwatch()
        found = await _first([Place(nobody), Place(nobody), Place(server.url)], SPELLINGS)
        assert found.native == server.url
        with pytest.raises(AdvisorUnavailableError, match="no answer within 2 s"):
            await find(AdvisorPolicy(base_url=f"{nobody}/v1"), {})
        assert watch.seconds < 2 * PROBE_S + SLACK_S


@pytest.mark.parametrize(
    ("code", "body", "words"),
    [
        (200, "<html>It works!</html>", "answered 200"),
        (200, '{"data": {"id": 1}}', "answered 200"),
        (200, "[" * 100_000, "answered 200"),
        (401, '{"error": "who are you?"}', "answered 401"),
        (404, "not found", "answered 404"),
        (500, "", "answered 500"),
        (302, "", "answered 302"),
        (200, "[]" + " " * 2_000_000, "larger than 1024 kB"),
    ],
)
async def test_a_server_of_something_else_is_no_runner(code: int, body: str, words: str) -> None:
    async with answering(lambda path: web.Response(status=code, text=body, content_type="text/html")) as url:
        with pytest.raises(AdvisorUnavailableError, match=f"no Docker Model Runner at {url}.*{words}"):
            await find(AdvisorPolicy(base_url=url), {})


@pytest.mark.parametrize(
    "given", ["[", "http://[::1", "a b", "127.0.0.1:99999", "ftp://127.0.0.1", "unix:///s", "\x00"]
)
async def test_an_address_that_is_none_is_told_of(given: str) -> None:
    for policy, env in ((AdvisorPolicy(), {"MODEL_RUNNER_HOST": given}), (AdvisorPolicy(base_url=given), {})):
        with pytest.raises(AdvisorUnavailableError, match="no Docker Model Runner at ") as raised:
            await find(policy, env)
        assert str(raised.value).isprintable()


async def test_a_password_in_an_address_is_not_told() -> None:
    given = f"http://me:hush@{HOST}:{free_ports(1)[0]}/v1"
    with pytest.raises(AdvisorUnavailableError, match=r"at http://\*\*\*@127") as raised:
        await find(AdvisorPolicy(base_url=given), {})
    assert "hush" not in str(raised.value)
    assert "hush" not in (await find(AdvisorPolicy(provider=Provider.OPENAI, base_url=given), {})).where


@pytest.mark.parametrize("given", ["http://[::1", "http://127.0.0.1:99999/v1", "http://a\x00b"])
async def test_an_openai_address_that_is_none_is_told_of(given: str) -> None:
    with pytest.raises(AdvisorUnavailableError, match="is not an address: ") as raised:
        await find(AdvisorPolicy(provider=Provider.OPENAI, base_url=given), {})
    assert raised.value.state == "wrong"
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("name", ["x" * 300, "x" * 120, "a\x00b", "is-a-file"])
async def test_a_home_where_no_socket_can_be_is_no_fault(home: Path, name: str) -> None:
    (home / "is-a-file").touch()
    if len(name) == 120:
        (home / name / ".docker/run").mkdir(parents=True)
        (home / name / ".docker/run/docker.sock").touch()
    with pytest.raises(AdvisorUnavailableError, match="no Docker Model Runner at "):
        await behind_the_socket(home / name)


@pytest.mark.parametrize(
    ("base_url", "openai", "remote"),
    [
        (None, OPENAI_URL, True),
        ("https://models.example/v1/", "https://models.example/v1", True),
        ("https://models.example", "https://models.example/v1", True),
        ("http://10.0.0.7:8000/v1", "http://10.0.0.7:8000/v1", True),
        ("http://localhost.example/v1", "http://localhost.example/v1", True),
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434/v1", False),
        ("http://localhost:8080/api/v3", "http://localhost:8080/api/v3", False),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1", False),
        ("http://host.docker.internal:8080/v1", "http://host.docker.internal:8080/v1", False),
    ],
)
async def test_an_openai_endpoint_is_taken_as_given(base_url: str | None, openai: str, remote: bool) -> None:
    found = await find(AdvisorPolicy(provider=Provider.OPENAI, base_url=base_url, api_key=KEY), {})
    assert found == Endpoint(openai)
    assert found.is_remote is remote
