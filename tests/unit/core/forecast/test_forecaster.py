from datetime import timedelta

import pytest

from docktor.core.forecast.forecaster import LONGEST_OUTAGE, Forecaster, buckets
from docktor.core.forecast.outlook import Standing
from tests.unit.core.forecast.loads import DAY, MONDAY, Loads, learn, noisy, noon, spikes

START_UP = 120.0


def taught(loads: Loads, days: float, rare: float = 0.02) -> Forecaster:
    forecaster = Forecaster(START_UP, rare)
    learn(forecaster, loads, 0, round(days * DAY))
    return forecaster


def bound(forecaster: Forecaster) -> float:
    found = forecaster.outlook.bound
    assert found is not None
    return found


def standing(forecaster: Forecaster) -> Standing:
    return forecaster.outlook.standing


def test_it_foresees_what_is_usual_at_this_time_of_day() -> None:
    forecaster = taught(noon, 4)
    learn(forecaster, noon, 4 * DAY, 4 * DAY + 719)  # two minutes before the step
    assert bound(forecaster) > 0.9 * noon(720)
    assert forecaster.outlook.expert is not None
    assert forecaster.outlook.expert.startswith("day")


def test_where_all_of_it_is_noise_the_mean_of_a_quarter_of_an_hour_tells_most() -> None:
    assert taught(noisy, 1).outlook.expert == "slow"


def test_on_the_first_day_it_can_not_know() -> None:
    forecaster = taught(noon, 719 / DAY)
    assert bound(forecaster) < 0.9 * noon(720)


def test_the_load_is_above_the_bound_as_rarely_as_promised() -> None:
    forecaster = Forecaster(START_UP, 0.1)
    ahead, above, judged = buckets(START_UP), 0, 0
    learn(forecaster, noisy, 0, DAY)
    for minute in range(DAY, 3 * DAY):
        learn(forecaster, noisy, minute, minute + 1)
        said = bound(forecaster)  # of the minutes after the last finished one
        most = max(noisy(later) for later in range(minute, minute + ahead))
        above, judged = above + (most > said), judged + 1
    assert above / judged == pytest.approx(0.1, abs=0.05)


def test_it_is_switched_on_where_it_beats_the_rules_at_equal_cost() -> None:
    assert standing(taught(noon, 4)) is Standing.ON
    record = taught(noon, 4).outlook.record
    assert record.lost is not None
    assert record.plain_lost is not None
    assert record.lost < record.plain_lost


@pytest.mark.parametrize("loads", [spikes, lambda minute: 3.0], ids=["spikes nobody foresees", "always the same"])
def test_it_stays_in_the_shadow_where_the_rules_are_as_good(loads: Loads) -> None:
    forecaster = taught(loads, 4)
    assert standing(forecaster) is Standing.SHADOW
    assert forecaster.outlook.counts is None


def test_it_is_switched_off_when_it_stops_to_help() -> None:
    def changed(minute: int) -> float:
        return noon(minute) if minute < 4 * DAY else spikes(minute)

    forecaster = taught(changed, 4)
    assert standing(forecaster) is Standing.ON
    learn(forecaster, changed, 4 * DAY, 30 * DAY)
    assert standing(forecaster) is Standing.SHADOW


def test_nothing_counts_before_two_hours() -> None:
    forecaster = taught(noon, 100 / DAY)
    assert standing(forecaster) is Standing.SHADOW
    assert forecaster.outlook.record.plain_lost is None


def test_an_outage_is_not_learned_from() -> None:
    def broken(minute: int) -> float:
        return 0.0 if 4 * DAY + 690 <= minute < 4 * DAY + 715 else noon(minute)

    forecaster = taught(broken, 4)
    learn(forecaster, broken, 4 * DAY, 4 * DAY + 715)
    assert bound(forecaster) > 0.8 * noon(700)  # it would come back to what was there
    learn(forecaster, broken, 4 * DAY + 715, 5 * DAY + 719)
    assert bound(forecaster) > 0.9 * noon(720)


def test_what_stays_away_is_the_load_after_all() -> None:
    forecaster = taught(noisy, 2)
    learn(forecaster, lambda _: 0.01, 2 * DAY, 2 * DAY + LONGEST_OUTAGE + 60)
    assert bound(forecaster) < 2


def test_a_gap_begins_the_level_anew_and_keeps_what_is_usual() -> None:
    forecaster = taught(noon, 4)
    learn(forecaster, noon, 4 * DAY + 600, 4 * DAY + 719)  # ten hours nobody looked
    assert bound(forecaster) > 0.9 * noon(720)


def test_across_a_gap_nothing_is_said_until_there_is_a_minute_again() -> None:
    forecaster = taught(noon, 4)
    forecaster.see(MONDAY + timedelta(days=5), 4.0, 5.6)
    assert forecaster.outlook.bound is None


def test_another_horizon_keeps_what_is_usual() -> None:
    forecaster = taught(noon, 4)
    forecaster.look_ahead(600)
    learn(forecaster, noon, 4 * DAY, 4 * DAY + 712)
    assert forecaster.outlook.horizon == 60 * buckets(600)
    assert bound(forecaster) > 0.8 * noon(720)


def test_a_little_other_horizon_changes_nothing() -> None:
    forecaster = taught(noon, 1)
    before = forecaster.outlook
    forecaster.look_ahead(START_UP - 50)
    assert forecaster.outlook is before


def test_the_same_numbers_come_to_the_same_outlook() -> None:
    assert taught(noisy, 2).outlook == taught(noisy, 2).outlook


def test_a_clock_that_was_set_back_teaches_nothing() -> None:
    forecaster = taught(noon, 1)
    forecaster.see(MONDAY, 1000.0, 1400.0)
    learn(forecaster, noon, DAY, DAY + 10)
    assert bound(forecaster) < 20
