"""A recorded run of a real keeper, replayed under the rules it ran under, comes to the very decisions on record.

Here replicas are alike (`noise=0`), and created and stopped at once. Where that takes time, what is recorded is the
look after a scale, not the one before: a replayed change is later by as long, and may be of another size if a replica
became ready in between. One that became ready between two checks shares part of what is measured, and if another goes
at the second, that part is not on record: hence draws that are the same on every machine. A change made before anything
was recorded is not replayed: it begins with what was there.
"""

import asyncio
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from docktor.core.decision import Decision
from docktor.core.figures import Replayed
from docktor.core.loadmodel import ServiceModel
from docktor.core.policy import Condition, Op, Pair, Policy, Target
from docktor.core.replay import replay
from docktor.engine.simulated.world import SimulatedService, World
from tests.runtime.driven import driven
from tests.runtime.stage import WEB

CHECKS = 100
CALM, CALM_S = 96.0, 15.0
START_UPS = (2.0, 15.0, 30.0, 47.0)


def rules(some: Random) -> Policy:
    up, down = some.randint(55, 90), some.randint(5, 40)
    policy = Policy(
        WEB,
        min_replicas=some.randint(1, 2),
        max_replicas=some.randint(4, 9),
        scale_up_by=some.randint(1, 3),
        scale_down_by=some.randint(1, 2),
        cooldown=Pair(some.choice([0, 30]), some.choice([0, 60])),
        stabilization=Pair(some.choice([0, 20]), some.choice([0, 120])),
        max_step_up=some.choice([None, 1, 2]),
        up_when=(Condition("cpu.avg", Op.GT, up),),
        down_when=(Condition("cpu.avg", Op.LT, down),),
    )
    if some.random() < 0.5:
        return policy
    return replace(policy, up_when=(), down_when=(), target=Target("cpu.avg", some.randint(45, 80)))


def loads(some: Random) -> list[float]:
    return [some.choice([0, some.uniform(0, 900), 900]) for _ in range(some.randint(2, 12))]


async def run(policy: Policy, levels: list[float], start_up: float, folder: Path) -> tuple[list[Decision], Replayed]:
    def load(at: float) -> float:
        return CALM if at < CALM_S else levels[int(at // (CHECKS * 10 / len(levels))) % len(levels)]

    model = ServiceModel(capacity=100, startup=start_up)
    world = World((SimulatedService(WEB, load, model, replicas=2),), noise=0, create_seconds=0, stop_seconds=0)
    async with driven(folder, policy, world) as it:
        for _ in range(CHECKS):
            await it.check()
        return await it.done(), replay(policy, it.history())


@pytest.mark.parametrize("seed", range(12))
def test_the_same_rules_come_to_the_same_decisions(seed: int, tmp_path: Path) -> None:
    some = Random(seed)
    done, found = asyncio.run(run(rules(some), loads(some), some.choice(START_UPS), tmp_path))
    recorded = [(one.timestamp, one.current_replicas, one.target_replicas, one.reason) for one in done]
    assert [(one.at, one.before, one.after, one.reason) for one in found.changes] == recorded
