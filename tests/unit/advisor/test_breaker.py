"""A model that keeps failing is left alone, for longer each time, and tried again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.advisor.breaker import FAILURES, LONGEST_REST_S, Breaker


def failing(times: int, now: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(times):
        breaker = breaker.failed(now)
    return breaker


@pytest.mark.parametrize("failures", [0, 1, 2])
def test_two_failures_are_nothing(failures: int) -> None:
    assert failing(failures).state(0) == "closed"
    assert failing(failures).may_ask(0)


def test_the_third_in_a_row_begins_a_rest_of_thirty_seconds() -> None:
    breaker = failing(3, now=100)
    assert [breaker.state(now) for now in (100, 129.9, 130, 500)] == ["open", "open", "half-open", "half-open"]
    assert [breaker.may_ask(now) for now in (100, 129.9, 130)] == [False, False, True]


def test_an_answer_in_between_begins_the_count_anew() -> None:
    breaker = failing(2).succeeded().failed(0).failed(0)
    assert breaker.may_ask(0)
    assert not breaker.failed(0).may_ask(0)


@pytest.mark.parametrize(
    ("failures", "rest"), [(3, 30), (4, 60), (5, 120), (6, 240), (7, 300), (8, 300), (60, 300), (5000, 300)]
)
def test_each_further_failure_doubles_the_rest_up_to_five_minutes(failures: int, rest: float) -> None:
    breaker = failing(failures, now=1000)
    assert not breaker.may_ask(1000 + rest - 0.1)
    assert breaker.may_ask(1000 + rest)


def test_after_the_rest_one_question_tries_and_nobody_else() -> None:
    trying = failing(3).asked(30)
    assert (trying.state(30), trying.state(9999)) == ("open", "open")
    assert trying.succeeded() == Breaker()
    assert trying.failed(31).state(31 + 59) == "open"
    assert trying.failed(31).may_ask(31 + 60)


def test_a_try_that_is_dropped_lets_the_next_one_try() -> None:
    dropped = failing(3).asked(30).given_up()
    assert dropped.state(30) == "half-open"
    assert dropped == failing(3)


def test_asking_a_model_that_works_changes_nothing() -> None:
    assert Breaker().asked(5) == Breaker()
    assert failing(2).asked(5) == failing(2)


@given(st.lists(st.tuples(st.floats(0, 400), st.booleans()), max_size=60))
def test_it_is_asked_again_within_five_minutes_whatever_happened(steps: list[tuple[float, bool]]) -> None:
    """Each step: so much later somebody wants to ask, and the model answers or fails."""
    now, breaker, in_a_row = 0.0, Breaker(), 0
    for wait, answers in steps:
        now += wait
        assert breaker.may_ask(now + LONGEST_REST_S)
        if in_a_row < FAILURES:
            assert breaker.may_ask(now)
        if breaker.may_ask(now):
            asked = breaker.asked(now)
            breaker = asked.succeeded() if answers else asked.failed(now)
            in_a_row = 0 if answers else in_a_row + 1
