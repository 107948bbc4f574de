from dataclasses import replace

import pytest

from docktor.core.foresight import OFTENEST, RAREST, Foresight, rare_of
from docktor.core.policy import Policy, Prefer, Target
from docktor.core.world import Observation
from tests.unit.core.build import POLICY, at, seen

CPU = replace(POLICY, up_when=(), down_when=(), target=Target("cpu.avg", 65))


def test_the_higher_the_target_the_less_caution() -> None:
    shares = [
        rare_of(replace(CPU, target=Target("cpu.avg", value)), Target("cpu.avg", value)) for value in (50, 65, 80)
    ]
    assert shares == sorted(shares)
    assert shares[1] == pytest.approx(0.02)


@pytest.mark.parametrize("value", [1e-9, 1e9])
def test_an_absurd_target_stays_within_bounds(value: float) -> None:
    assert RAREST <= rare_of(CPU, Target("cpu.avg", value)) <= OFTENEST


@pytest.mark.parametrize(("prefer", "share"), [(Prefer.CHEAP, 0.064), (Prefer.BALANCED, 0.02), (Prefer.FAST, 0.006)])
def test_what_is_preferred_is_a_matter_of_caution_too(prefer: Prefer, share: float) -> None:
    policy = replace(CPU, prefer=prefer)
    assert rare_of(policy, Target("cpu.avg", 65)) == pytest.approx(share, abs=0.001)


def looked(policy: Policy, looks: int) -> Foresight:
    foresight = Foresight()
    for index in range(looks):
        more = {"replicas.ready": Observation.exact(2)}
        foresight.look(policy, seen(2, 50, now=at(index * 10), more=more))
    return foresight


def test_a_horizon_that_is_written_down_counts() -> None:
    assert Foresight().look(replace(CPU, horizon=120), seen(2, 50)).horizon == 120


def test_no_forecast_wanted() -> None:
    assert Foresight().look(replace(CPU, forecast=False), seen(2, 50)).outlook is None
    assert Foresight().look(POLICY, seen(2, 50)).outlook is None


def test_another_target_is_another_load() -> None:
    foresight = looked(CPU, 60)
    known = foresight.look(CPU, seen(2, 50, now=at(600))).outlook
    other = replace(CPU, target=Target("memory.avg", 65))
    fresh = foresight.look(other, seen(2, 50, now=at(610))).outlook
    assert known is not None
    assert known.bound is not None or known.record.minutes == 0
    assert fresh is not None
    assert fresh.bound is None
