"""A recorded run of a real keeper, replayed under the rules it ran under, comes to the very decisions on record.

Here replicas are alike (`noise=0`), and created and stopped at once. Where that takes time, what is recorded is the
look after a scale, not the one before: a replayed change is later by as long, and may be of another size if a replica
became ready in between. A change made before anything was recorded is not replayed: it begins with what was there.
"""

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

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


@st.composite
def rules(draw: st.DrawFn) -> Policy:
    up, down = draw(st.integers(55, 90)), draw(st.integers(5, 40))
    policy = Policy(
        WEB,
        min_replicas=draw(st.integers(1, 2)),
        max_replicas=draw(st.integers(4, 9)),
        scale_up_by=draw(st.integers(1, 3)),
        scale_down_by=draw(st.integers(1, 2)),
        cooldown=Pair(draw(st.sampled_from([0, 30])), draw(st.sampled_from([0, 60]))),
        stabilization=Pair(draw(st.sampled_from([0, 20])), draw(st.sampled_from([0, 120]))),
        max_step_up=draw(st.none() | st.integers(1, 2)),
        up_when=(Condition("cpu.avg", Op.GT, up),),
        down_when=(Condition("cpu.avg", Op.LT, down),),
    )
    if draw(st.booleans()):
        return policy
    return replace(policy, up_when=(), down_when=(), target=Target("cpu.avg", draw(st.integers(45, 80))))


loads = st.lists(st.floats(0, 900), min_size=2, max_size=12)


async def run(policy: Policy, levels: list[float], start_up: float, folder: Path) -> tuple[list[Decision], Replayed]:
    def load(at: float) -> float:
        return CALM if at < CALM_S else levels[int(at // (CHECKS * 10 / len(levels))) % len(levels)]

    model = ServiceModel(capacity=100, startup=start_up)
    world = World((SimulatedService(WEB, load, model, replicas=2),), noise=0, create_seconds=0, stop_seconds=0)
    async with driven(folder, policy, world) as it:
        for _ in range(CHECKS):
            await it.check()
        return await it.done(), replay(policy, it.history())


@given(rules(), loads, st.sampled_from([2.0, 15.0, 30.0, 47.0]))
# The same examples each time: of growths that overlap, the record tells only about how long each took to be ready.
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
def test_the_same_rules_come_to_the_same_decisions(policy: Policy, levels: list[float], start_up: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        done, found = asyncio.run(run(policy, levels, start_up, Path(folder)))
    recorded = [(one.timestamp, one.current_replicas, one.target_replicas, one.reason) for one in done]
    assert [(one.at, one.before, one.after, one.reason) for one in found.changes] == recorded
