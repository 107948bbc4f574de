"""Asking a chain of models: there is always an Advice, in time, and one question at a time."""

import asyncio

import pytest

from docktor.advisor.counsel import Counsel
from docktor.core.advice import Advice
from docktor.core.advisor import RULES
from tests.advisor.asking import IDS, KEY, NUMBERS, QUESTION, SECOND, Stopwatch, by_model, counsel
from tests.models import answers, failures
from tests.models.asking import until
from tests.models.chat import Behaviour
from tests.models.fixtures import Serve
from tests.models.runner import HostedModel
from tests.models.server import MODEL, ModelServer

DEADLINE_S, AT_MOST_S = 0.5, 2.0
SLOW = [
    failures.hang(),
    failures.late(3, answers.pick_first()),
    failures.drip(answers.choice("A"), 0.05),
    failures.endless(0.05),
]


@pytest.fixture
async def two(serve: Serve) -> ModelServer:
    """A server with two warm models."""
    return await serve(ModelServer(models={MODEL: HostedModel(loaded=True), SECOND: HostedModel(loaded=True)}))


async def ask(one: Counsel, deadline: float = 5) -> Advice:
    """As soon as it should, and not later."""
    watch = Stopwatch()
    advice = await one.ask(QUESTION, deadline)
    assert watch.seconds < deadline + AT_MOST_S - DEADLINE_S
    return advice


@pytest.mark.parametrize(("index", "chosen"), list(enumerate(IDS)))
async def test_a_choice_becomes_a_number_of_replicas(model_server: ModelServer, index: int, chosen: str) -> None:
    model_server.behave(answers.pick(chosen))
    async with counsel(model_server) as one:
        advice = await ask(one)
        assert one.states[MODEL].state == "ok"
        assert one.unable() is None
    assert advice.replicas == QUESTION.candidates[index].replicas
    assert (advice.provider, advice.model, advice.said, advice.failure) == ("dmr", MODEL, answers.REASON, None)
    assert advice.tokens is not None and advice.tokens > 0
    assert advice.latency_ms is not None and 0 < advice.latency_ms < 5000


async def test_what_is_no_choice_is_no_advice_but_is_told(model_server: ModelServer) -> None:
    model_server.behave(answers.says('{"reason": "r", "choice": "Z\x1b[31m"}'))
    async with counsel(model_server) as one:
        advice = await ask(one)
        assert (one.states[MODEL].state, one.states[MODEL].breaker.failures) == ("spoilt", 1)
    assert advice.replicas is None
    assert advice.failure is not None and f"{MODEL}: " in advice.failure and advice.failure.isprintable()
    assert advice.said is not None and '"choice"' in advice.said and advice.said.isprintable()
    assert advice.tokens is not None and advice.latency_ms is not None


@pytest.mark.parametrize("behaviour", SLOW)
async def test_the_deadline_holds(model_server: ModelServer, behaviour: Behaviour) -> None:
    model_server.behave(behaviour)
    async with counsel(model_server) as one:
        advice = await ask(one, DEADLINE_S)
        assert one.states[MODEL].state == "down"
        assert one.states[MODEL].breaker.failures == 1
    assert advice.replicas is None
    assert advice.failure == f"{MODEL}: no answer within 0.5 s"
    await until(lambda: model_server.in_flight == 0)


async def test_waiting_for_ones_turn_is_part_of_the_deadline(model_server: ModelServer) -> None:
    model_server.behave(failures.hang())
    async with counsel(model_server) as one:
        first = asyncio.create_task(one.ask(QUESTION, 1.5))
        await until(lambda: model_server.in_flight == 1)
        waited = await ask(one, DEADLINE_S)
        assert (waited.model, waited.latency_ms) == (None, None)
        assert waited.failure == "busy with the questions of other services"
        assert len(model_server.requests) == 1
        assert (await first).replicas is None
        assert one.states[MODEL].breaker.failures == 1


async def test_one_question_at_a_time(model_server: ModelServer) -> None:
    model_server.behave(failures.late(0.02, answers.pick_rules()))
    async with counsel(model_server) as one:
        asked = await asyncio.gather(*(ask(one) for _ in range(20)))
    assert [advice.replicas for advice in asked] == [QUESTION.by_rules] * 20
    assert model_server.most_at_once == 1
    assert len(model_server.requests) == 20


@pytest.mark.parametrize(
    ("first", "why"),
    [
        (failures.reset(), "no answer"),
        (failures.no_runner(), "answered 500"),
        (failures.hang(), r"no answer within"),
        (answers.says("nonsense"), "not one JSON object"),
        (failures.huge(2 << 20), "larger than"),
        (failures.loading(), "answered 503"),
        (failures.too_many(), "answered 429"),
        (failures.wrong_key(), "answered 401"),
    ],
)
async def test_the_next_model_answers_within_the_same_deadline(two: ModelServer, first: Behaviour, why: str) -> None:
    two.behave(by_model(first, answers.pick_rules()))
    async with counsel(two, (MODEL, SECOND, RULES)) as one:
        advice = await ask(one, 1.0)
        assert why in (one.states[MODEL].error or "")
        assert one.states[SECOND].state == "ok"
        assert one.chain == (MODEL, SECOND)
    assert (advice.model, advice.replicas, advice.failure) == (SECOND, QUESTION.by_rules, None)
    assert advice.latency_ms is not None and advice.latency_ms < 1000


async def test_when_all_fail_every_reason_is_told(two: ModelServer) -> None:
    two.behave(by_model(failures.no_runner(), failures.hang()))
    async with counsel(two, (MODEL, SECOND, RULES), key=KEY) as one:
        advice = await ask(one, 0.6)
    assert advice.replicas is None
    assert advice.failure is not None
    first, second = advice.failure.split("; ", 1)
    assert first.startswith(f"{MODEL}: answered 500: unable to load runner")
    assert second.startswith(f"{SECOND}: no answer within 0.")


async def test_a_model_that_is_missing_is_not_the_end_of_the_chain(model_server: ModelServer) -> None:
    async with counsel(model_server, ("ai/none", MODEL)) as one:
        advice = await ask(one)
        assert one.states["ai/none"].state == "missing"
    assert (advice.model, advice.replicas in NUMBERS) == (MODEL, True)


@pytest.mark.parametrize("chain", [(), (RULES,)])
async def test_a_chain_of_rules_only_asks_nobody(model_server: ModelServer, chain: tuple[str, ...]) -> None:
    async with counsel(model_server, chain) as one:
        advice = await ask(one)
    assert (advice.model, advice.replicas, advice.failure) == (None, None, "there is no model to ask")
    assert model_server.requests == []


async def test_the_way_that_worked_is_remembered(serve: Serve) -> None:
    server = await serve(ModelServer(dmr=False))
    server.behave(failures.unsupported({"json_schema"}, answers.pick_rules()))
    async with counsel(server) as one:
        await ask(one)
        assert (len(server.requests), one.states[MODEL].rung) == (3, 2)
        await ask(one)
        server.script([failures.reset()])
        await ask(one)
        await ask(one)
    assert len(server.requests) == 6


@pytest.mark.parametrize("deadline", [0, -1, 1e-9, 0.05])
async def test_a_question_without_time_is_not_asked_and_no_failure_of_the_model(
    model_server: ModelServer, deadline: float
) -> None:
    async with counsel(model_server) as one:
        for _ in range(5):
            advice = await ask(one, deadline)
            assert (advice.model, advice.replicas) == (None, None)
            assert advice.failure == "there was no time left to ask"
        assert one.states[MODEL].breaker.failures == 0
        assert model_server.requests == []
        assert (await ask(one)).replicas == QUESTION.by_rules
