"""What is sent to a model, and the ways to ask that are tried in turn."""

import socket
from typing import Any

import pytest

from docktor.advisor.chat import Chat
from docktor.advisor.endpoint import Endpoint
from docktor.core.prompt import MAX_TOKENS, SYSTEM
from docktor.errors import AdvisorUnavailableError
from tests.advisor.asking import IDS, KEY, PROMPT, chat
from tests.models import answers, failures
from tests.models.chat import Behaviour, ChatRequest
from tests.models.fixtures import Serve
from tests.models.server import MODEL, ModelServer

NOT_OURS = "not-ours-4711"
ENVIRONMENT = {
    "OPENAI_ORG_ID": f"org-{NOT_OURS}",
    "OPENAI_PROJECT_ID": f"proj-{NOT_OURS}",
    "OPENAI_API_KEY": f"sk-{NOT_OURS}",
    "OPENAI_ADMIN_KEY": f"sk-admin-{NOT_OURS}",
    "OPENAI_CUSTOM_HEADERS": f"X-Team: {NOT_OURS}\nAuthorization: Bearer {NOT_OURS}",
}


def a_closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def others_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other programs of this machine have set for themselves."""
    nowhere = f"http://{NOT_OURS}@127.0.0.1:{a_closed_port()}"
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for name in ("OPENAI_BASE_URL", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, nowhere)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


async def test_the_strictest_question_is_asked_first(model_server: ModelServer) -> None:
    async with chat(model_server) as one:
        reply = await one.ask(MODEL, PROMPT)
    (asked,) = model_server.requests
    assert asked.ids == IDS
    assert asked.body["messages"] == [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": PROMPT.text},
    ]
    form = asked.body["response_format"]["json_schema"]
    assert (form["strict"], form["schema"]) == (True, PROMPT.form)
    rest = {name: value for name, value in asked.body.items() if name not in ("messages", "response_format")}
    assert rest == {
        "model": MODEL,
        "temperature": 0,
        "seed": 7,
        "max_tokens": MAX_TOKENS,
        "stream": False,
        "chat_template_kwargs": {"enable_thinking": False},
    }
    assert (reply.rung, reply.tokens) == (0, (len(asked.prompt)) // 4 + len(reply.content) // 4)


async def test_switches_of_llama_cpp_are_sent_to_the_runner_only(serve: Serve) -> None:
    server = await serve(ModelServer(dmr=False))
    async with chat(server) as one:
        await one.ask(MODEL, PROMPT)
    assert "chat_template_kwargs" not in server.requests[0].body


def sent(asked: ChatRequest) -> str:
    return "\n".join(f"{name.lower()}: {value}" for name, value in asked.headers.items())


@pytest.mark.parametrize("key", [None, KEY])
async def test_nothing_of_the_environment_reaches_a_local_server(
    model_server: ModelServer, others_environment: None, key: str | None
) -> None:
    async with chat(model_server, key) as one:
        assert (await one.ask(MODEL, PROMPT)).rung == 0
    (asked,) = model_server.requests
    headers = sent(asked)
    assert NOT_OURS not in headers
    assert asked.headers.get("Authorization") == (f"Bearer {key}" if key else None)
    assert asked.headers["User-Agent"] == "docktor"
    names = {name.lower() for name in asked.headers}
    assert names <= {
        "host", "accept", "accept-encoding", "connection", "content-length", "content-type", "user-agent",
        "authorization",
    }  # fmt: skip


@pytest.mark.parametrize(("key", "header"), [(KEY, f"Bearer {KEY}"), (None, None)])
async def test_a_key_is_sent_only_when_there_is_one(
    model_server: ModelServer, key: str | None, header: str | None
) -> None:
    async with chat(model_server, key) as one:
        await one.ask(MODEL, PROMPT)
    assert model_server.requests[0].headers.get("Authorization") == header


def takes(right: Any) -> Behaviour:
    """400 for all but the requests that are right; 200 with the candidate of the rules for those."""

    async def behave(request: Any, asked: ChatRequest) -> Any:
        refuse = failures.error(400, "Unsupported parameter", "invalid_request_error")
        return await (answers.pick_rules() if right(asked.body) else refuse)(request, asked)

    return behave


@pytest.mark.parametrize(
    ("right", "rung"),
    [
        (lambda body: "temperature" not in body, 1),
        (lambda body: body.get("response_format", {}).get("type") != "json_schema", 2),
        (lambda body: "response_format" not in body, 3),
        (lambda body: not {"response_format", "temperature", "max_tokens"} & set(body), 4),
    ],
)
async def test_the_next_way_is_tried_and_remembered(serve: Serve, right: Any, rung: int) -> None:
    server = await serve(ModelServer(dmr=False))
    server.behave(takes(right))
    async with chat(server) as one:
        reply = await one.ask(MODEL, PROMPT)
        assert reply.rung == rung
        assert len(server.requests) == rung + 1
        assert (await one.ask(MODEL, PROMPT, reply.rung)).rung == rung
    assert len(server.requests) == rung + 2


async def test_what_never_fits_is_asked_in_five_ways_and_no_more(serve: Serve) -> None:
    server = await serve(ModelServer(dmr=False))
    server.behave(failures.error(400, "No such thing", "invalid_request_error"))
    async with chat(server) as one:
        with pytest.raises(AdvisorUnavailableError, match="answered 400: No such thing") as raised:
            await one.ask(MODEL, PROMPT)
    assert raised.value.state == "wrong"
    assert len(server.requests) == 5


async def test_a_prompt_that_does_not_fit_is_not_asked_again(model_server: ModelServer) -> None:
    model_server.behave(failures.too_long())
    async with chat(model_server) as one:
        with pytest.raises(AdvisorUnavailableError, match="context size") as raised:
            await one.ask(MODEL, PROMPT)
    assert raised.value.state == "wrong"
    assert len(model_server.requests) == 1


async def test_an_endpoint_on_another_scheme_of_errors_is_told_as_it_says(serve: Serve) -> None:
    server = await serve(ModelServer(dmr=False))
    server.behave(failures.status(422, {"error": "schemas are not known here"}))
    async with chat(server) as one:
        with pytest.raises(AdvisorUnavailableError, match="answered 422: schemas are not known here"):
            await one.ask(MODEL, PROMPT)


async def test_the_way_to_another_machine_is_the_proxy_of_the_environment(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = await serve(ModelServer(dmr=False))
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, proxy.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    one = Chat(Endpoint("http://models.example/v1"), KEY)
    assert (await one.ask(MODEL, PROMPT)).rung == 0
    await one.close()
    (asked,) = proxy.requests
    assert (asked.headers["Host"], asked.headers["Authorization"]) == ("models.example", f"Bearer {KEY}")
