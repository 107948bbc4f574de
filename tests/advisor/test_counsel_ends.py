"""A question that is dropped, and a counsel that is closed: nothing is left behind, and nobody waits."""

import asyncio
import math

import pytest

from tests.advisor.asking import QUESTION, SECOND, Clock, Stopwatch, by_model, counsel
from tests.models import answers, failures
from tests.models.asking import until
from tests.models.chat import Behaviour
from tests.models.server import MODEL, ModelServer

BEHAVIOURS = [failures.hang(), failures.drip(answers.choice("A"), 0.05), failures.endless(0.02)]


async def dropped(task: asyncio.Task[object]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 2)


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
async def test_a_dropped_question_leaves_it_usable(model_server: ModelServer, behaviour: Behaviour) -> None:
    model_server.script([behaviour] * 5)
    async with counsel(model_server) as one:
        for asked in range(1, 6):
            task: asyncio.Task[object] = asyncio.create_task(one.ask(QUESTION, 9))
            await until(lambda: model_server.in_flight == 1)
            await dropped(task)
            await until(lambda: model_server.in_flight == 0)
            assert len(model_server.requests) == asked
        assert one.states[MODEL].breaker.failures == 0
        assert (await one.ask(QUESTION, 5)).replicas == QUESTION.by_rules
        assert one.spent.calls_since(0) == 6


async def test_who_is_dropped_while_waiting_takes_nobodys_turn(model_server: ModelServer) -> None:
    model_server.behave(failures.late(0.2, answers.pick_rules()))
    async with counsel(model_server) as one:
        first = asyncio.create_task(one.ask(QUESTION, 5))
        await until(lambda: model_server.in_flight == 1)
        waiting: list[asyncio.Task[object]] = [asyncio.create_task(one.ask(QUESTION, 5)) for _ in range(3)]
        last = asyncio.create_task(one.ask(QUESTION, 5))
        await asyncio.sleep(0)
        for task in waiting:
            await dropped(task)
        assert [(await task).replicas for task in (first, last)] == [QUESTION.by_rules] * 2
    assert len(model_server.requests) == 2


async def test_a_question_dropped_when_it_tries_again_after_a_rest_ends_no_rest(model_server: ModelServer) -> None:
    clock = Clock()
    async with counsel(model_server, steady=clock) as one:
        model_server.behave(failures.reset())
        for _ in range(3):
            await one.ask(QUESTION, 5)
        clock.move(31)
        model_server.behave(failures.hang())
        task: asyncio.Task[object] = asyncio.create_task(one.ask(QUESTION, 9))
        await until(lambda: model_server.in_flight == 1)
        await dropped(task)
        assert one.states[MODEL].breaker.state(clock()) == "half-open"
        model_server.behave(failures.reset())
        await one.ask(QUESTION, 5)
        assert one.states[MODEL].breaker.state(clock()) == "open"


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
async def test_closing_ends_every_question_at_once(
    model_server: ModelServer, behaviour: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    model_server.models[SECOND] = model_server.models[MODEL]
    model_server.behave(by_model(behaviour, answers.pick_rules()))
    async with counsel(model_server, (MODEL, SECOND)) as one:
        asked = [asyncio.create_task(one.ask(QUESTION, 8)) for _ in range(3)]
        await until(lambda: model_server.in_flight == 1)
        watch = Stopwatch()
        await one.close()
        for advice in await asyncio.gather(*asked):
            assert advice.replicas is None
            assert advice.failure is not None
        assert watch.seconds < 2
    assert len(model_server.requests) == 1
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_closed_counsel_asks_nobody(model_server: ModelServer, caplog: pytest.LogCaptureFixture) -> None:
    async with counsel(model_server) as one:
        await one.close()
        advice = await one.ask(QUESTION, 5)
        assert (advice.model, advice.replicas, advice.failure) == (None, None, "it is being closed")
        assert one.unable() == "it is being closed"
        await one.close()
    assert model_server.requests == []
    assert caplog.records == []


async def test_closing_while_a_model_loads_leaves_nobody_looking(model_server: ModelServer) -> None:
    model_server.models[MODEL].load_s = math.inf
    async with counsel(model_server) as one:
        await one.ask(QUESTION, 0.2)
        await until(lambda: one.states[MODEL].state == "loading")
        await one.close()
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("loading")]
