"""Whatever a model answers, the number that comes of it has passed the guard, or is the rules' own."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from docktor.core.answer import read_answer
from docktor.core.asking import heed
from docktor.core.candidates import IDS, Candidate, candidates
from docktor.core.decide import Tick, decide
from docktor.core.decision import Past, Source, Verdict
from docktor.core.guard import judge
from docktor.core.policy import Policy
from docktor.core.question import question
from docktor.core.world import Snapshot
from tests.unit.core.build import NOW
from tests.unit.core.worlds import METRICS, calm_pasts, likely_policies, likely_snapshots, pasts, policies, snapshots

many = settings(max_examples=400)
any_policy = policies() | likely_policies()
any_world = snapshots() | likely_snapshots()
any_past = pasts() | calm_pasts()
texts = (
    st.text()
    | st.builds('{{"reason": "{}", "choice": "{}"}}'.format, st.sampled_from(["", "load"]), st.sampled_from([*IDS, ""]))
    | st.sampled_from(["A", "0", '"A"', '{"choice": "A"}', "null", "1000", '{"reason": "more", "choice": 1000}'])
)


def offered(policy: Policy, seen: Snapshot, past: Past, may_wait: bool) -> tuple[Tick, tuple[Candidate, ...]]:
    tick = decide(policy, seen, past, NOW)
    return tick, candidates(policy, seen, tick, may_wait=may_wait)


def chosen(policy: Policy, seen: Snapshot, tick: Tick, choice: tuple[Candidate, ...], text: str) -> Verdict:
    """What is done after a model answered so."""
    asked = question(policy, seen, tick, choice, ())
    try:
        replicas = asked.replicas(read_answer(text, [one.id for one in choice]).choice)
    except ValueError:
        replicas = None
    return heed(tick.verdict, choice, replicas, "a model")


@given(any_policy, any_world, any_past, st.booleans())
def test_at_most_five_in_order_and_one_of_them_is_the_rules(
    policy: Policy, seen: Snapshot, past: Past, may_wait: bool
) -> None:
    tick, found = offered(policy, seen, past, may_wait)
    numbers = [one.replicas for one in found]
    assert numbers == sorted(set(numbers))
    assert [one.id for one in found] == list(IDS[: len(found)])
    if found:
        assert [one.replicas for one in found if one.by_rules] == [tick.verdict.target]
    if not may_wait and tick.verdict.target != seen.current:
        assert seen.current not in numbers


@given(any_policy, any_world, any_past, st.booleans())
def test_every_number_is_within_limits_or_no_change(policy: Policy, seen: Snapshot, past: Past, may_wait: bool) -> None:
    for one in offered(policy, seen, past, may_wait)[1]:
        assert one.replicas == seen.current or policy.fewest <= one.replicas <= policy.max_replicas


@given(any_policy, any_world, any_past, st.booleans())
def test_fewer_only_where_the_rules_want_fewer_and_never_fewer_than_they_do(
    policy: Policy, seen: Snapshot, past: Past, may_wait: bool
) -> None:
    tick, found = offered(policy, seen, past, may_wait)
    assert all(one.replicas >= min(tick.verdict.target, seen.current) for one in found)


@given(any_policy, any_world, any_past, st.booleans())
def test_never_further_up_than_the_rules_or_one_step_and_never_up_where_they_shrink(
    policy: Policy, seen: Snapshot, past: Past, may_wait: bool
) -> None:
    tick, found = offered(policy, seen, past, may_wait)
    shrinks = min(tick.proposal.wanted, tick.verdict.target) < seen.current
    most = seen.current if shrinks else max(tick.verdict.target, seen.current + policy.scale_up_by)
    assert all(one.replicas <= most for one in found)


@many
@given(any_policy, any_world, any_past, st.booleans())
def test_the_guard_lets_every_number_through_as_it_is(
    policy: Policy, seen: Snapshot, past: Past, may_wait: bool
) -> None:
    tick, found = offered(policy, seen, past, may_wait)
    for one in found:
        grows = one.replicas > seen.current
        asked = tick.proposal._replace(
            wanted=one.replicas,
            level=max(tick.proposal.level, one.replicas) if grows else tick.proposal.level,
            to_zero=tick.proposal.to_zero and one.replicas == 0,
        )
        if one.by_rules:  # on the way to zero step by step it passed as a part of that
            asked = tick.proposal
        assert judge(policy, seen, tick.judged_by, asked, NOW).target == one.replicas


@many
@given(any_policy, any_world, any_past, st.booleans(), texts)
def test_whatever_a_model_says_it_is_one_of_these_or_the_rules_own(
    policy: Policy, seen: Snapshot, past: Past, may_wait: bool, text: str
) -> None:
    tick, found = offered(policy, seen, past, may_wait)
    final = chosen(policy, seen, tick, found, text)
    assert final == tick.verdict or final.target in {one.replicas for one in found}
    assert (final.source is Source.ADVISOR) is (final.target != tick.verdict.target)
    assert final.target == seen.current or policy.fewest <= final.target <= policy.max_replicas


@given(likely_policies(), likely_snapshots(), calm_pasts(), st.integers(0, 4))
def test_a_choice_that_is_heard_is_done_and_told(policy: Policy, seen: Snapshot, past: Past, index: int) -> None:
    tick, found = offered(policy, seen, past, True)
    assume(found)
    one = found[index % len(found)]
    final = chosen(policy, seen, tick, found, f'{{"reason": "", "choice": "{one.id}"}}')
    assert final.target == one.replicas
    if not one.by_rules:
        assert final.limits[-1].code == "advisor"
        assert (final.limits[-1].before, final.limits[-1].after) == (tick.verdict.target, final.target)


@given(any_policy, any_world, any_past, st.integers(-3, 40))
def test_a_number_that_was_not_offered_changes_nothing(policy: Policy, seen: Snapshot, past: Past, number: int) -> None:
    tick, found = offered(policy, seen, past, True)
    if number not in {one.replicas for one in found}:
        assert heed(tick.verdict, found, number, "a model") is tick.verdict


@given(any_policy, any_world, any_past)
def test_nothing_known_leaves_nothing_to_choose(policy: Policy, seen: Snapshot, past: Past) -> None:
    blind = seen._replace(observations={}, missing=dict.fromkeys(METRICS, "lost"))
    tick, found = offered(policy, blind, past, True)
    if policy.metrics and tick.verdict.target <= seen.current:
        assert len(found) <= 1
