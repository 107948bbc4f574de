"""When a model is left alone: after failures, when it says so, while it is being loaded, and out of budget."""

import asyncio
import math

import pytest

from docktor.advisor.counsel import Counsel
from docktor.core.advisor import Budget
from tests.advisor.asking import QUESTION, SECOND, Clock, by_model, counsel
from tests.models import answers, failures
from tests.models.asking import until
from tests.models.chat import Behaviour
from tests.models.fixtures import Serve
from tests.models.server import MODEL, ModelServer

RIGHT = answers.pick_rules()


async def ask(one: Counsel, times: int = 1) -> list[int | None]:
    return [(await one.ask(QUESTION, 5)).replicas for _ in range(times)]


async def broken(one: Counsel, server: ModelServer, behaviour: Behaviour) -> None:
    """Three failures, and it rests."""
    server.behave(behaviour)
    assert await ask(one, 3) == [None] * 3
    assert len(server.requests) == 3
    assert one.unable() == f"{MODEL} failed again and again and is left alone for a while"


@pytest.mark.parametrize("behaviour", [failures.reset(), failures.no_runner(), answers.says("?"), failures.wrong_key()])
async def test_after_three_failures_it_is_not_asked(model_server: ModelServer, behaviour: Behaviour) -> None:
    clock = Clock()
    async with counsel(model_server, steady=clock) as one:
        await broken(one, model_server, behaviour)
        model_server.behave(RIGHT)
        for seconds in (0, 15, 14.9):
            clock.move(seconds)
            advice = await one.ask(QUESTION, 5)
            assert (advice.model, advice.replicas) == (None, None)
            assert advice.failure == f"{MODEL} failed again and again and is left alone for a while"
        assert len(model_server.requests) == 3
        clock.move(0.2)
        assert one.unable() is None
        assert await ask(one, 3) == [QUESTION.by_rules] * 3
        assert one.states[MODEL].breaker.failures == 0


async def test_each_failure_after_a_rest_doubles_it_up_to_five_minutes(model_server: ModelServer) -> None:
    clock = Clock()
    async with counsel(model_server, steady=clock) as one:
        await broken(one, model_server, failures.reset())
        for rest in (30, 60, 120, 240, 300, 300):
            clock.move(rest - 0.1)
            assert one.unable() is not None
            clock.move(0.2)
            asked = len(model_server.requests)
            assert await ask(one, 4) == [None] * 4
            assert len(model_server.requests) == asked + 1


async def test_after_a_rest_one_question_tries_and_the_others_wait_for_what_comes(model_server: ModelServer) -> None:
    clock = Clock()
    async with counsel(model_server, steady=clock) as one:
        await broken(one, model_server, failures.reset())
        clock.move(31)
        model_server.behave(failures.late(0.2, failures.no_runner()))
        tried = await asyncio.gather(*(one.ask(QUESTION, 5) for _ in range(10)))
        assert [advice.replicas for advice in tried] == [None] * 10
        assert len(model_server.requests) == 4
        clock.move(61)
        model_server.behave(failures.late(0.2, RIGHT))
        tried = await asyncio.gather(*(one.ask(QUESTION, 5) for _ in range(10)))
        assert [advice.replicas for advice in tried] == [QUESTION.by_rules] * 10
    assert model_server.most_at_once == 1


async def test_two_failures_and_a_success_are_no_reason_to_rest(model_server: ModelServer) -> None:
    async with counsel(model_server, steady=Clock()) as one:
        model_server.script([failures.reset(), failures.reset(), RIGHT] * 4)
        assert await ask(one, 12) == [None, None, QUESTION.by_rules] * 4
    assert len(model_server.requests) == 12


async def test_a_resting_model_costs_the_next_one_no_time(model_server: ModelServer) -> None:
    model_server.models[SECOND] = model_server.models[MODEL]
    model_server.behave(by_model(failures.reset(), RIGHT))
    async with counsel(model_server, (MODEL, SECOND), steady=Clock()) as one:
        assert await ask(one, 6) == [QUESTION.by_rules] * 6
    assert [asked.model for asked in model_server.requests] == [MODEL, SECOND] * 3 + [SECOND] * 3


@pytest.mark.parametrize(("said", "rest"), [("20", 20), ("86400", 300), ("9" * 400, 300)])
async def test_it_rests_as_long_as_the_server_says(model_server: ModelServer, said: str, rest: float) -> None:
    clock = Clock()
    async with counsel(model_server, steady=clock) as one:
        model_server.script([failures.too_many(said)])
        assert await ask(one) == [None]
        assert one.states[MODEL].state == "busy"
        clock.move(rest - 0.1)
        assert await ask(one) == [None]
        assert len(model_server.requests) == 1
        clock.move(0.2)
        assert await ask(one, 2) == [QUESTION.by_rules] * 2


async def test_being_busy_is_no_failure(model_server: ModelServer) -> None:
    model_server.behave(failures.too_many("0"))
    clock = Clock()
    async with counsel(model_server, steady=clock) as one:
        for _ in range(6):
            await ask(one)
            clock.move(0.1)
        assert len(model_server.requests) == 6
        assert one.states[MODEL].breaker.failures == 0


async def settled(one: Counsel, state: str) -> None:
    await until(lambda: one.states[MODEL].state == state)


async def test_a_model_that_is_being_loaded_is_late_not_dead(model_server: ModelServer) -> None:
    model_server.models[MODEL].load_s = 1.0
    async with counsel(model_server) as one:
        for _ in range(4):
            assert (await one.ask(QUESTION, 0.2)).replicas is None
            await settled(one, "loading")
        assert len(model_server.requests) == 1
        assert one.states[MODEL].breaker.failures == 0
        assert one.unable() == f"{MODEL}: it is being loaded"
        await settled(one, "untried")
        assert await ask(one) == [QUESTION.by_rules]
    assert (len(model_server.requests), len(model_server.preloads)) == (2, 1)


async def test_a_runner_that_says_it_is_loading_is_waited_for(model_server: ModelServer) -> None:
    model_server.models[MODEL].loaded = True
    model_server.script([failures.loading()])
    async with counsel(model_server) as one:
        assert await ask(one) == [None]
        await settled(one, "untried")
        assert await ask(one) == [QUESTION.by_rules]


async def test_who_is_late_and_not_loading_has_failed(model_server: ModelServer) -> None:
    model_server.models[MODEL].loaded = True
    model_server.behave(failures.hang())
    async with counsel(model_server) as one:
        for _ in range(3):
            await one.ask(QUESTION, 0.2)
            await until(lambda: not one._loading)
        assert (one.states[MODEL].state, one.states[MODEL].breaker.failures) == ("down", 3)


async def test_a_model_whose_runner_goes_while_it_loads_is_down(serve: Serve) -> None:
    server = await serve(ModelServer())
    server.models[MODEL].load_s = math.inf
    async with counsel(server) as one:
        await one.ask(QUESTION, 0.2)
        await settled(one, "loading")
        await server.stop()
        await settled(one, "down")
        assert one.unable() is None
        server.models[MODEL].load_s = 0
        server.behave(RIGHT)
        await server.start()
        assert await ask(one) == [QUESTION.by_rules]


async def test_a_runner_that_does_not_know_of_loading_is_no_trouble(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    model_server = await serve(ModelServer(dmr=False))
    model_server.dmr = True  # from here on it passes for Docker Model Runner, whose own API isn't there
    model_server.models[MODEL].loaded = True
    model_server.behave(failures.hang())
    async with counsel(model_server) as one:
        await one.ask(QUESTION, 0.2)
        await until(lambda: not one._loading)
        assert one.states[MODEL].state == "down"
        model_server.behave(failures.loading())
        await ask(one)
        await until(lambda: not one._loading)
        assert one.states[MODEL].state == "down"
        model_server.behave(RIGHT)
        assert await ask(one) == [QUESTION.by_rules]
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_an_endpoint_that_says_it_is_loading_is_asked_again(serve: Serve) -> None:
    server = await serve(ModelServer(dmr=False))
    server.script([failures.loading()] * 5)
    async with counsel(server) as one:
        assert await ask(one, 6) == [None] * 5 + [QUESTION.by_rules]
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    ("budget", "calls", "rest", "why"),
    [
        (Budget(calls_per_minute=3), 3, 60, "the budget of 3 calls a minute is used up"),
        (Budget(calls_per_minute=99, calls_per_day=4), 4, 86_400, "the budget of 4 calls a day is used up"),
        (Budget(99, 99, tokens_per_day=1), 1, 86_400, "the budget of 1 token a day is used up"),
    ],
)
async def test_a_budget_is_kept(model_server: ModelServer, budget: Budget, calls: int, rest: float, why: str) -> None:
    clock = Clock()
    async with counsel(model_server, steady=clock, budget=budget) as one:
        assert await ask(one, calls) == [QUESTION.by_rules] * calls
        clock.move(rest - 0.1)
        assert (await one.ask(QUESTION, 5)).failure == why
        assert len(model_server.requests) == calls
        clock.move(0.2)
        assert await ask(one) == [QUESTION.by_rules]


async def test_failures_and_fallbacks_cost_as_much_as_answers(model_server: ModelServer) -> None:
    model_server.models[SECOND] = model_server.models[MODEL]
    model_server.behave(failures.reset())
    async with counsel(model_server, (MODEL, SECOND), steady=Clock(), budget=Budget(calls_per_minute=3)) as one:
        await ask(one, 2)
        last = await one.ask(QUESTION, 5)
    assert [asked.model for asked in model_server.requests] == [MODEL, SECOND, MODEL]
    assert last.failure == "the budget of 3 calls a minute is used up"
