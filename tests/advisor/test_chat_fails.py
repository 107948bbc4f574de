"""What becomes of every failure of a model's server: a state, words for a person, no key in them, and little memory."""

import asyncio

import pytest

from docktor.errors import AdvisorUnavailableError
from tests.advisor.asking import KEY, MIB, PROMPT, Stopwatch, chat, memory
from tests.models import answers, failures
from tests.models.asking import until
from tests.models.chat import Behaviour
from tests.models.fixtures import Serve
from tests.models.server import MODEL, ModelServer


@pytest.mark.parametrize(
    ("behaviour", "state", "words"),
    [
        (failures.no_runner(), "down", "answered 500: unable to load runner: .*not enough GPU memory"),
        (failures.loading(), "loading", "answered 503: Loading model"),
        (failures.too_many("7"), "busy", "answered 429: Rate limit reached"),
        (failures.no_money(), "busy", "answered 429: You exceeded your current quota"),
        (failures.too_long(), "wrong", r"answered 400: request \(5000 tokens\) exceeds"),
        (failures.wrong_key(), "refused", "answered 401: Incorrect API key .*the key is not accepted"),
        (failures.wrong_key(whole=True), "refused", r"Incorrect API key provided: \*\*\*\."),
        (failures.status(403, {"error": "not for you"}), "refused", "answered 403: not for you"),
        (failures.status(404, "nothing\n"), "missing", f"answered 404.*there is no {MODEL}"),
        (failures.status(500, {"error": {"message": f"Bearer {KEY} crashed"}}), "down", r"answered 500: Bearer \*\*\*"),
        (failures.status(503, "\x1b[31mno\r\nbackend"), "down", r"answered 503: \[31mno backend$"),
        (failures.status(502), "down", "answered 502$"),
        (failures.redirect("http://127.0.0.1:9/else"), "wrong", "answered 302.*redirects are not followed"),
        (failures.not_json(), "spoilt", "not a chat completion"),
        (failures.not_json("[]"), "spoilt", "not a chat completion"),
        (failures.not_json("[" * 100_000), "spoilt", "not a chat completion"),
        (failures.not_json(""), "spoilt", "not a chat completion"),
        (failures.not_json("\ud83d".encode("utf-16", "surrogatepass").decode("latin-1")), "spoilt", "not a chat"),
        (failures.half(), "down", "no answer: "),
        (failures.reset(), "down", "no answer: "),
        (answers.wrong_shape(), "spoilt", "not a chat completion"),
        (answers.empty_choices(), "spoilt", "nothing to choose from"),
        (answers.tool_call(), "spoilt", "call a tool"),
        (answers.refusal(f"I can't, {KEY}\n\x1b[0m"), "spoilt", r"it refused: I can't, \*\*\* \[0m$"),
        (answers.says('{"reason": "', "length"), "spoilt", "cut off for its length"),
        (failures.huge(2 * MIB), "down", "no answer: its answer is larger than 1024 kB"),
        (failures.endless(), "down", "no answer: its answer is larger than 1024 kB"),
        (failures.gzip_bomb(MIB), "down", "no answer: its answer is packed"),
    ],
)
async def test_a_failure_is_told_to_people_without_the_key(
    model_server: ModelServer, behaviour: Behaviour, state: str, words: str
) -> None:
    model_server.behave(behaviour)
    async with chat(model_server, KEY) as one:
        with pytest.raises(AdvisorUnavailableError, match=words) as raised:
            await asyncio.wait_for(one.ask(MODEL, PROMPT), 5)
    said = str(raised.value)
    assert raised.value.state == state
    assert KEY not in said and len(said) < 500 and said.isprintable()
    assert len(model_server.requests) == 1
    await until(lambda: model_server.in_flight == 0)


async def test_a_server_that_is_gone_is_down(model_server: ModelServer) -> None:
    async with chat(model_server) as one:
        await model_server.stop()
        with pytest.raises(AdvisorUnavailableError, match=r"no answer: .*connect") as raised:
            await one.ask(MODEL, PROMPT)
    assert raised.value.state == "down"


async def test_a_model_that_is_not_there_is_missing(serve: Serve) -> None:
    runner, other = await serve(ModelServer()), await serve(ModelServer(dmr=False))
    for server in (runner, other):
        async with chat(server) as one:
            with pytest.raises(
                AdvisorUnavailableError, match=r"ai/none.*\(there is no ai/none\?\)|not found"
            ) as raised:
                await one.ask("ai/none", PROMPT)
        assert raised.value.state == "missing"


@pytest.mark.parametrize(
    ("said", "delay"), [("7", 7), ("0", 0), ("soon", None), ("-1", None), ("1e9", None), (None, None), ("", None)]
)
async def test_a_wait_is_taken_only_as_seconds(
    model_server: ModelServer, said: str | None, delay: float | None
) -> None:
    model_server.behave(failures.too_many(said))
    async with chat(model_server) as one:
        with pytest.raises(AdvisorUnavailableError) as raised:
            await one.ask(MODEL, PROMPT)
    assert raised.value.delay == delay


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_nobody_follows_a_redirect(serve: Serve, code: int) -> None:
    here, there = await serve(ModelServer()), await serve(ModelServer())
    here.behave(failures.redirect(f"{there.openai_url}/chat/completions", code))
    async with chat(here, KEY) as one:
        with pytest.raises(AdvisorUnavailableError, match="redirects are not followed"):
            await one.ask(MODEL, PROMPT)
    assert there.asked == []
    assert len(here.requests) == 1


@pytest.mark.parametrize("behaviour", [failures.huge(256 * MIB), failures.endless(), failures.gzip_bomb(256 * MIB)])
async def test_an_answer_without_end_takes_little_memory(model_server: ModelServer, behaviour: Behaviour) -> None:
    model_server.behave(behaviour)
    async with chat(model_server) as one:
        with pytest.raises(AdvisorUnavailableError):
            await one.ask(MODEL, PROMPT)  # whatever both sides need once
        watch = Stopwatch()
        with memory() as taken, pytest.raises(AdvisorUnavailableError):
            await asyncio.wait_for(one.ask(MODEL, PROMPT), 20)
    assert taken.most < 10 * MIB
    assert watch.seconds < 10


@pytest.mark.parametrize("body", [{"usage": None}, {"usage": {"total_tokens": -5}}, {"usage": {}}, {"more": "x"}])
async def test_strange_counts_of_tokens_spoil_no_answer(model_server: ModelServer, body: dict[str, object]) -> None:
    made = {"choices": [{"message": {"content": "yes"}, "finish_reason": "stop"}], **body}
    model_server.behave(answers.answers_by(lambda asked: made))
    async with chat(model_server) as one:
        reply = await one.ask(MODEL, PROMPT)
    assert (reply.content, reply.tokens) == ("yes", None)


async def test_a_body_too_large_for_an_error_is_cut_off_too(model_server: ModelServer) -> None:
    model_server.behave(failures.status(500, "x" * (8 * MIB)))
    async with chat(model_server) as one:
        with pytest.raises(AdvisorUnavailableError, match="larger than 1024 kB"):
            await one.ask(MODEL, PROMPT)
