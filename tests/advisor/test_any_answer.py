"""Whatever a model answers, thousands of times: one of the candidates or nothing, and one request for one question."""

import asyncio

import pytest

from docktor.advisor.counsel import Counsel, ModelState
from docktor.core.advice import Advice
from tests.advisor.asking import IDS, NUMBERS, PLENTY, QUESTION, Clock, counsel
from tests.models import answers
from tests.models.fixtures import Serve
from tests.models.nonsense import answers as nonsense
from tests.models.server import MODEL, ModelServer

SEEDS, EACH = (1, 2, 3), 1000


async def all_of(one: Counsel, server: ModelServer, contents: list[str]) -> list[Advice]:
    """One question for each content; the model is always as if untried, or it would soon be left alone."""
    server.script(answers.says(content) for content in contents)
    found = []
    for _ in contents:
        one.states[MODEL] = ModelState()
        found.append(await one.ask(QUESTION, 20))
    return found


@pytest.mark.parametrize("seed", SEEDS)
async def test_any_answer_is_a_candidate_or_nothing(serve: Serve, seed: int) -> None:
    server = await serve(ModelServer(dmr=False))
    contents = list(nonsense(seed, EACH, IDS))
    async with counsel(server, budget=PLENTY) as one:
        async with asyncio.timeout(120):
            found = await all_of(one, server, contents)
    assert len(server.requests) == EACH
    assert {advice.replicas for advice in found} == {None, *NUMBERS}
    for advice in found:
        assert (advice.replicas is None) == (advice.failure is not None)
        for text in (advice.said, advice.failure):
            assert text is None or (text.isprintable() and len(text) <= 300)
    right = [advice for advice in found if advice.replicas is not None]
    assert EACH * 0.02 < len(right) < EACH * 0.5


async def test_answers_of_ids_that_were_not_asked_for_are_nothing(model_server: ModelServer) -> None:
    contents = list(nonsense(4, 400, ("hold", "up_2", "X-1")))
    async with counsel(model_server, budget=PLENTY) as one:
        found = await all_of(one, model_server, contents)
    assert {advice.replicas for advice in found} == {None}
    assert len(model_server.requests) == 400


async def test_a_model_of_nonsense_only_is_soon_left_alone(model_server: ModelServer) -> None:
    model_server.script(answers.says(content) for content in nonsense(5, 100, ("hold", "up_2", "X-1")))
    async with counsel(model_server, steady=Clock()) as one:
        for _ in range(100):
            assert (await one.ask(QUESTION, 20)).replicas is None
    assert len(model_server.requests) == 3
