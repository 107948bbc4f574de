"""Which replicas are made, started again and removed."""

import random

import pytest

from docktor.engine.docker.plan import choose_source, half_made, make_plan, removal_order
from docktor.engine.docker.wire import Json, number_of
from tests.unit.engine.inspects import labelled, small


def ended(number: int, **changes: object) -> Json:
    return small(number, State__Status="exited", **changes)


def sick(number: int, health: str) -> Json:
    return small(number, State__Health={"Status": health})


def ours(number: int, **changes: object) -> Json:
    made = small(number, **changes)
    made["Config"]["Labels"]["docktor.op"] = "op-1"
    return made


def in_order(inspects: list[Json]) -> list[int]:
    return [number_of(one) for one in removal_order(inspects)]


def test_numbers_go_on_from_the_highest_and_gaps_stay() -> None:
    plan = make_plan([small(1), small(4)], 5)
    assert (plan.create, plan.start, plan.remove) == ((5, 6, 7), (), ())


def test_names_that_others_hold_are_passed_over() -> None:
    assert make_plan([small(1)], 3, {2, 3}).create == (4, 5)


def test_nothing_to_do() -> None:
    plan = make_plan([small(1), small(2)], 2)
    assert (plan.create, plan.start, plan.remove) == ((), (), ())


def test_ended_replicas_start_again_before_new_ones_are_made() -> None:
    plan = make_plan([small(1), ended(2), small(3, State__Status="created")], 4)
    assert [number_of(one) for one in plan.start] == [2, 3] and plan.create == (4,)


def test_ended_replicas_of_an_older_file_do_not() -> None:
    old = labelled(ended(1), config_hash="h0")
    plan = make_plan([old, small(2)], 3)
    assert plan.start == () and plan.create == (3,)


@pytest.mark.parametrize("state", ["dead", "removing", "restarting", "running"])
def test_others_are_not_started(state: str) -> None:
    assert make_plan([small(1), small(2, State__Status=state)], 3).start == ()


def test_the_order_of_removal() -> None:
    inspects = [
        small(1),
        ended(2),
        small(3, State__Status="restarting"),
        sick(4, "unhealthy"),
        sick(5, "starting"),
        labelled(small(6), config_hash="h0"),
        small(7, Image="sha256:bb"),
        small(8),
        small(9, Created="2026-11-23T11:00:00Z"),
        small(10, State__Status="dead"),
    ]
    inspects[4]["Created"] = "2026-11-23T09:00:00Z"
    random.Random(7).shuffle(inspects)
    assert in_order(inspects) == [10, 2, 3, 4, 5, 7, 6, 9, 8, 1]


def test_equals_go_newest_first() -> None:
    assert in_order([small(n) for n in (2, 1, 12, 3)]) == [12, 3, 2, 1]


def test_a_copy_of_an_older_file_does_not_count_as_current_because_it_is_newer() -> None:
    """The file changed: Compose recreated 1; a copy of the former file, made later by us, goes first."""
    inspects = [
        labelled(small(1, Created="2026-11-23T12:00:00Z"), config_hash="h2"),
        ours(2, Created="2026-11-23T13:00:00Z"),
    ]
    assert in_order(inspects) == [2, 1]
    assert number_of(choose_source(inspects)) == 1


def test_the_source_is_current_running_healthy_and_composes_own() -> None:
    assert number_of(choose_source([small(1), ours(2)])) == 1
    assert number_of(choose_source([ended(1), ours(2)])) == 2
    assert number_of(choose_source([small(1), sick(2, "unhealthy"), small(3)])) == 3
    assert number_of(choose_source([ours(2), ours(3)])) == 3


def test_half_made_is_ours_and_never_started() -> None:
    assert half_made(ours(2, State__Status="created"))
    assert not half_made(small(2, State__Status="created"))
    assert not half_made(ours(2, State__Status="exited"))


def test_same_containers_same_plan_whatever_their_order() -> None:
    inspects = [small(1), ended(2), sick(3, "unhealthy"), small(4)]
    for asked in range(1, 7):
        plans = []
        for seed in range(5):
            shuffled = list(inspects)
            random.Random(seed).shuffle(shuffled)
            plan = make_plan(shuffled, asked)
            plans.append((plan.create, {number_of(one) for one in plan.start}, [number_of(one) for one in plan.remove]))
        assert all(plan == plans[0] for plan in plans)
        assert len(inspects) + len(plans[0][0]) - len(plans[0][2]) == asked
