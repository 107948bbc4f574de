"""Replay of histories whose answer is worked out by hand."""

from dataclasses import replace

import pytest

from docktor.core.figures import Replayed
from docktor.core.history import history_of
from docktor.core.policy import Condition, Mode, Op, Pair, Target
from docktor.core.replay import assumptions, common_yardstick, replay
from tests.unit.core.build import POLICY, at
from tests.unit.core.recorded import cpu, series

CALM = replace(POLICY, cooldown=Pair(0, 0))
BACKLOG = replace(
    CALM,
    up_when=(Condition("queue.backlog", Op.GT, 50),),
    down_when=(Condition("queue.backlog", Op.LE, 0),),
    max_replicas=4,
)


def changes(found: Replayed) -> list[tuple[int, int, int]]:
    """(second, from, to) each."""
    return [(round((one.at - at(0)).total_seconds()), one.before, one.after) for one in found.changes]


def test_it_grows_when_the_rule_holds_and_the_load_is_then_shared_by_more() -> None:
    """100 % of 1: 2 more asked for at 0 s; ready at 30 s (the default), and each has 33.3 % from then on."""
    found = replay(CALM, cpu(1, [100] * 6))
    assert changes(found) == [(0, 1, 3)]
    assert [value for _, value in found.points] == pytest.approx([100, 100, 100, 100 / 3, 100 / 3, 100 / 3])
    assert found.replicas == ((at(0), 3), (at(60), 3))
    assert (found.metric, found.threshold) == ("cpu.avg", 75)
    assert found.minutes_above == 0.5  # the moments at 0, 10 and 20 s
    assert found.replica_hours == pytest.approx(3 * 60 / 3600, abs=0.001)
    assert "cpu.avg 100 > 75" in found.changes[0].reason


def test_replicas_that_start_are_no_reason_to_grow_again() -> None:
    """With 2 of 3 pending, cpu.avg may be anywhere from 26.7 to 93.3 %: no more is asked for until all are known."""
    found = replay(CALM, cpu(1, [80, 80, 80, 80]))
    assert changes(found) == [(0, 1, 3)]


def test_start_up_is_what_the_record_shows() -> None:
    """From 1 to 2 at 10 s, both ready between 50 and 60 s: 45 s."""
    history = cpu([1, 2, 2, 2, 2, 2, 2], [90] * 7, ready=[1, 1, 1, 1, 1, 1, 2])
    assert history.start_ups == (45,)
    found = replay(CALM, history)
    values = [value for _, value in found.points]
    assert values == pytest.approx([90, 90, 90, 90, 90, 30, 60])  # at 60 s it was 90 % of 2, shared by 3


def test_a_start_within_one_check_takes_no_time_rather_than_less() -> None:
    history = cpu([1, 2, 2, 2], [90] * 4, ready=[1, 2, 2, 2])
    assert history.start_ups == (0,)


def test_cpu_ends_at_a_hundred_percent() -> None:
    """60 % of 4 is 240 % of 1: it can't have more than 100, and the record doesn't say how much is left undone."""
    one = replace(CALM, max_replicas=1)
    assert [value for _, value in replay(one, cpu(4, [60] * 3)).points] == [60, 100, 100]


def test_more_than_a_core_where_nothing_limits_it() -> None:
    one = replace(CALM, max_replicas=1)
    assert [value for _, value in replay(one, cpu(4, [60, 60, 150])).points] == [60, 150, 150]


def test_a_cooldown_and_the_fewest_hold_in_replay() -> None:
    """5 % of 3: at 10 s (a window is full) one less, then 60 s of cooldown, then one less, and never below 1."""
    found = replay(replace(POLICY, min_replicas=2), cpu(4, [5] * 20))
    assert changes(found) == [(10, 4, 3), (70, 3, 2)]
    assert found.flaps == 0


def test_stabilization_holds_in_replay() -> None:
    """Until it was watched for a whole window of 60 s, what was there counts as wanted."""
    found = replay(replace(CALM, stabilization=Pair(0, 60)), cpu(2, [5] * 10))
    assert changes(found) == [(60, 2, 1)]


def test_a_change_back_within_five_minutes_is_a_flap() -> None:
    """90 % of 1 makes 2. 15 % of 1 is 7.5 % of 2 at 40 s: one less. 90 % again 210 s later: 2."""
    load = [90.0] * 4 + [15.0] + [60.0] * 20 + [90.0] * 10
    found = replay(replace(CALM, scale_up_by=1, max_replicas=3), cpu(1, load))
    assert changes(found) == [(0, 1, 2), (40, 2, 1), (250, 1, 2)]
    assert (found.changes_count, found.flaps) == (3, 2)


def test_reaching_the_greatest_number_is_counted_once_each_time() -> None:
    """3 at most, and two times too much to do, with a calm moment in between."""
    load = [30.0, 100.0, 100.0, 100.0, 60.0, 100.0, 100.0]
    found = replay(replace(CALM, min_replicas=3, max_replicas=3), cpu(3, load))
    assert (found.limited, found.changes_count) == (2, 0)


def test_a_gap_is_neither_zero_nor_decided_upon() -> None:
    """20 moments, 10 of them not recorded: the level stays, and after it everything waits as after a start."""
    policy = replace(POLICY, cooldown=Pair(0, 0), stabilization=Pair(0, 0))
    found = replay(policy, cpu(4, [50.0] * 15 + [5.0] * 5, left_out=range(5, 15)))
    assert changes(found) == [(160, 4, 3), (170, 3, 2), (180, 2, 1)]  # watching again since 150 s
    assert found.blind_minutes == pytest.approx(100 / 60, abs=0.001)
    assert (at(50), None) in found.points
    assert found.replica_hours == pytest.approx((16 * 4 + 3 + 2 + 2 * 1) * 10 / 3600, abs=0.001)


def test_what_is_unknown_neither_shrinks_nor_grows() -> None:
    found = replay(CALM, cpu(3, [5.0, *[None] * 5, 95.0]))
    assert changes(found) == [(60, 3, 5)]
    assert found.blind_minutes == pytest.approx(50 / 60, abs=0.001)
    assert [value for _, value in found.points] == [5, None, None, None, None, None, 95]


def test_the_fallback_counts_from_when_a_queue_is_lost() -> None:
    """Three checks of ten seconds after the first without a number: at 40 s."""
    policy = replace(BACKLOG, fallback_replicas=3)
    found = replay(policy, history_of(series(1, {"queue.backlog": [5.0, *[None] * 5]})))
    assert changes(found) == [(40, 1, 3)]


def test_a_backlog_that_is_worked_off_by_more() -> None:
    """1 replica works off 10 a second, 30 a second come: +200 a step.

    2 more asked for at 10 s (200 > 50) are ready at 40 s; then 3 replicas do all that comes and 1 more's work, so that
    what waits stays, and after the next 2 asked for (max 4: one) it falls by 100 a step.
    """
    backlog: list[float | None] = [200.0 * n for n in range(8)]
    found = replay(BACKLOG, history_of(series(1, {"queue.backlog": backlog, "queue.rate_out": [10.0] * 8})))
    assert changes(found) == [(10, 1, 3), (20, 3, 4)]
    values = [value for _, value in found.points]
    assert values == pytest.approx([0, 200, 400, 600, 600, 500, 400, 300])


def test_a_backlog_without_a_rate_is_as_recorded() -> None:
    history = history_of(series(1, {"queue.backlog": [200.0] * 4}))
    assert [value for _, value in replay(BACKLOG, history).points] == [200] * 4
    assert any("queue.backlog is taken as recorded" in text for text in assumptions(history, BACKLOG))


def test_to_zero_and_back() -> None:
    """Nothing waits: none after 30 s. Then 10 wait, as recorded: one comes back."""
    policy = replace(BACKLOG, min_replicas=0, cooldown_zero=30)
    found = replay(policy, history_of(series(1, {"queue.backlog": [0.0] * 6 + [10.0] * 2})))
    assert changes(found) == [(30, 1, 0), (60, 0, 1)]


def test_a_target_is_followed_with_its_tolerance() -> None:
    """90 % of 2 at 60 %: 3. Above means above 66 %."""
    policy = replace(CALM, up_when=(), down_when=(), target=Target("cpu.avg", 60))
    found = replay(policy, cpu(2, [90, 90, 90, 90, 90]))
    assert changes(found) == [(0, 2, 3)]
    assert (found.threshold, found.minutes_above) == (66, 0.5)
    assert found.points[-1][1] == pytest.approx(60)


def test_the_interval_of_the_rules_is_kept() -> None:
    """Recorded every 10 s, checked every 30 s: nothing before 30 s."""
    found = replay(replace(CALM, check_interval=30), cpu(1, [50, 90, 90, 90]))
    assert changes(found) == [(30, 1, 3)]


@pytest.mark.parametrize("mode", list(Mode))
def test_whatever_the_mode_it_is_what_auto_would_do(mode: Mode) -> None:
    assert replay(replace(CALM, mode=mode), cpu(1, [90] * 3)) == replay(CALM, cpu(1, [90] * 3))


def test_nothing_recorded() -> None:
    found = replay(CALM, history_of({}))
    assert (found.changes, found.points, found.replicas, found.replica_hours) == ((), (), (), 0)


def test_it_is_thinned_out_with_the_counts_kept() -> None:
    load = [95.0 if index % 12 < 6 else 1.0 for index in range(6000)]
    policy = replace(CALM, scale_up_by=1, max_replicas=2)
    found = replay(policy, cpu(1, load))
    assert (len(found.changes), found.changes_count) == (1000, 1000)
    assert len(found.points) <= 720
    assert all(one.after != one.before for one in found.changes)


def test_both_are_measured_by_what_the_rules_in_force_call_too_much() -> None:
    proposed = replace(CALM, up_when=(Condition("cpu.avg", Op.GT, 90),))
    by = common_yardstick(CALM, proposed)
    assert by is not None and by.over.value == 75
    assert replay(proposed, cpu(1, [80] * 3), by).minutes_above == 0.5
    assert common_yardstick(CALM, BACKLOG) is None


def test_assumptions_tell_of_what_is_at_its_end_and_of_gaps() -> None:
    texts = " ".join(assumptions(cpu(1, [100.0] * 9, left_out=[3, 4, 5]), POLICY))
    assert "cpu.avg was at its end for 60 s" in texts
    assert "where nothing is recorded, nothing is decided" in texts
    assert "30 s, as none was seen to start" in texts


def test_an_interval_that_was_set_to_a_longer_one_is_no_row_of_gaps() -> None:
    points = [(at(10 * n), 1.0) for n in range(20)] + [(at(250 + 60 * n), 1.0) for n in range(10)]
    history = history_of({"replicas": points})
    assert [moment.unseen for moment in history.moments if moment.unseen] == [50]  # the first long one, by its looks
    assert [moment.lasts for moment in history.moments[-8:-1]] == [60] * 7
