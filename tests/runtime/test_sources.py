"""A queue worker kept by what waits in a real JetStream: it grows, shrinks, goes to zero and comes back."""

from dataclasses import replace
from pathlib import Path

from docktor.config.model import Entry
from docktor.core.decision import Phase
from docktor.core.policy import Condition, Op, Pair, Policy
from docktor.core.world import RunState, ServiceId
from docktor.memory.home import Home
from docktor.memory.store import Store
from docktor.runtime.clock import Clock
from tests.brokers.fixtures import MakePrivate
from tests.brokers.nats import Nats
from tests.runtime.stage import POLICY, Load, Stage, daemon_on, made, simulated, stage
from tests.runtime.streams import Stream, stream
from tests.unit.memory.making import make

WORKER = ServiceId("shop", "worker")


def worker(**changes: object) -> Policy:
    base = replace(
        POLICY,
        service=WORKER,
        min_replicas=1,
        max_replicas=5,
        cooldown=Pair(0, 0),
        stabilization=Pair(0, 0),
        up_when=(Condition("queue.backlog", Op.GT, 10),),
        down_when=(Condition("queue.lag", Op.LE, 2),),
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # field by field, typed at the call


def kept(one: Stream, **changes: object) -> Entry:
    return Entry(worker(**changes), (), (one.entry,))


async def test_grows_with_the_backlog_and_shrinks_after_it(tmp_path: Path, nats: Nats) -> None:
    async with stream(nats) as one, stage(tmp_path, kept(one)) as on:
        await on.until(lambda view: view.metrics.get("queue.backlog") == 0, WORKER)
        await one.put(30)
        grown = await on.until(lambda view: view.replicas == 5, WORKER)
        assert grown.metrics["queue.backlog"] == 30
        await one.hand_out(30)
        seen = await on.until(lambda view: view.metrics.get("queue.backlog") == 0, WORKER)
        assert (seen.metrics["queue.in_flight"], seen.metrics["queue.lag"]) == (30, 30)
        assert seen.replicas == 5
        await one.finish()
        await on.until(lambda view: view.replicas == 1, WORKER)
        decisions = await on.decisions(4)
        assert any("queue.backlog 30 > 10" in decision.reason for decision in decisions)


async def test_zero_and_back(tmp_path: Path, nats: Nats) -> None:
    async with stream(nats) as one, stage(tmp_path, kept(one, min_replicas=0, cooldown_zero=2, activation=3)) as on:
        asleep = await on.until(lambda view: view.replicas == 0 and view.state == "steady", WORKER)
        assert "at zero, no work" in asleep.reason
        await one.put(3)  # not strictly more than the activation
        seen = await on.until(lambda view: view.metrics.get("queue.backlog") == 3, WORKER)
        assert seen.replicas == 0
        await one.put(1)
        await on.until(lambda view: view.replicas >= 1, WORKER)
        reasons = [decision.reason for decision in await on.decisions(2)]
        assert any("work came: queue.lag 4 > activation 3" in reason for reason in reasons)
        await one.hand_out(4)
        busy = await on.until(lambda view: view.metrics.get("queue.in_flight") == 4, WORKER)
        assert busy.replicas >= 1
        await one.finish()
        await on.until(lambda view: view.replicas == 0, WORKER)


async def test_a_source_that_dies_holds_and_then_raises(tmp_path: Path, private: MakePrivate) -> None:
    server = private(Nats)
    async with stream(server) as one, stage(tmp_path, kept(one, fallback_replicas=3), replicas=2) as on:
        await one.put(5)
        await on.until(lambda view: view.metrics.get("queue.backlog") == 5, WORKER)
        server.kill()
        blind = await on.until(lambda view: view.metrics.get("queue.backlog") is None, WORKER)
        assert blind.replicas == 2
        detail = await on.daemon.office.service(str(WORKER))
        assert "nats" in detail.missing["queue.backlog"] and "down" in detail.missing["queue.backlog"]
        raised = await on.until(lambda view: view.replicas == 3, WORKER)
        assert raised.max == 5
        health = await on.daemon.office.health()
        assert health.status == "degraded"
        assert [(source.kind, source.state) for source in health.sources] == [("nats", "down")]
        server.start()
        await on.until(lambda view: view.metrics.get("queue.backlog") == 5, WORKER)
        assert (await on.view(WORKER)).replicas == 3
        told = [event.text for event in await on.events() if event.kind == "source"]
        assert len(told) == 2
        assert "answers again" in told[1]


async def test_zero_survives_a_restart(tmp_path: Path, nats: Nats) -> None:
    async with stream(nats) as one:
        entry = kept(one, min_replicas=0, cooldown_zero=1)
        engine = simulated(Load(), WORKER)
        async with daemon_on(engine, tmp_path, entry, keep_engine=True) as first:
            await Stage(first, engine, Load()).until(lambda view: view.replicas == 0, WORKER)
        async with daemon_on(engine, tmp_path, entry) as second:
            await one.put(1)
            await Stage(second, engine, Load()).until(lambda view: view.replicas == 1, WORKER)


async def test_a_daemon_killed_on_the_way_to_zero_knows_its_last_replica_again(tmp_path: Path, nats: Nats) -> None:
    """It had stopped the replica, and not come to remembering it: its intent and the time of the stop tell."""
    async with stream(nats) as one:
        engine = simulated(Load(), WORKER)
        store = await Store.open(made(Home(tmp_path)), Clock().now())
        intent = make(store.next_id(), timestamp=Clock().now(), service="worker", target_replicas=0)
        await store.record(replace(intent, phase=Phase.INTENDED))
        await store.close()
        await engine.scale(WORKER, 0, "killed")
        async with daemon_on(engine, tmp_path, kept(one, min_replicas=0)) as after:
            on = Stage(after, engine, Load())
            await on.until(lambda view: "at zero" in view.reason, WORKER)
            await one.put(1)
            await on.until(lambda view: view.replicas == 1, WORKER)


async def test_one_that_a_person_stopped_stays_stopped(tmp_path: Path, nats: Nats) -> None:
    async with stream(nats) as one:
        engine = simulated(Load(), WORKER)
        await engine.scale(WORKER, 0, "a person")
        async with daemon_on(engine, tmp_path, kept(one, min_replicas=0)) as after:
            await one.put(50)
            on = Stage(after, engine, Load())
            await on.until(lambda view: view.metrics.get("queue.backlog") == 50, WORKER)
            for _ in range(5):
                await after.office.check(str(WORKER))
            (replica,) = (await engine.state(WORKER)).replicas
            assert replica.state is RunState.EXITED
            view = await on.view(WORKER)
            assert (view.state, view.replicas) == ("paused", 1)
            assert "`docker compose up -d worker` starts it" in view.reason
