"""Tick after tick with a model in between: it may put the rules off for so long, and never for good."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.core.advisor import AdvisorPolicy, Ask
from docktor.core.asking import Standing, answered, heed, offered, still_counts, watched
from docktor.core.candidates import Candidate
from docktor.core.decide import after_scaling, decide
from docktor.core.policy import Mode, Pair, Policy
from tests.unit.core.build import PAST, POLICY, at, seen

SETTINGS = AdvisorPolicy(patience=Pair(30, 600))
EAGER = replace(POLICY, cooldown=Pair(0, 0))
Model = Callable[[int, tuple[Candidate, ...]], int | None]


@dataclass(frozen=True)
class Step:
    at: float
    current: int
    rules: int
    target: int
    asked: bool


def stay(current: int, choice: tuple[Candidate, ...]) -> int | None:
    """Answers that nothing is to be done, whether that may be chosen or not."""
    return current


def run(
    loads: list[float], model: Model, settings: AdvisorPolicy = SETTINGS, policy: Policy = EAGER, count: int = 3
) -> Iterator[Step]:
    """One tick every ten seconds, as an engine that does what is decided at once."""
    past, standing = PAST, Standing()
    for index, cpu in enumerate(loads):
        now = at(index * 10)
        look = seen(count, cpu, now=now)
        tick = decide(policy, look, past, now)
        standing = watched(standing, policy, look, tick)
        final, asked = tick.verdict, None
        choice = offered(settings, policy, look, tick, standing)
        if choice:
            asked = still_counts(policy, tick, choice, standing, now)
            replicas = asked.replicas if asked else model(count, choice)
            final = heed(tick.verdict, choice, replicas, "m")
            standing = answered(standing, tick.verdict, final, replicas, now, anew=asked is None)
        yield Step(index * 10, count, tick.verdict.target, final.target, bool(choice) and asked is None)
        count, past = final.target, after_scaling(tick.past, final.action, final.target, now)


def first_change(steps: Iterator[Step]) -> Step:
    return next(step for step in steps if step.target != step.current)


@pytest.mark.parametrize(("patience", "second"), [(0, 0), (5, 10), (10, 10), (30, 30), (35, 40), (120, 120)])
def test_growing_is_put_off_for_so_long_and_then_done(patience: float, second: float) -> None:
    grown = first_change(run([90] * 100, stay, replace(SETTINGS, patience=Pair(patience, 600))))
    assert (grown.at, grown.target) == (second, 5)


@pytest.mark.parametrize(("patience", "second"), [(0, 0), (60, 60), (600, 600)])
def test_shrinking_is_put_off_for_so_long_and_then_done(patience: float, second: float) -> None:
    shrunk = first_change(run([5] * 100, stay, replace(SETTINGS, patience=Pair(30, patience))))
    assert (shrunk.at, shrunk.target) == (second, 2)


def test_growing_asks_each_time_and_shrinking_once_a_minute() -> None:
    assert [step.at for step in run([90] * 4, stay) if step.asked] == [0, 10, 20, 30]
    assert [step.at for step in run([5] * 20, stay) if step.asked] == [0, 60, 120, 180]


def test_a_calm_moment_begins_the_putting_off_anew() -> None:
    steps = list(run([90, 90, 50, 90, 90, 90, 90], stay))
    assert [step.at for step in steps if step.target != step.current] == [60]


def test_so_does_the_other_direction() -> None:
    steps = list(run([90, 90, 5, 90, 90, 90, 90], stay))
    assert [step.at for step in steps if step.target != step.current] == [60]


def test_a_model_that_fails_puts_nothing_off() -> None:
    assert first_change(run([90] * 3, lambda *_: None)).at == 0
    assert first_change(run([5] * 3, lambda *_: None)).at == 0


def test_a_number_that_was_never_offered_puts_nothing_off() -> None:
    assert first_change(run([5] * 3, lambda *_: 9)).at == 0


@pytest.mark.parametrize("mode", [Mode.REVIEW, Mode.OBSERVE])
def test_a_proposal_is_asked_about_once_until_it_would_be_obeyed(mode: Mode) -> None:
    steps = list(run([5] * 60, stay, policy=replace(EAGER, mode=mode)))
    assert [step.at for step in steps if step.asked] == [0]


@given(
    st.lists(st.sampled_from([5.0, 50.0, 90.0]), min_size=1, max_size=8).flatmap(
        lambda parts: st.lists(st.integers(1, 12), min_size=len(parts), max_size=len(parts)).map(
            lambda spans: [cpu for cpu, span in zip(parts, spans, strict=True) for _ in range(span)]
        )
    ),
    st.lists(st.integers(0, 6) | st.none(), min_size=1, max_size=20),
    st.sampled_from(list(Ask)),
    st.integers(0, 60),
    st.integers(0, 120),
)
def test_no_model_puts_off_longer_than_patience_however_it_answers(
    loads: list[float], picks: list[int | None], ask: Ask, up: int, down: int
) -> None:
    """Counted from the first tick at which the rules wanted it, without a break, and nothing was done."""
    answers = iter(picks * (len(loads) // len(picks) + 1))

    def model(current: int, choice: tuple[Candidate, ...]) -> int | None:
        index = next(answers)
        return None if index is None else current if index == 0 else choice[(index - 1) % len(choice)].replicas

    since: tuple[int, float] | None = None
    for step in run(loads, model, AdvisorPolicy(ask=ask, patience=Pair(up, down))):
        wish = (step.rules > step.current) - (step.rules < step.current)
        if wish == 0 or step.target != step.current:
            since = None
            continue
        if since is None or since[0] != wish:
            since = (wish, step.at)
        assert step.at - since[1] < (up if wish > 0 else down)
