"""When a model is asked, which of its answers still count, and what heeding one comes to."""

from dataclasses import replace

import pytest

from docktor.core.advisor import AdvisorMode, AdvisorPolicy, Ask
from docktor.core.asking import (
    REPEAT_S,
    Asked,
    PutOff,
    Standing,
    answered,
    heed,
    may_wait,
    offered,
    still_counts,
    watched,
)
from docktor.core.candidates import Candidate, candidates
from docktor.core.decide import Tick, decide
from docktor.core.decision import Action, Limit, Source, State
from docktor.core.policy import Mode, Pair, Policy
from tests.unit.core.build import NOW, PAST, POLICY, at, seen

SETTINGS = AdvisorPolicy(patience=Pair(30, 600))
NEW = Standing()


def ticked(cpu: float, policy: Policy = POLICY, count: int = 3, now_s: float = 0) -> Tick:
    return decide(policy, seen(count, cpu, now=at(now_s)), PAST, at(now_s))


def numbers(
    settings: AdvisorPolicy, cpu: float, policy: Policy = POLICY, standing: Standing = NEW, now_s: float = 0
) -> list[int]:
    look = seen(3, cpu, now=at(now_s))
    return [one.replicas for one in offered(settings, policy, look, ticked(cpu, policy, now_s=now_s), standing)]


def choice(cpu: float, *, may_wait: bool = True) -> tuple[Candidate, ...]:
    return candidates(POLICY, seen(3, cpu), ticked(cpu), may_wait=may_wait)


@pytest.mark.parametrize(
    ("ask", "up", "hold", "down"),
    [(Ask.CHANGES, True, False, True), (Ask.DOWN, False, False, True), (Ask.ALWAYS, True, True, True)],
)
def test_when_it_is_asked(ask: Ask, up: bool, hold: bool, down: bool) -> None:
    settings = replace(SETTINGS, ask=ask)
    assert [bool(numbers(settings, cpu)) for cpu in (90, 50, 5)] == [up, hold, down]


@pytest.mark.parametrize("ask", list(Ask))
def test_nobody_is_asked_while_either_is_off(ask: Ask) -> None:
    for cpu in (90, 50, 5):
        assert numbers(replace(SETTINGS, ask=ask, mode=AdvisorMode.OFF), cpu) == []
        assert numbers(replace(SETTINGS, ask=ask), cpu, replace(POLICY, mode=Mode.OFF)) == []


@pytest.mark.parametrize("mode", [AdvisorMode.ADVISE, AdvisorMode.SHADOW])
@pytest.mark.parametrize("of_service", [Mode.AUTO, Mode.REVIEW, Mode.OBSERVE])
def test_shadows_and_proposals_are_asked_about_as_well(mode: AdvisorMode, of_service: Mode) -> None:
    assert numbers(replace(SETTINGS, mode=mode), 90, replace(POLICY, mode=of_service)) == [3, 4, 5]


def test_a_single_number_is_no_question() -> None:
    always = replace(SETTINGS, ask=Ask.ALWAYS)
    full = replace(POLICY, max_replicas=3)
    assert numbers(always, 90, full) == []
    assert numbers(always, 50, full) == []
    one_fewer = Standing(put_off=PutOff(Action.SCALE_DOWN, 3, at(-600)))
    assert numbers(always, 5, standing=one_fewer) == []


@pytest.mark.parametrize(
    ("cpu", "action", "since", "waits"),
    [
        (90, Action.SCALE_UP, 0, True),
        (90, Action.SCALE_UP, -29.9, True),
        (90, Action.SCALE_UP, -30, False),
        (90, Action.SCALE_UP, -9999, False),
        (5, Action.SCALE_DOWN, -30, True),
        (5, Action.SCALE_DOWN, -599.9, True),
        (5, Action.SCALE_DOWN, -600, False),
        (90, Action.SCALE_DOWN, -9999, True),
        (5, Action.SCALE_UP, -9999, True),
    ],
)
def test_patience_is_of_one_direction(cpu: float, action: Action, since: float, waits: bool) -> None:
    standing = Standing(put_off=PutOff(action, 3, at(since)))
    assert may_wait(SETTINGS, standing, ticked(cpu).verdict, NOW) is waits


def test_no_patience_means_no_staying() -> None:
    impatient = replace(SETTINGS, patience=Pair(0, 0))
    assert numbers(impatient, 90) == [4, 5]
    assert numbers(impatient, 5, replace(POLICY, scale_down_by=2)) == [1, 2]
    assert numbers(replace(impatient, ask=Ask.ALWAYS), 50) == [3, 4, 5]


def test_a_clock_set_back_makes_nobody_wait_for_it_to_come_round_again() -> None:
    standing = Standing(put_off=PutOff(Action.SCALE_UP, 3, at(3600)))
    assert not may_wait(SETTINGS, standing, ticked(90).verdict, NOW)


@pytest.mark.parametrize("cpu", [50, 5])
def test_what_the_rules_no_longer_want_is_no_longer_put_off(cpu: float) -> None:
    standing = Standing(put_off=PutOff(Action.SCALE_UP, 3, at(-20)))
    assert watched(standing, POLICY, seen(3, cpu), ticked(cpu)).put_off is None
    assert watched(standing, POLICY, seen(3, 90), ticked(90)).put_off == standing.put_off


def test_a_look_goes_into_the_trail() -> None:
    after = watched(NEW, POLICY, seen(3, 90), ticked(90))
    assert [(one.at, dict(one.values)) for one in after.trail] == [(NOW, {"cpu.avg": 90})]


def counts(
    cpu: float, replicas: int | None, age: float, mode: Mode = Mode.AUTO, *, current: int = 3, wanted: int | None = None
) -> bool:
    tick = ticked(cpu)
    asked = Asked(at(-age), current, tick.verdict.target if wanted is None else wanted, replicas)
    found = still_counts(replace(POLICY, mode=mode), tick, choice(cpu), Standing(asked=asked), NOW)
    assert found in (None, asked)
    return found is not None


@pytest.mark.parametrize("age", [0, 1, 59])
def test_before_growing_it_is_asked_each_time(age: float) -> None:
    assert not counts(90, 3, age)
    assert not counts(90, 5, age)


@pytest.mark.parametrize(
    ("age", "counted"), [(0, True), (10, True), (59.9, True), (REPEAT_S, False), (500, False), (-1, False)]
)
def test_before_shrinking_and_while_holding_an_answer_counts_for_a_minute(age: float, counted: bool) -> None:
    assert counts(5, 3, age) is counted
    assert counts(50, 4, age) is counted
    assert counts(5, None, age) is counted


@pytest.mark.parametrize("mode", [Mode.REVIEW, Mode.OBSERVE])
@pytest.mark.parametrize("cpu", [90, 50, 5])
def test_a_proposal_or_an_observation_is_asked_about_once(mode: Mode, cpu: float) -> None:
    assert counts(cpu, 3, 86_400, mode)
    assert not counts(cpu, 3, 10, mode, current=4)
    assert not counts(cpu, 3, 10, mode, wanted=9)


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.REVIEW, Mode.OBSERVE])
def test_another_question_or_a_number_no_longer_offered_is_asked_anew(mode: Mode) -> None:
    assert not counts(5, 3, 1, mode, current=4)
    assert not counts(5, 3, 1, mode, wanted=1)
    assert not counts(5, 9, 1, mode)
    assert still_counts(replace(POLICY, mode=mode), ticked(5), choice(5), NEW, NOW) is None


def test_staying_no_longer_counts_when_it_was_put_off_for_too_long() -> None:
    asked = Standing(asked=Asked(at(-5), 3, 2, 3))
    assert still_counts(POLICY, ticked(5), choice(5), asked, NOW) is not None
    assert still_counts(POLICY, ticked(5), choice(5, may_wait=False), asked, NOW) is None


@pytest.mark.parametrize("replicas", [None, 5, 6, 2, 0, -1, 100])
def test_no_advice_the_same_number_or_one_not_offered_changes_nothing(replicas: int | None) -> None:
    verdict = ticked(90).verdict
    assert heed(verdict, choice(90), replicas, "ai/llama3.2") is verdict
    assert heed(verdict, (), 4, "ai/llama3.2") is verdict


def test_another_number_is_done_and_told() -> None:
    verdict = ticked(90).verdict
    fewer = heed(verdict, choice(90), 4, "ai/llama3.2")
    assert (fewer.target, fewer.wanted, fewer.source, fewer.state) == (4, 5, Source.ADVISOR, State.SCALING)
    assert fewer.limits == (Limit("advisor", "ai/llama3.2 chose 4 instead of 5", 5, 4),)
    assert fewer.reason == "cpu.avg 90 > 75; ai/llama3.2 chose 4 instead of 5"


def test_staying_by_advice_is_cooling() -> None:
    stays = heed(ticked(90).verdict, choice(90), 3, "ai/llama3.2")
    assert (stays.target, stays.action, stays.state) == (3, Action.HOLD, State.COOLING)


@pytest.mark.parametrize(
    ("cpu", "replicas", "put_off"),
    [
        (90, 3, PutOff(Action.SCALE_UP, 3, NOW)),
        (90, 4, None),
        (90, 5, None),
        (90, None, None),
        (5, 3, PutOff(Action.SCALE_DOWN, 3, NOW)),
        (5, 2, None),
        (50, 3, None),
        (50, 4, None),
    ],
)
def test_only_staying_against_the_rules_puts_off(cpu: float, replicas: int | None, put_off: PutOff | None) -> None:
    rules = ticked(cpu).verdict
    after = answered(NEW, rules, heed(rules, choice(cpu), replicas, "m"), replicas, NOW, anew=True)
    assert after.put_off == put_off
    assert after.asked == Asked(NOW, 3, rules.target, replicas)


def test_an_answer_used_again_keeps_its_age_and_the_start_of_putting_off() -> None:
    rules = ticked(5, now_s=50).verdict
    before = Standing(asked=Asked(NOW, 3, 2, 3), put_off=PutOff(Action.SCALE_DOWN, 3, NOW))
    assert answered(before, rules, heed(rules, choice(5), 3, "m"), 3, at(50), anew=False) == before
    obeyed = answered(before, rules, rules, None, at(50), anew=True)
    assert obeyed.put_off is None
