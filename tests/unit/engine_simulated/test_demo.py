"""The demo shows what it is for: within one cycle each service grows and shrinks by its own rules."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

import pytest

from docktor.core.decide import after_scaling, decide
from docktor.core.decision import Action, Past
from docktor.core.observe import Reading, observe
from docktor.core.policy import Policy
from docktor.core.world import RunState, Snapshot
from docktor.engine.simulated.demo import CYCLE, PROJECT, demo_policies, demo_world
from docktor.engine.simulated.engine import SimulatedEngine
from tests.unit.engine_simulated.clock import START, HandClock

SAMPLE_EVERY = 2.5
WATCHED = 2 * CYCLE


class Keeper:
    """Samples, decides and scales one service as its policy says."""

    def __init__(self, engine: SimulatedEngine, policy: Policy) -> None:
        self.engine = engine
        self.policy = policy
        self.past = Past(START)
        self.readings: dict[str, list[Reading]] = defaultdict(list)
        self.changes: list[tuple[float, Action, int]] = []

    async def sample(self, now: datetime) -> None:
        for sample in await self.engine.sample([self.policy.service]):
            self.readings[sample.replica_id].append(Reading(now, sample))

    async def tick(self, now: datetime) -> None:
        state = await self.engine.state(self.policy.service)
        seen = observe(state, self.readings, self.policy.metrics_window, now, restarts=0, ooms=0)
        tick = decide(self.policy, Snapshot(state, now, seen.observations, seen.missing), self.past, now)
        self.past = tick.past
        if tick.verdict.action is not Action.HOLD:
            outcome = await self.engine.scale(self.policy.service, tick.verdict.target, "op")
            self.past = after_scaling(tick.past, tick.verdict.action, outcome.replicas, now)
            self.changes.append(((now - START).total_seconds(), tick.verdict.action, outcome.replicas))


async def watch() -> dict[str, Keeper]:
    clock = HandClock()
    engine = SimulatedEngine(clock, replace(demo_world(), create_seconds=0, stop_seconds=0))
    keepers = {policy.service.name: Keeper(engine, policy) for policy in demo_policies()}
    steps = int(WATCHED / SAMPLE_EVERY)
    for step in range(1, steps + 1):
        clock.move(SAMPLE_EVERY)
        for keeper in keepers.values():
            await keeper.sample(clock.time)
            if step % 2 == 0:
                await keeper.tick(clock.time)
    return keepers


@pytest.mark.parametrize("name", ["web", "worker"])
async def test_someone_who_watches_one_cycle_sees_up_and_down(name: str) -> None:
    changes = (await watch())[name].changes
    for start in (0.0, CYCLE):
        cycle = [change for change in changes if start <= change[0] < start + CYCLE]
        ups = [at for at, action, _ in cycle if action is Action.SCALE_UP]
        downs = [at for at, action, _ in cycle if action is Action.SCALE_DOWN]
        assert len(ups) >= 2
        assert len(downs) >= 2
        assert ups[0] - start < 60
        assert max(replicas for _, _, replicas in cycle) >= 5
        assert cycle[-1][2] == 1


async def test_the_demo_is_the_same_every_time() -> None:
    first, second = await watch(), await watch()
    assert {name: keeper.changes for name, keeper in first.items()} == {
        name: keeper.changes for name, keeper in second.items()
    }


async def test_the_demo_has_a_service_that_shows_the_refusal() -> None:
    engine = SimulatedEngine(HandClock())
    (project,) = await engine.projects()
    assert (project.name, project.kind) == (PROJECT, "simulated")
    reasons = {state.service.name: state.unscalable for state in project.services}
    assert list(reasons) == ["db", "web", "worker"]
    assert reasons["web"] is reasons["worker"] is None
    assert "5432" in (reasons["db"] or "")
    assert [one.name for one in project.services[0].replicas] == ["demo-db"]
    assert {one.state for state in project.services for one in state.replicas} == {RunState.RUNNING}


def test_every_policy_is_for_a_service_of_the_demo() -> None:
    scalable = {spec.service for spec in demo_world().services if not spec.obstacles}
    assert {policy.service for policy in demo_policies()} == scalable
