"""Modes: one, or one for each direction."""

from hypothesis import given
from hypothesis import strategies as st

from docktor.core.decision import Action
from docktor.core.policy import Mode, Modes, Policy, timid
from docktor.core.world import ServiceId

MODES = st.builds(Modes, st.sampled_from(Mode), st.sampled_from(Mode))
POLICY = Policy(ServiceId("shop", "web"))


def test_they_are_told_and_written_as_simply_as_can_be() -> None:
    one, two = Modes.both(Mode.REVIEW), Modes(Mode.AUTO, Mode.REVIEW)
    assert (str(one), one.plain, one.boldest) == ("review", "review", Mode.REVIEW)
    assert (str(two), two.plain, two.boldest) == ("up auto, down review", {"up": "auto", "down": "review"}, Mode.AUTO)


@given(MODES, MODES)
def test_a_policy_goes_as_far_as_it_is_told_whatever_it_was_before(before: Modes, modes: Modes) -> None:
    policy = POLICY.under(before).under(modes)
    assert policy.modes == modes
    assert (policy.mode_for(Action.SCALE_UP), policy.mode_for(Action.SCALE_DOWN)) == (modes.up, modes.down)
    assert policy.mode is policy.mode_for(Action.HOLD) is modes.boldest
    assert (policy == POLICY) == (modes == Modes.both(Mode.AUTO))


@given(MODES, st.sampled_from(Mode))
def test_no_direction_goes_further_than_a_limit(modes: Modes, most: Mode) -> None:
    capped = modes.at_most(most)
    assert (capped.up, capped.down) == (timid(modes.up, most), timid(modes.down, most))
    assert timid(capped.boldest, most) is capped.boldest
