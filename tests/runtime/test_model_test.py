"""One test question to a model: what comes of it, whoever the model is and however it fails."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from docktor.core.advisor import AdvisorMode, AdvisorPolicy, Provider
from docktor.errors import AdvisorUnavailableError, BusyError
from docktor.runtime.advisor import Advisor
from docktor.runtime.clock import Clock
from docktor.runtime.eventlog import EventLog
from docktor.runtime.modeltest import ModelTests
from docktor.signals.secrets import Redactor
from tests.models.answers import pick, pick_first, says
from tests.models.asking import until
from tests.models.failures import endless, hang, loading, reset
from tests.models.fixtures import Serve
from tests.models.server import MODEL, ModelServer

KEY = "sk-test-0123456789abcdef"


@pytest.fixture
async def advisor() -> AsyncIterator[Advisor]:
    one = Advisor({}, Clock(), EventLog(), Redactor())
    yield one
    await one.close()


def of(server: ModelServer, **changes: object) -> AdvisorPolicy:
    usual = AdvisorPolicy(base_url=server.openai_url, model=MODEL, mode=AdvisorMode.OFF)
    return replace(usual, **changes)  # type: ignore[arg-type]  # field by field, typed at the call


async def test_what_it_chose_is_told_beside_what_the_rules_would_do(
    advisor: Advisor, model_server: ModelServer
) -> None:
    advisor.adopt(of(model_server))
    model_server.behave(pick_first())
    found = await ModelTests(advisor).ask(None)
    assert (found.model, found.base_url, found.situation) == (MODEL, model_server.openai_url, "a steep rise")
    assert (found.current, found.choices) == (3, (3, 4, 5))
    assert (found.replicas, found.by_rules, found.best) == (3, 5, 5)
    assert found.failure is None and found.seconds > 0 and found.tokens


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        (says("I would scale to 50."), "the answer is not one JSON object"),
        (pick("Z"), "Z"),
        (hang(), "no answer within 1 s"),
        (endless(0.05), "no answer: its answer is larger than 1024 kB"),
        (reset(), "no answer: "),
        (loading(), "answered 503: Loading model"),
    ],
)
async def test_a_model_that_fails_is_an_answer(
    advisor: Advisor, model_server: ModelServer, behaviour: object, why: str
) -> None:
    advisor.adopt(of(model_server))
    model_server.behave(behaviour)  # type: ignore[arg-type]
    found = await ModelTests(advisor, within=1).ask(None)
    assert found.replicas is None and found.by_rules == 5
    assert found.failure and why in found.failure
    assert found.seconds < 5


async def test_another_model_than_the_one_in_use(advisor: Advisor, model_server: ModelServer) -> None:
    advisor.adopt(of(model_server))
    found = await ModelTests(advisor).ask("ai/none")
    assert found.model == "ai/none" and found.failure and "(there is no ai/none?)" in found.failure


async def test_without_a_name_it_is_the_one_that_would_be_picked(advisor: Advisor, model_server: ModelServer) -> None:
    advisor.adopt(of(model_server, model=None))
    assert (await ModelTests(advisor).ask(None)).model == MODEL
    model_server.models.clear()
    with pytest.raises(AdvisorUnavailableError, match="has no model to take"):
        await ModelTests(advisor).ask(None)


async def test_nobody_there(advisor: Advisor) -> None:
    advisor.adopt(AdvisorPolicy(base_url="http://127.0.0.1:1", mode=AdvisorMode.OFF))
    with pytest.raises(AdvisorUnavailableError, match="no Docker Model Runner at"):
        await ModelTests(advisor).ask(MODEL)


async def test_another_machine_is_asked_only_where_that_is_allowed(advisor: Advisor) -> None:
    far = AdvisorPolicy(Provider.OPENAI, "http://203.0.113.9/v1", "gpt-5-mini", mode=AdvisorMode.OFF)
    advisor.adopt(far)
    with pytest.raises(AdvisorUnavailableError, match="allow_remote"):
        await ModelTests(advisor).ask(None)


async def test_one_at_a_time(advisor: Advisor, model_server: ModelServer) -> None:
    advisor.adopt(of(model_server))
    model_server.script([hang()])
    tests = ModelTests(advisor, within=2)
    first = asyncio.create_task(tests.ask(None))
    await until(lambda: model_server.in_flight == 1)
    with pytest.raises(BusyError, match="one at a time"):
        await tests.ask(None)
    assert (await first).failure == "no answer within 2 s"
    assert (await tests.ask(None)).failure is None
    assert model_server.most_at_once == 1


async def test_a_wrong_key_is_not_told(advisor: Advisor, serve: Serve) -> None:
    server = await serve(ModelServer(dmr=False, api_key="sk-another-0123456789"))
    advisor.adopt(of(server, provider=Provider.OPENAI, api_key=KEY))
    found = await ModelTests(advisor).ask(None)
    assert found.failure and "the key is not accepted" in found.failure and KEY not in found.failure


@pytest.mark.parametrize("key", ["a key of nobody", "schlüssel", "a\nb"])
async def test_what_can_be_no_key(advisor: Advisor, serve: Serve, key: str) -> None:
    server = await serve(ModelServer(dmr=False))
    advisor.adopt(of(server, provider=Provider.OPENAI, api_key=key))
    with pytest.raises(AdvisorUnavailableError, match="its key can't be one") as caught:
        await ModelTests(advisor).ask(None)
    assert key not in str(caught.value)


async def test_nothing_of_it_is_scored(advisor: Advisor, model_server: ModelServer) -> None:
    advisor.adopt(of(model_server))
    await ModelTests(advisor).ask(None)
    view = advisor.view
    assert (view.asked, view.calls_day, view.tokens_day, view.state) == (0, 0, 0, "off")
