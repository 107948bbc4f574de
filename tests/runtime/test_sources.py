"""A queue worker kept by what waits in a real JetStream: it grows, shrinks, goes to zero and comes back."""

from dataclasses import replace
from pathlib import Path

from docktor.config.model import Entry
from docktor.core.model import Condition, Op, Pair, Policy, ServiceId
from tests.brokers.fixtures import MakePrivate
from tests.brokers.nats import Nats
from tests.runtime.stage import POLICY, stage
from tests.runtime.streams import Stream, stream

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
