import pytest

from docktor.core.backlog import Speeds, too_much
from docktor.core.policy import Target


def busy(rate: float, waiting: float) -> dict[str, float]:
    return {"queue.rate_out": rate, "queue.backlog": waiting}


def test_the_speed_of_replicas_that_were_all_busy() -> None:
    assert Speeds(ready=3).look(busy(60, 5000), ready=3, elapsed=10).usual == 20


def test_others_than_before_tell_nothing_yet() -> None:
    grown = Speeds(ready=2).look(busy(60, 5000), ready=3, elapsed=10)
    assert grown.usual is None
    assert grown.look(busy(60, 5000), ready=3, elapsed=10).usual == 20


@pytest.mark.parametrize(
    ("values", "ready"),
    [(busy(60, 599), 3), (busy(0, 5000), 3), (busy(60, 5000), 0), ({}, 3), ({"queue.backlog": 100.0}, 3)],
    ids=["they ran out of work", "nothing done", "nobody there", "nothing known", "no rate"],
)
def test_nothing_to_learn(values: dict[str, float], ready: int) -> None:
    assert Speeds(ready=ready).look(values, ready, elapsed=10).usual is None


def test_the_middle_of_the_latest() -> None:
    speeds = Speeds(ready=3)
    for rate in (1000.0, *[30.0] * 20, 90.0):
        speeds = speeds.look(busy(rate, 1e6), ready=3, elapsed=10)
    assert speeds.usual == 10
    assert len(speeds.seen) == 15


def test_half_of_what_each_may_have_is_left_to_wait() -> None:
    assert too_much(Target("queue.lag", 100), waiting=1000, replicas=4) == 800
    assert too_much(Target("queue.lag", 100), waiting=100, replicas=0) == 50
