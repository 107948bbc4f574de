"""A daemon that asks a model: what it makes of the answers, and that the rules never wait for long."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from docktor.core.advisor import AdvisorMode, AdvisorPolicy, Ask, Budget
from docktor.core.decision import Action, Decision, Phase, Source
from docktor.core.policy import Mode, Pair
from docktor.runtime.views import AdvisorView
from tests.models.answers import pick_first, pick_last, pick_rules, says
from tests.models.asking import until
from tests.models.failures import hang, late
from tests.models.server import ModelServer
from tests.runtime.stage import API, PATIENCE_S, Stage, policy, stage

BUSY, QUIET = 90.0, 50.0
LAZY = policy(stabilization=Pair(0, 300))
MODEL = "ai/llama3.2"


def asking(server: ModelServer, **changes: object) -> AdvisorPolicy:
    usual = AdvisorPolicy(base_url=server.openai_url, model=MODEL, budget=Budget(1000, 10_000))
    return replace(usual, **changes)  # type: ignore[arg-type]  # field by field, typed at the call


async def ready(on: Stage) -> AdvisorView:
    """Once its model has been found and loaded."""
    for _ in range(int(PATIENCE_S / 0.05)):
        view = (await on.daemon.office.health()).advisor
        if view.state == "ok" and view.models[0].state == "ok":
            return view
        await asyncio.sleep(0.05)
    raise AssertionError(f"never ready: {view}")


async def settled(on: Stage) -> Decision:
    """The first decision, once it is through."""
    for _ in range(int(PATIENCE_S / 0.05)):
        done = [one for one in await on.daemon.office.decisions() if one.phase is not Phase.INTENDED]
        if done:
            return done[-1]
        await asyncio.sleep(0.05)
    raise AssertionError("nothing was ever decided")


async def test_a_model_that_agrees_changes_nothing(tmp_path: Path, model_server: ModelServer) -> None:
    async with stage(tmp_path, LAZY, llm=asking(model_server)) as on:
        await ready(on)
        on.load.value = BUSY
        done = await settled(on)
        assert (done.action, done.target_replicas, done.source) == (Action.SCALE_UP, 3, Source.RULES)
        told = done.metadata
        assert (told.provider, told.model, told.chosen, told.changed) == ("dmr", MODEL, 3, False)
        assert told.advice and told.tokens and told.latency_ms and told.failure is None
        view = (await on.daemon.office.health()).advisor
        assert (view.asked, view.agreed, view.changed, view.failed) == (1, 1, 0, 0)
        assert view.calls_day == 1 and view.tokens_day == told.tokens


async def test_a_model_may_stay_although_the_rules_want_more(tmp_path: Path, model_server: ModelServer) -> None:
    model_server.behave(pick_first())
    async with stage(tmp_path, LAZY, llm=asking(model_server, patience=Pair(600, 0))) as on:
        await ready(on)
        on.load.value = BUSY
        done = await settled(on)
        assert (done.action, done.source, done.phase) == (Action.HOLD, Source.ADVISOR, Phase.BLOCKED)
        assert done.limits[-1].code == "advisor" and done.limits[-1].before == 3
        assert done.metadata.changed is True


async def test_a_model_may_take_less_than_the_rules_want(tmp_path: Path, model_server: ModelServer) -> None:
    model_server.behave(pick_first())
    async with stage(tmp_path, LAZY, llm=asking(model_server, patience=Pair(0, 0))) as on:  # staying is not offered
        await ready(on)
        on.load.value = BUSY
        await on.until(lambda view: view.replicas > 1)
        up = [one for one in await on.daemon.office.decisions() if one.action is Action.SCALE_UP]
        assert (up[0].target_replicas, up[0].source, up[0].metadata.changed) == (2, Source.ADVISOR, True)


async def test_rules_that_want_to_grow_are_put_off_for_a_while_only(tmp_path: Path, model_server: ModelServer) -> None:
    model_server.behave(pick_first())
    eager = replace(LAZY, scale_up_by=1)
    async with stage(tmp_path, eager, llm=asking(model_server, patience=Pair(3, 600))) as on:
        await ready(on)
        on.load.value = BUSY
        grown = await on.until(lambda view: view.replicas == 2)
        decisions = await on.daemon.office.decisions()
        held = [one for one in decisions if one.action is Action.HOLD]
        up = [one for one in decisions if one.action is Action.SCALE_UP]
        assert held and up, grown
        assert (up[-1].timestamp - held[-1].timestamp).total_seconds() >= 3
        assert up[-1].source is Source.RULES and up[-1].metadata.provider is None


async def test_in_the_shadows_it_is_asked_and_not_heard(tmp_path: Path, model_server: ModelServer) -> None:
    model_server.behave(late(0.3, pick_first()))
    async with stage(tmp_path, LAZY, llm=asking(model_server, mode=AdvisorMode.SHADOW)) as on:
        await ready(on)
        on.load.value = BUSY
        await on.until(lambda view: view.replicas == 3)
        for _ in range(100):
            (done, *_) = await on.daemon.office.decisions()
            if done.metadata.chosen is not None:
                break
            await asyncio.sleep(0.05)
        assert (done.action, done.target_replicas, done.source) == (Action.SCALE_UP, 3, Source.RULES)
        assert (done.metadata.chosen, done.metadata.changed) == (1, False)
        assert [one.id for one in await on.daemon.office.decisions()].count(done.id) == 1
        assert any("would choose 1 instead of 3" in event.text for event in await on.events())


@pytest.mark.parametrize("mode", [AdvisorMode.OFF, None])
async def test_switched_off_nobody_is_asked(
    tmp_path: Path, model_server: ModelServer, mode: AdvisorMode | None
) -> None:
    async with stage(tmp_path, LAZY, llm=asking(model_server, mode=mode) if mode else None) as on:
        on.load.value = BUSY
        done = await settled(on)
        assert (done.target_replicas, done.metadata.provider) == (3, None)
        assert (await on.daemon.office.health()).advisor.state == "off"
    assert model_server.asked == [] and model_server.requests == []


async def test_the_rules_act_by_the_deadline(tmp_path: Path, model_server: ModelServer) -> None:
    model_server.behave(hang())
    slow = replace(LAZY, check_interval=4)
    async with stage(tmp_path, slow, policy(service=API), llm=asking(model_server, timeout=1)) as on:
        await ready(on)
        on.load.value = BUSY
        await until(lambda: bool(model_server.requests))
        asked = asyncio.get_running_loop().time()
        done = await settled(on)
        assert asyncio.get_running_loop().time() - asked < 3
        assert (done.action, done.target_replicas, done.source) == (Action.SCALE_UP, 3, Source.RULES)
        assert done.metadata.failure is not None and "no answer within" in done.metadata.failure
        assert done.metadata.changed is False


async def test_no_tick_waits_for_an_answer(tmp_path: Path, model_server: ModelServer) -> None:
    model_server.behave(hang())
    patient = replace(LAZY, check_interval=60)
    async with stage(tmp_path, patient, llm=asking(model_server, timeout=20)) as on:
        await ready(on)
        await on.daemon.office.check("shop/web")
        on.load.value = BUSY
        await asyncio.sleep(3)
        started = asyncio.get_running_loop().time()
        waiting = (await on.daemon.office.check("shop/web")).service
        assert asyncio.get_running_loop().time() - started < 2  # the model has twenty seconds
        assert "asking the model" in waiting.reason and waiting.replicas == 1
        assert (await on.daemon.office.scale("shop/web", 4, "", "person")).target_replicas == 4


async def test_what_is_quiet_costs_nothing(tmp_path: Path, model_server: ModelServer) -> None:
    async with stage(tmp_path, LAZY, llm=asking(model_server)) as on:
        await ready(on)
        await asyncio.sleep(3)
        assert model_server.requests == []


async def test_asked_always_it_may_grow_by_itself_and_never_shrink(tmp_path: Path, model_server: ModelServer) -> None:
    model_server.behave(pick_last())
    async with stage(tmp_path, LAZY, llm=asking(model_server, ask=Ask.ALWAYS)) as on:
        await ready(on)
        await on.until(lambda view: view.replicas == 2)
        await asyncio.sleep(2)
        assert (await on.view()).replicas == 2  # at three the rules would shrink it at once: not among the candidates
        up = [one for one in await on.daemon.office.decisions() if one.action is Action.SCALE_UP][-1]
        assert (up.source, up.metadata.changed, up.limits[-1].code) == (Source.ADVISOR, True, "advisor")


async def test_a_proposal_is_asked_about_once(tmp_path: Path, model_server: ModelServer) -> None:
    async with stage(tmp_path, replace(LAZY, mode=Mode.REVIEW), llm=asking(model_server)) as on:
        await ready(on)
        on.load.value = BUSY
        proposed = await settled(on)
        assert (proposed.phase, proposed.metadata.chosen) == (Phase.PROPOSED, 3)
        await asyncio.sleep(3)
        assert len(model_server.requests) == 1
        assert len(await on.daemon.office.decisions()) == 1


async def test_a_budget_is_kept_and_survives_a_restart(tmp_path: Path, model_server: ModelServer) -> None:
    stingy = asking(model_server, budget=Budget(calls_per_minute=100, calls_per_day=1))
    async with stage(tmp_path, LAZY, llm=stingy) as on:
        await ready(on)
        on.load.value = BUSY
        assert (await settled(on)).metadata.chosen == 3
    async with stage(tmp_path, LAZY, load=BUSY, llm=stingy) as on:
        await ready(on)
        await on.until(lambda view: view.replicas == 3)
        (second, *_) = await on.decisions(2)
        assert second.metadata.failure == "the budget of 1 call a day is used up"
    assert len(model_server.requests) == 1


async def test_another_model_is_asked_without_a_restart(tmp_path: Path, model_server: ModelServer) -> None:
    async with stage(tmp_path, LAZY, llm=asking(model_server)) as on:
        await ready(on)
        config = on.daemon.fleet.config
        await on.daemon.fleet.reload(replace(config, llm=asking(model_server, model="ai/other", fallback=(MODEL,))))
        await until(lambda: on.daemon.advisor.in_use is not None)
        on.load.value = BUSY
        done = await settled(on)
        assert done.metadata.model == MODEL and done.metadata.chosen == 3  # the other one isn't there
        view = (await on.daemon.office.health()).advisor
        assert [(one.name, one.state) for one in view.models] == [("ai/other", "missing"), (MODEL, "ok")]


async def test_nonsense_is_no_advice_and_again_and_again_is_left_alone(
    tmp_path: Path, model_server: ModelServer
) -> None:
    model_server.behave(says('{"choice": 50}'))
    async with stage(tmp_path, replace(LAZY, scale_up_by=1), load=1000, llm=asking(model_server)) as on:
        await ready(on)
        await on.until(lambda view: view.replicas == 6)
        decisions = await on.daemon.office.decisions()
        assert all(one.source is Source.RULES for one in decisions)
        assert len(model_server.requests) == 3
        health = await on.daemon.office.health()
        assert (health.status, health.advisor.state, health.advisor.models[0].breaker) == (
            "degraded",
            "resting",
            "open",
        )


async def test_a_model_that_comes_later_is_found(tmp_path: Path) -> None:
    server = ModelServer()
    async with stage(tmp_path, LAZY, llm=asking(server, model=None)) as on:
        for _ in range(100):
            health = await on.daemon.office.health()
            if health.advisor.state == "down":
                break
            await asyncio.sleep(0.05)
        assert health.status == "degraded" and "no Docker Model Runner at" in (health.advisor.error or "")
        async with server:
            assert (await ready(on)).model == "ai/llama3.2:latest"


async def test_a_daemon_ends_while_its_model_hangs(tmp_path: Path, model_server: ModelServer) -> None:
    model_server.behave(hang())
    patient = replace(LAZY, check_interval=30)
    async with stage(tmp_path, patient, llm=asking(model_server)) as on:
        await ready(on)
        on.load.value = BUSY
        await asyncio.sleep(2.5)
        await on.daemon.office.check("shop/web")
        await until(lambda: model_server.in_flight == 1)
        started = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - started < 10
    await until(lambda: model_server.in_flight == 0)


async def test_answers_about_what_no_longer_is_are_dropped(tmp_path: Path, model_server: ModelServer) -> None:
    model_server.behave(late(1.2, pick_rules()))
    slow = replace(LAZY, check_interval=3)
    async with stage(tmp_path, slow, llm=asking(model_server)) as on:
        await ready(on)
        on.load.value = BUSY
        await until(lambda: bool(model_server.requests))
        await on.daemon.office.scale("shop/web", 6, "", "person")
        await asyncio.sleep(2)
        assert (await on.view()).replicas == 6
        assert [one.source for one in await on.daemon.office.decisions()] == [Source.PERSON]
