"""How much may still be asked, over windows that slide."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.advisor.budget import DAY_S, Spent, used_up
from docktor.core.advisor import Budget

ROOMY = Budget(calls_per_minute=1000, calls_per_day=1000, tokens_per_day=None)


def spent(*moments: float, tokens: int = 0) -> Spent:
    found = Spent()
    for moment in moments:
        found = found.plus(moment, tokens)
    return found


def test_nothing_spent_is_within_any_budget() -> None:
    assert used_up(Budget(1, 1, 1), Spent(), 0) is None


def test_the_minute_slides() -> None:
    budget = Budget(calls_per_minute=3, calls_per_day=1000)
    three = spent(0, 20, 40)
    assert used_up(budget, spent(0, 20), 40) is None
    assert used_up(budget, three, 59.9) == "the budget of 3 calls a minute is used up"
    assert used_up(budget, three, 60) is None
    assert used_up(budget, three.plus(60, 0), 79.9) is not None
    assert used_up(budget, three.plus(60, 0), 80) is None


def test_the_day_slides() -> None:
    budget = Budget(calls_per_minute=1000, calls_per_day=2)
    two = spent(0, 3600)
    assert used_up(budget, two, DAY_S - 1) == "the budget of 2 calls a day is used up"
    assert used_up(budget, two, DAY_S) is None
    assert used_up(budget, two.plus(DAY_S, 0), DAY_S + 3599) is not None
    assert used_up(budget, two.plus(DAY_S, 0), DAY_S + 3600) is None


@pytest.mark.parametrize(
    ("each", "calls", "is_used_up"), [(499, 2, False), (500, 2, True), (1000, 1, True), (0, 9, False)]
)
def test_tokens_of_a_day(each: int, calls: int, is_used_up: bool) -> None:
    found = used_up(Budget(1000, 1000, tokens_per_day=1000), spent(*range(calls), tokens=each), 10)
    assert found == ("the budget of 1000 tokens a day is used up" if is_used_up else None)
    assert used_up(ROOMY, spent(*range(calls), tokens=each), 10) is None


def test_tokens_are_free_again_after_a_day() -> None:
    budget = Budget(1000, 1000, tokens_per_day=1000)
    assert used_up(budget, spent(0, tokens=5000), DAY_S - 1) is not None
    assert used_up(budget, spent(0, tokens=5000), DAY_S) is None


def test_the_narrowest_is_told_first() -> None:
    assert used_up(Budget(1, 1, 1), spent(0, tokens=9), 1) == "the budget of 1 call a minute is used up"
    assert used_up(Budget(1, 1, 1), spent(0, tokens=9), 100) == "the budget of 1 call a day is used up"


def test_only_a_day_is_remembered() -> None:
    found = spent(0, 10, DAY_S, DAY_S + 5)
    assert [at for at, _ in found.calls] == [10, DAY_S, DAY_S + 5]


def test_a_day_of_asking_as_often_as_may_be_takes_no_time_to_count() -> None:
    full = Spent(tuple((n * 0.5, 300) for n in range(100_000)))
    budget = Budget(calls_per_minute=10**6, calls_per_day=10**6, tokens_per_day=10**9)
    started = perf_counter()
    for n in range(10):
        assert used_up(budget, full, 50_000 + n) is None
        full = full.plus(50_000 + n, 300)
    assert perf_counter() - started < 2
    assert len(full.calls) == 100_010


@given(st.lists(st.tuples(st.floats(0, 3000), st.integers(0, 900)), max_size=150))
def test_never_more_than_the_budget_in_any_window(asked: list[tuple[float, int]]) -> None:
    """Somebody asks whenever they may; every window that ends at a call holds no more than its budget."""
    budget = Budget(calls_per_minute=3, calls_per_day=20, tokens_per_day=5000)
    now, found, made = 0.0, Spent(), []
    for wait, tokens in asked:
        now += wait
        if used_up(budget, found, now) is None:
            found = found.plus(now, tokens)
            made.append((now, tokens))
        minute = [at for at, _ in made if now - at < 60]
        day = [(at, used) for at, used in made if now - at < DAY_S]
        assert len(minute) <= 3 and len(day) <= 20
        assert sum(used for _, used in day[:-1]) < 5000
