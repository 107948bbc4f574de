"""A parked replica is known by its id and the end of its last run, and only while it is alone."""

from dataclasses import replace

import pytest

from docktor.core.parking import left_at_zero, set_aside
from docktor.core.world import Parked, Replica, RunState
from tests.unit.core.build import NOW, at, replica, service

ENDED = replica(1, state=RunState.EXITED, finished_at=NOW, exit_code=0)
OURS = Parked(ENDED.id, NOW)


def test_the_one_we_stopped_is_set_aside() -> None:
    state = service(0, ENDED, unscalable="fixed port")
    aside = set_aside(state, OURS)
    assert (aside.replicas, aside.parked) == ((), ENDED)
    assert replace(aside, replicas=(ENDED,), parked=None) == state


@pytest.mark.parametrize(
    "remembered", [None, Parked("id2", NOW), Parked("id1", at(1)), Parked("id1", NOW.replace(microsecond=1))]
)
def test_one_that_a_person_stopped_is_not(remembered: Parked | None) -> None:
    state = service(0, ENDED)
    assert set_aside(state, remembered) is state


@pytest.mark.parametrize(
    "only",
    [
        replica(1),
        *(replace(ENDED, state=state) for state in RunState if state is not RunState.EXITED),
        replace(ENDED, finished_at=None),
    ],
)
def test_one_in_any_other_state_is_not(only: Replica) -> None:
    state = service(0, only)
    assert set_aside(state, OURS) is state


@pytest.mark.parametrize("others", [[replica(2)], [replica(2, state=RunState.CREATED)], [replica(2), replica(3)]])
def test_beside_others_it_is_just_one_that_ended(others: list[Replica]) -> None:
    state = service(0, ENDED, *others)
    assert set_aside(state, OURS) is state


def test_a_service_without_containers_stays_as_it_is() -> None:
    state = service(0)
    assert set_aside(state, OURS) is state


def test_a_scale_to_zero_that_was_cut_off_is_recognised_by_its_time() -> None:
    assert left_at_zero(service(0, ENDED), at(-1)) == OURS
    assert left_at_zero(service(0, ENDED), at(1)) is None
    assert left_at_zero(service(1, ENDED), at(-1)) is None
    assert left_at_zero(service(1), at(-1)) is None
