"""What must hold for every policy and every history."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from docktor.core.figures import Replayed
from docktor.core.history import History, history_of
from docktor.core.policy import Policy
from docktor.core.replay import assumptions, replay
from docktor.core.world import ServiceId
from tests.unit.core.recorded import series
from tests.unit.core.worlds import likely_policies, policies

LONG = 40
number = st.none() | st.floats(0, 1e6)


@st.composite
def histories(draw: st.DrawFn, unknown: bool = False) -> History:
    """Forty moments, some of them not recorded, some numbers unknown (all, if asked for)."""
    counts = draw(st.lists(st.integers(0, 9), min_size=LONG, max_size=LONG))
    ready = [draw(st.integers(0, count)) for count in counts]
    one = st.none() if unknown else number | st.floats(0, 120)
    values = {name: draw(st.lists(one, min_size=LONG, max_size=LONG)) for name in ("cpu.avg", "queue.backlog")}
    if draw(st.booleans()):
        values["queue.rate_out"] = draw(st.lists(number, min_size=LONG, max_size=LONG))
    return history_of(series(counts, values, ready, draw(st.lists(st.integers(0, LONG - 1), max_size=20))))


def numbers(found: Replayed) -> list[int]:
    return [count for _, count in found.replicas]


@given(st.one_of(policies(), likely_policies()), histories())
@settings(deadline=None)
def test_never_outside_the_limits(policy: Policy, history: History) -> None:
    found = replay(policy, history)
    assert all(policy.fewest <= count <= policy.max_replicas for count in numbers(found))
    assert all(one.before != one.after and one.reason for one in found.changes)


@given(st.one_of(policies(), likely_policies()), histories(unknown=True))
@settings(deadline=None)
def test_what_is_unknown_never_shrinks(policy: Policy, history: History) -> None:
    """But for more replicas than the rules allow at all."""
    found = replay(policy, history)
    if policy.metrics and all(name in ("cpu.avg", "queue.backlog") for name in policy.metrics):
        assert all(one.after > one.before or one.before > policy.max_replicas for one in found.changes)
        assert found.minutes_above == 0


@given(likely_policies(), histories())
@settings(deadline=None)
def test_nothing_is_decided_in_a_gap(policy: Policy, history: History) -> None:
    times = {moment.at for moment in history.moments}
    assert {one.at for one in replay(policy, history).changes} <= times
    after = [moment.at for moment in history.moments if moment.fresh]
    patient = replace(policy, metrics_window=30.0)
    shrunk = [one for one in replay(patient, history).changes if one.at in after and one.after < one.before]
    assert all(one.before > policy.max_replicas for one in shrunk)


@given(likely_policies(), histories())
@settings(deadline=None)
def test_same_input_same_answer(policy: Policy, history: History) -> None:
    assert replay(policy, history) == replay(policy, history)
    other = replace(policy, service=ServiceId("another", "name"))
    assert replay(policy, history) == replay(other, history)
    assert assumptions(history, policy) == assumptions(history, policy)


@given(likely_policies(), histories())
@settings(deadline=None)
def test_the_figures_add_up(policy: Policy, history: History) -> None:
    found = replay(policy, history)
    long = history.seconds
    assert found.changes_count == len(found.changes) <= len(history.moments)
    assert 0 <= found.flaps <= max(found.changes_count - 1, 0)
    assert 0 <= found.blind_minutes <= long / 60 + 0.001
    assert 0 <= found.minutes_above <= long / 60 + 0.001
    assert min(numbers(found), default=0) * long / 3600 - 0.001 <= found.replica_hours
    assert found.replica_hours <= max(numbers(found), default=0) * long / 3600 + 0.001
