"""Any policy, any world and any past, for what must hold for all of them."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from docktor.core.decision import Hold, Past, Recommendation
from docktor.core.policy import Condition, Op, Pair, Policy, Target
from docktor.core.world import Health, Observation, Replica, RunState, ServiceState, Snapshot
from tests.unit.core.build import NOW, WEB, at

QUEUE = ["queue.backlog", "queue.lag", "queue.rate_in"]
METRICS = ["cpu.avg", "memory.avg", *QUEUE, "health.restarts"]
anything = st.floats(allow_nan=False, allow_infinity=False)
small = st.integers(0, 12)


@st.composite
def conditions(draw: st.DrawFn, metrics: list[str]) -> Condition:
    return Condition(draw(st.sampled_from(metrics)), draw(st.sampled_from(list(Op))), draw(anything))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    least = draw(st.integers(0, 6))
    span = st.floats(0, 400)
    metrics = draw(st.sampled_from([METRICS, QUEUE]))
    target = st.builds(Target, st.sampled_from(metrics), st.floats(0.001, 1e6), st.floats(0, 0.5))
    return Policy(
        service=WEB,
        min_replicas=least,
        max_replicas=max(least, 1) + draw(small),
        scale_up_by=draw(st.integers(1, 5)),
        scale_down_by=draw(st.integers(1, 5)),
        cooldown=Pair(draw(span), draw(span)),
        stabilization=Pair(draw(span), draw(span)),
        up_when=tuple(draw(st.lists(conditions(metrics), max_size=3))),
        down_when=tuple(draw(st.lists(conditions(metrics), max_size=3))),
        target=draw(st.none() | target),
        max_step_up=draw(st.none() | st.integers(1, 4)),
        max_step_down=draw(st.none() | st.integers(1, 4)),
        activation=draw(st.floats(0, 1e6)),
        cooldown_zero=draw(span),
        fallback_replicas=draw(st.none() | st.integers(1, 30)),
    )


@st.composite
def replicas(draw: st.DrawFn) -> Replica:
    number = draw(st.integers(1, 100))
    state = draw(st.sampled_from([RunState.RUNNING] * 6 + [s for s in RunState if s is not RunState.PAUSED]))
    return Replica(f"id{number}", f"n{number}", number, state, draw(st.sampled_from(Health)), at(-1000))


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    low, value, high = sorted(draw(st.tuples(anything, anything, anything)))
    return Observation(value, low, high) if draw(st.booleans()) else Observation.exact(value)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    state = ServiceState(WEB, tuple(draw(st.lists(replicas(), min_size=0, max_size=12))))
    if not state.replicas and draw(st.booleans()):
        state = replace(state, parked=Replica("id1", "n1", 1, RunState.EXITED))
    found = draw(st.dictionaries(st.sampled_from(METRICS), observations()))
    if draw(st.booleans()):
        found["queue.most_replicas"] = Observation.exact(draw(st.integers(0, 20)))
    lost = {name: at(-draw(st.floats(0, 500))) for name in METRICS if name not in found}
    return Snapshot(state, NOW, found, dict.fromkeys(lost, "lost"), lost)


@st.composite
def pasts(draw: st.DrawFn) -> Past:
    ago = st.floats(-500, 1000).map(lambda s: NOW - timedelta(seconds=s))
    wishes = st.builds(Recommendation, ago, small)
    return Past(
        watching_since=draw(ago),
        expected=draw(st.none() | small),
        last_up=draw(st.none() | ago),
        last_down=draw(st.none() | ago),
        outside_until=draw(st.none() | ago),
        hold=draw(st.none() | st.builds(Hold, ago, st.just("because"))),
        retry_at=draw(st.none() | ago),
        recommendations=tuple(draw(st.lists(wishes, max_size=5))),
        idle_since=draw(st.none() | ago),
    )


@st.composite
def likely_policies(draw: st.DrawFn) -> Policy:
    """As people write them, so that rules often fire and rails are often far."""
    metric = draw(st.sampled_from(["cpu.avg", "queue.backlog"]))
    target = draw(st.none() | st.builds(Target, st.just(metric), st.floats(20, 80)))
    rules = target is None or draw(st.booleans())
    return replace(
        draw(policies()),
        min_replicas=draw(st.integers(0, 2)),
        max_replicas=draw(st.integers(6, 14)),
        cooldown=Pair(draw(st.sampled_from([0, 60])), draw(st.sampled_from([0, 60]))),
        stabilization=Pair(draw(st.sampled_from([0, 60])), draw(st.sampled_from([0, 300]))),
        up_when=(Condition(metric, Op.GT, draw(st.floats(60, 90))),) if rules else (),
        down_when=(Condition(metric, Op.LT, draw(st.floats(10, 40))),) if rules else (),
        target=target,
        activation=0.0,
        cooldown_zero=30.0,
    )


@st.composite
def likely_snapshots(draw: st.DrawFn) -> Snapshot:
    count = draw(st.integers(1, 8))
    state = ServiceState(WEB, tuple(Replica(f"i{n}", f"n{n}", n, RunState.RUNNING) for n in range(count)))
    load = st.floats(0, 150).map(Observation.exact) | st.just(Observation.exact(0.0))
    names = ["cpu.avg", "queue.backlog", *draw(st.sampled_from([[], ["queue.lag"]]))]
    return Snapshot(state, NOW, {name: draw(load) for name in names})


@st.composite
def calm_pasts(draw: st.DrawFn) -> Past:
    """Watched for long, with nothing that keeps the guard from a change but perhaps a cooldown or a window."""
    ago = st.floats(0, 400).map(lambda s: NOW - timedelta(seconds=s))
    return Past(
        watching_since=at(-10_000),
        last_up=draw(st.none() | ago),
        last_down=draw(st.none() | ago),
        recommendations=tuple(draw(st.lists(st.builds(Recommendation, ago, small), max_size=3))),
        idle_since=draw(st.none() | ago),
    )
