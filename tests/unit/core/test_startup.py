from docktor.core.startup import LONGEST_S, StartUps
from docktor.core.world import USUAL_START_UP_S
from tests.unit.core.build import at

Looks = list[tuple[float, int, int]]


def looked(looks: Looks) -> StartUps:
    found = StartUps()
    for seconds, replicas, ready in looks:
        found = found.look(at(seconds), replicas, ready)
    return found


def test_nothing_seen_yet() -> None:
    assert StartUps().usual == USUAL_START_UP_S
    assert looked([(0, 2, 2), (10, 2, 2)]).usual == USUAL_START_UP_S


def test_from_the_look_that_asked_to_half_way_before_the_look_that_saw_it_ready() -> None:
    # asked for at 10, there at 20, ready at 50
    found = looked([(0, 2, 2), (10, 2, 2), (20, 4, 2), (30, 4, 2), (40, 4, 2), (50, 4, 4)])
    assert found.took == (35.0,)
    assert found.usual == 35.0


def test_each_growth_by_itself() -> None:
    found = looked([(0, 1, 1), (10, 2, 1), (20, 3, 1), (30, 3, 2), (40, 3, 3)])
    assert found.took == (25.0, 25.0)


def test_a_growth_that_was_taken_back_tells_nothing() -> None:
    assert looked([(0, 1, 1), (10, 3, 1), (20, 1, 1), (30, 1, 1)]).took == ()


def test_a_replica_that_never_gets_ready_is_given_up() -> None:
    assert looked([(0, 1, 1), (10, 2, 1), (LONGEST_S + 30, 2, 2)]).took == ()


def test_three_of_four_were_quicker() -> None:
    assert StartUps(took=(10, 20, 30, 40)).usual == 40
    assert StartUps(took=(10, 20, 30, 40, 50, 60, 70, 80, 90)).usual == 70


def test_a_clock_that_was_set_back() -> None:
    assert looked([(0, 1, 1), (10, 2, 1), (-100, 2, 2), (-90, 2, 2)]).took == ()


def test_a_second_look_at_the_same_moment_sees_the_growth_too() -> None:
    found = looked([(0, 1, 1), (10, 1, 1), (10, 2, 1), (20, 2, 1), (30, 2, 2)])
    assert found.took == (15.0,)
