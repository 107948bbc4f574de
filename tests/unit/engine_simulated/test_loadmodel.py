"""The load model: what must hold for any load, any number of replicas and any way of asking."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.core.loadmodel import NO_WORK, Progress, ServiceModel, advance

loads = st.floats(0, 1e5)
models = st.builds(ServiceModel, capacity=st.floats(0.1, 1e4), startup=st.floats(0, 120), queue=st.booleans())
counts = st.integers(0, 50)
spans = st.floats(0, 500)
levels = st.lists(loads, min_size=1, max_size=8)


def steps(levels: list[float], at: float) -> float:
    """Each level for three seconds, over and over."""
    return levels[int(at // 3) % len(levels)]


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-6, abs=1e-6)


def test_the_contract_in_numbers() -> None:
    web = ServiceModel(capacity=100, startup=30)
    assert web.cpu(150, 2) == 75
    assert web.cpu(500, 2) == 100
    assert web.cpu(500, 0) == 0
    assert web.ready_at(10) == 40
    done = advance(web, lambda at: 150, 2, Progress(), 10)
    assert done.each.busy_s == near(7.5)
    assert done.each.served == near(750)
    assert (done.backlog, done.each.saturated_s) == (0, 0)


def test_a_worker_keeps_what_it_cannot_serve_and_works_it_off() -> None:
    worker = ServiceModel(capacity=20, queue=True)
    burst = advance(worker, lambda at: 100, 1, Progress(), 10)
    assert burst.backlog == near(800)
    assert worker.cpu(0, 5, burst.backlog) == 100
    half = advance(worker, lambda at: 0, 4, burst, 15)
    assert half.backlog == near(400)
    rest = advance(worker, lambda at: 8, 4, half, 25)
    assert rest.backlog == 0
    emptied = 400 / (80 - 8)
    assert rest.each.saturated_s - half.each.saturated_s == near(emptied)
    assert rest.each.busy_s - half.each.busy_s == near(emptied + (10 - emptied) * 0.1)


@given(models, levels, counts, spans)
def test_nothing_is_served_twice_or_made_up(model: ServiceModel, levels: list[float], ready: int, until: float) -> None:
    done = advance(model, lambda at: steps(levels, at), ready, Progress(), until)
    arrived = sum(
        steps(levels, cell) * (min(until, cell + 1) - cell)
        for cell in itertools.takewhile(lambda cell: cell < until, itertools.count())
    )
    served = done.each.served * ready
    assert served <= arrived * (1 + 1e-6) + 1e-6
    assert done.backlog >= 0
    assert 0 <= done.each.saturated_s <= done.each.busy_s <= until * (1 + 1e-9)
    if model.queue:
        assert served + done.backlog == near(arrived)
    else:
        assert done.backlog == 0


@given(models, levels, counts, st.lists(st.floats(0, 200), min_size=1, max_size=10))
def test_the_answer_does_not_depend_on_how_often_one_asks(
    model: ServiceModel, levels: list[float], ready: int, looks: list[float]
) -> None:
    looks.sort()
    by_looks = Progress()
    for at in looks:
        by_looks = advance(model, lambda at: steps(levels, at), ready, by_looks, at)
    at_once = advance(model, lambda at: steps(levels, at), ready, Progress(), looks[-1])
    assert by_looks.at == at_once.at
    assert by_looks.backlog == near(at_once.backlog)
    assert by_looks.each.busy_s == near(at_once.each.busy_s)
    assert by_looks.each.served == near(at_once.each.served)


@given(models, levels, counts, st.floats(0, 100), st.floats(0, 100))
def test_work_never_shrinks_and_time_never_turns_back(
    model: ServiceModel, levels: list[float], ready: int, first: float, second: float
) -> None:
    one = advance(model, lambda at: steps(levels, at), ready, Progress(), first)
    two = advance(model, lambda at: steps(levels, at), ready, one, second)
    assert two.at == max(first, second)
    step = two.each - one.each
    assert min(step.busy_s, step.served, step.saturated_s) >= 0
    if second <= first:
        assert two is one


@given(models, loads, st.integers(1, 50), loads)
def test_more_replicas_never_leave_more_to_do(model: ServiceModel, load: float, ready: int, backlog: float) -> None:
    start = Progress(backlog=backlog if model.queue else 0)
    fewer = advance(model, lambda at: load, ready, start, 30)
    more = advance(model, lambda at: load, ready + 1, start, 30)
    assert more.backlog <= fewer.backlog * (1 + 1e-9) + 1e-6
    assert more.each.busy_s <= fewer.each.busy_s * (1 + 1e-9) + 1e-6
    assert 0 <= model.cpu(load, ready + 1) <= model.cpu(load, ready) <= 100


@given(models, loads, spans)
def test_nobody_ready_means_no_work(model: ServiceModel, load: float, until: float) -> None:
    done = advance(model, lambda at: load, 0, Progress(), until)
    assert done.each == NO_WORK
    assert done.backlog == near(load * until if model.queue else 0)
