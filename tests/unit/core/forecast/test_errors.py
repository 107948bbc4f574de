import random

import pytest

from docktor.core.forecast.errors import STEP, Errors


@pytest.mark.parametrize("rare", [0.02, 0.1, 0.5])
def test_the_value_that_only_the_rare_share_is_above(rare: float) -> None:
    chance = random.Random(7)
    errors = Errors(rare, 1.0, prior=2.6)
    for _ in range(20_000):
        errors.add(chance.random())
    assert errors.quantile() == pytest.approx(1 - rare, abs=2 * STEP)


def test_before_anything_is_seen_it_is_the_prior() -> None:
    assert Errors(0.02, 1.0, prior=2.6).quantile() == pytest.approx(2.6, abs=STEP)


def test_large_errors_are_told_in_wider_steps() -> None:
    errors = Errors(0.5, 1.0, prior=1.0)
    for _ in range(1000):
        errors.add(20.0)
    assert errors.quantile() == pytest.approx(20, rel=0.1)
    errors.add(1e9)  # beyond the last bin there is only the last bin
    errors.add(-1e9)


def test_it_forgets() -> None:
    gain = 2 ** (1 / 50)  # an error counts half after fifty more
    errors = Errors(0.1, gain, prior=1.0)
    for _ in range(300):
        errors.add(2.5)
    for _ in range(300):
        errors.add(0.1)
    assert errors.quantile() == pytest.approx(0.1, abs=2 * STEP)


def test_growing_weights_never_overflow() -> None:
    errors = Errors(0.1, 2.0, prior=1.0)
    for index in range(5000):
        errors.add(0.5 if index % 3 else 1.5)
    assert errors.quantile() == pytest.approx(1.5, abs=2 * STEP)
