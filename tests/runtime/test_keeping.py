"""A daemon at work: grows, shrinks, holds, and writes down why."""

import asyncio
from pathlib import Path

import pytest

from docktor.core.decision import Action, Phase
from docktor.core.policy import Mode, Modes, Pair, Target
from docktor.core.world import RunState
from docktor.errors import ScaleRefusedError, ServiceNotFoundError
from tests.runtime.stage import API, WEB, policy, stage


async def test_grows_under_load_and_shrinks_after_it(tmp_path: Path) -> None:
    async with stage(tmp_path, load=95) as on:
        grown = await on.until(lambda view: view.replicas == 3)
        on.load.value = 5
        await on.until(lambda view: view.replicas == 1)
        decisions = await on.daemon.office.decisions(service="web")
    done = [d for d in reversed(decisions) if d.phase is Phase.DONE]
    assert [(d.action, d.current_replicas, d.target_replicas) for d in done] == [
        (Action.SCALE_UP, 1, 3),
        (Action.SCALE_DOWN, 3, 2),
        (Action.SCALE_DOWN, 2, 1),
    ]
    assert done[0].reason.startswith("cpu.avg 9")
    assert done[0].took_ms is not None
    assert grown.mode == "auto"


async def test_review_mode_proposes_once_and_waits(tmp_path: Path) -> None:
    async with stage(tmp_path, policy(mode=Mode.REVIEW), load=95) as on:
        view = await on.until(lambda view: view.state == "waiting-for-approval")
        await asyncio.sleep(2.5)
        decisions = await on.daemon.office.decisions()
        assert (await on.view()).replicas == 1
    assert view.desired == 3
    assert [(d.phase, d.approval.state if d.approval else None) for d in decisions] == [(Phase.PROPOSED, "waiting")]


async def test_observe_records_but_does_not_act(tmp_path: Path) -> None:
    async with stage(tmp_path, policy(mode=Mode.OBSERVE), load=95) as on:
        await on.until(lambda view: view.desired == 3)
        await asyncio.sleep(1.5)
        decisions = await on.daemon.office.decisions()
        view = await on.view()
        assert (view.replicas, view.state) == (1, "limited")
        assert view.reason.endswith("not done, as mode observe only watches")
    assert [(d.phase, d.reason.endswith("only watches")) for d in decisions] == [(Phase.BLOCKED, True)]


async def test_somebody_elses_change_is_recorded_and_respected(tmp_path: Path) -> None:
    async with stage(tmp_path, policy(cooldown=Pair(0, 4)), load=50) as on:
        await on.until(lambda view: view.state == "steady" and view.replicas == 1)
        on.engine.compose_scale(WEB, 5)
        view = await on.until(lambda view: view.replicas == 5)
        assert view.state == "held"
        first = (await on.decisions())[0]
        await on.until(lambda view: view.replicas == 4)
    assert (first.source, first.reason) == ("person", "changed from 1 to 5 outside Docktor; left alone for 4 s")


async def test_a_project_taken_down_is_never_resurrected(tmp_path: Path) -> None:
    async with stage(tmp_path, policy(min_replicas=2), load=190, replicas=2) as on:
        await on.until(lambda view: view.replicas > 2)
        on.engine.compose_down("shop")
        view = await on.until(lambda view: view.state == "paused")
        await asyncio.sleep(2.5)
        assert (await on.view()).replicas == 0
        on.engine.compose_up("shop")
        await on.until(lambda view: view.replicas >= 2)
    assert "taken down" in view.reason


async def test_a_person_scales_holds_and_resumes(tmp_path: Path) -> None:
    async with stage(tmp_path, load=95) as on:
        office = on.daemon.office
        held = await office.hold("web", 5, "testing", "person")
        assert held.service.state == "held"
        assert held.hold is not None
        decision = await office.scale("shop/web", 2, "I know better", "person")
        assert (decision.phase, decision.target_replicas) == (Phase.DONE, 2)
        assert decision.reason == "person asked for 2: I know better"
        with pytest.raises(ScaleRefusedError, match="7 is above max_replicas 6"):
            await office.scale("web", 7, "", "person")
        with pytest.raises(ServiceNotFoundError, match="known: shop/web"):
            await office.scale("wep", 2, "", "person")
        resumed = await office.resume("web", "person")
        assert resumed.hold is None
        on.load.value = 190
        await on.until(lambda view: view.replicas > 2)


async def test_holds_modes_and_cooldowns_survive_a_restart(tmp_path: Path) -> None:
    slow = policy(cooldown=Pair(0, 60), stabilization=Pair(0, 0))
    async with stage(tmp_path, slow, load=95) as on:
        await on.until(lambda view: view.replicas == 3)
    async with stage(tmp_path, slow, load=5, replicas=3) as on:
        cooling = await on.until(lambda view: view.state == "cooling" and "scaled recently" in view.reason)
        assert cooling.replicas == 3
        await on.daemon.office.hold("web", 5, "night", "person")
        await on.daemon.office.set_mode("web", Modes.both(Mode.OBSERVE), "person")
    async with stage(tmp_path, slow, load=5, replicas=3) as on:
        view = await on.until(lambda view: view.state == "held")
        assert (view.mode, view.replicas) == ("observe", 3)


async def test_learned_patience_survives_a_restart(tmp_path: Path) -> None:
    """From 120 s: a tenth less for having shrunk, twice as much for having grown again at once."""
    learning = policy(mode=Mode.OBSERVE, target=Target("cpu.avg", 60), learns_patience=True)
    async with stage(tmp_path, learning, replicas=2) as on:
        for replicas in (1, 2):
            await on.daemon.office.scale("shop/web", replicas, "", "person")
    async with stage(tmp_path, learning, replicas=2) as on:
        await on.until(lambda view: "replicas.ready" in view.metrics)
        told = (await on.daemon.office.service("shop/web")).forecast
    assert told is not None
    assert told.patience_s == 216


async def test_a_paused_replica_is_left_alone(tmp_path: Path) -> None:
    async with stage(tmp_path, load=190, replicas=2) as on:
        name = (await on.engine.state(WEB)).replicas[0].name
        on.engine.pause(name)
        await on.until(lambda view: view.state == "paused")
        on.engine.unpause(name)
        await on.until(lambda view: view.replicas > 2)


async def test_an_event_wakes_the_loop(tmp_path: Path) -> None:
    async with stage(tmp_path, policy(check_interval=3600), load=50, replicas=2) as on:
        await on.until(lambda view: view.replicas == 2)
        name = (await on.engine.state(WEB)).replicas[0].name
        on.engine.kill(name)
        await on.until(lambda view: view.ready < 2)


async def test_engine_away_is_said_and_nothing_shrinks_on_its_return(tmp_path: Path) -> None:
    async with stage(tmp_path, load=100, replicas=2) as on:
        await on.until(lambda view: view.state == "steady")
        on.engine.engine_down()
        away = await on.until(lambda view: view.state == "blind")
        assert away.reason.startswith("engine away")
        on.load.value = 1
        await asyncio.sleep(6)
        assert (await on.daemon.office.health()).status == "degraded"
        on.engine.engine_up()
        back = await on.until(lambda view: view.state != "blind")
        assert back.replicas == 2
        await on.until(lambda view: view.replicas == 1)
        assert (await on.daemon.office.health()).engine.state == "ok"
        assert [e.text.split(":")[0] for e in await on.events() if e.kind == "engine"][-1].startswith(
            "simulated engine"
        )


async def test_a_broken_service_never_delays_another(tmp_path: Path) -> None:
    """`api` does not exist on the engine; `web` goes on."""
    lonely = policy(service=API)
    async with stage(tmp_path, policy(), lonely, load=95) as on:
        on.engine.compose_scale(API, 0)
        await on.until(lambda view: view.replicas == 3)
        gone = await on.until(lambda view: view.state == "paused", API)
        assert gone.replicas == 0


async def test_two_scales_of_one_service_come_one_after_the_other(tmp_path: Path) -> None:
    async with stage(tmp_path, load=50) as on:
        office = on.daemon.office
        await asyncio.gather(*(office.scale("web", n, "", "person") for n in (4, 2, 5)))
        replicas = (await on.engine.state(WEB)).replicas
        decisions = await office.decisions(service="web")
    assert len(replicas) == 5
    assert all(one.state is RunState.RUNNING for one in replicas)
    assert [d.current_replicas for d in reversed(decisions) if d.source == "person"] == [1, 4, 2]


async def test_metric_history_is_kept(tmp_path: Path) -> None:
    async with stage(tmp_path, load=50) as on:
        await on.until(lambda view: view.state == "steady")
        for _ in range(100):
            series = {one.metric: one.points for one in await on.daemon.office.metrics("web", 5)}
            if any(value is not None for _, value in series.get("cpu.avg", ())):
                break
            await asyncio.sleep(0.2)
    assert {"cpu.avg", "replicas", "desired"} <= set(series)
    assert any(value is not None and 40 < value < 60 for _, value in series["cpu.avg"])
