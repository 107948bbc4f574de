"""Replica-hours and money of a day, where days begin, and the meter."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.core.cost import HELD_S, Day, Meter, Stretch, Used, cost, last_days
from docktor.core.words import money

BERLIN, HAVANA = ZoneInfo("Europe/Berlin"), ZoneInfo("America/Havana")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ZONES = st.sampled_from([UTC, BERLIN, HAVANA, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe")])
MOMENTS = st.integers(0, 36_000 * 86_400).map(
    lambda second: datetime(2001, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
)


def test_days_end_at_midnight_of_the_zone_and_today_ends_now() -> None:
    yesterday, today = last_days(NOON, 2, BERLIN)
    assert yesterday == Stretch(date(2026, 2, 28), datetime(2026, 2, 27, 23, tzinfo=UTC), today.begin)
    assert today == Stretch(date(2026, 3, 1), datetime(2026, 2, 28, 23, tzinfo=UTC), NOON)


def test_just_after_midnight_it_is_another_day_there() -> None:
    (today,) = last_days(datetime(2026, 3, 1, 23, 30, tzinfo=UTC), 1, BERLIN)
    assert (today.date, today.end - today.begin) == (date(2026, 3, 2), timedelta(minutes=30))


@pytest.mark.parametrize(("day", "hours"), [(29, 23), (28, 24)])
def test_a_day_on_which_clocks_go_forward_is_shorter(day: int, hours: int) -> None:
    found = {one.date.day: one for one in last_days(datetime(2026, 3, 30, 12, tzinfo=UTC), 4, BERLIN)}
    assert found[day].end - found[day].begin == timedelta(hours=hours)


def test_a_day_on_which_clocks_go_back_is_longer() -> None:
    found = {one.date.day: one for one in last_days(datetime(2026, 10, 26, 12, tzinfo=UTC), 2, BERLIN)}
    assert found[25].end - found[25].begin == timedelta(hours=25)


def test_where_clocks_are_changed_at_midnight() -> None:
    """In Havana the 8th of March 2026 begins at one o'clock."""
    before, after = last_days(datetime(2026, 3, 8, 12, tzinfo=UTC), 2, HAVANA)
    assert before.end == after.begin == datetime(2026, 3, 8, 5, tzinfo=UTC)


@given(MOMENTS, st.integers(1, 40), ZONES)
def test_days_follow_one_another_whatever_the_zone(now: datetime, count: int, zone: ZoneInfo) -> None:
    found = last_days(now, count, zone)
    assert len(found) == count and found[-1].end == now
    assert all(one.end == other.begin for one, other in pairwise(found))
    assert all(timedelta(hours=22) < one.end - one.begin < timedelta(hours=26) for one in found[:-1])


def test_three_replicas_for_two_hours() -> None:
    (today,) = last_days(NOON, 1, UTC)
    assert cost(today, Used(3 * 7200, 7200), 0.25) == Day(date(2026, 3, 1), 6.0, 1.5, 2.0)
    assert cost(today, Used(3 * 7200, 7200), None).money is None
    assert cost(today, Used(), 0.05) == Day(date(2026, 3, 1), 0.0, 0.0, 0.0)


@given(st.floats(0, 1e9), st.floats(0, 86_400), st.floats(0, 1e6))
def test_money_is_hours_times_price(replica_s: float, known_s: float, price: float) -> None:
    (today,) = last_days(NOON, 1, UTC)
    day = cost(today, Used(replica_s, known_s), price)
    assert day.money == pytest.approx(day.replica_hours * price)
    assert day.known_hours <= 24


def test_the_meter_by_hand() -> None:
    meter = Meter().look(NOON, 2).look(NOON + timedelta(minutes=3), 4)
    assert meter.hours == pytest.approx(2 * 3 / 60)
    after_a_gap = meter.look(NOON + timedelta(hours=5), 1)
    assert after_a_gap.hours == pytest.approx(2 * 3 / 60 + 4 * 5 / 60), "five minutes of it are known"
    set_back = after_a_gap.look(NOON, 1)
    assert set_back.hours == after_a_gap.hours and set_back.look(NOON + timedelta(seconds=36), 1).hours > set_back.hours


@given(st.lists(st.tuples(st.floats(-1e4, 1e4), st.integers(0, 100)), max_size=20))
def test_a_meter_never_goes_back_nor_faster_than_there_are_replicas(looks: list[tuple[float, int]]) -> None:
    meter, now = Meter(), NOON
    for seconds, replicas in looks:
        now += timedelta(seconds=seconds)
        before, meter = meter, meter.look(now, replicas)
        most = before.replicas * min(max(seconds, 0), HELD_S) / 3600
        assert before.hours <= meter.hours <= before.hours + most + 1e-6
        assert meter.look(now, replicas) == meter


@pytest.mark.parametrize(("value", "text"), [(0, "0.00"), (3.832, "3.83"), (0.0042, "0.0042"), (1250, "1250.00")])
def test_money_in_words(value: float, text: str) -> None:
    assert money(value) == text
