"""From samples to numbers; what can't be known is absent."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from docktor.core.observe import Observed, Reading, Restarts, observe, ooms_within, restarts_within, usage
from docktor.core.world import Health, Replica, RunState, Sample, ServiceState
from tests.unit.core.build import LONG_AGO, NOW, WEB, at, replica, service

WINDOW = 10.0


def readings(one: Replica, cores: float, *, ages: Sequence[float] = (10, 5, 0), rx_rate: int = 1000) -> list[Reading]:
    """Samples of a replica that uses `cores`, taken `ages` seconds ago; its engine's clock is an hour ahead."""
    found = []
    for age in ages:
        moment = 1000 - age
        sample = Sample(
            replica_id=one.id,
            at=NOW + timedelta(seconds=3600 - age),
            started_at=one.started_at,
            cpu_s=cores * moment,
            memory_bytes=50_000_000,
            memory_limit_bytes=200_000_000,
            rx_bytes=int(rx_rate * moment),
            tx_bytes=0,
            periods=int(10 * moment),
            throttled=int(5 * moment),
        )
        found.append(Reading(at(-age), sample))
    return found


def look(state: ServiceState, *known: tuple[int, float]) -> Observed:
    by_replica = {state.replicas[index].id: readings(state.replicas[index], cores) for index, cores in known}
    return observe(state, by_replica, WINDOW, NOW, restarts=0, ooms=0)


def test_cpu_is_a_percentage_of_the_limit_or_of_one_core() -> None:
    limited, free = replica(1, cpu_limit=0.5), replica(2)
    assert usage(limited, readings(limited, 0.25), WINDOW, NOW).cpu == pytest.approx(50)  # type: ignore[union-attr]
    assert usage(free, readings(free, 0.25), WINDOW, NOW).cpu == pytest.approx(25)  # type: ignore[union-attr]
    assert usage(free, readings(free, 1.5), WINDOW, NOW).cpu == pytest.approx(150)  # type: ignore[union-attr]


def test_average_min_max_and_totals() -> None:
    found = look(service(2), (0, 0.2), (1, 0.6)).observations
    assert found["cpu.avg"].value == pytest.approx(40)
    assert found["cpu.avg"].low == found["cpu.avg"].high == found["cpu.avg"].value
    assert found["cpu.min"].value == pytest.approx(20)
    assert found["cpu.max"].value == pytest.approx(60)
    assert found["cpu.cores"].value == pytest.approx(0.8)
    assert found["memory.avg"].value == pytest.approx(25)
    assert found["memory.bytes"].value == pytest.approx(1e8)
    assert found["network.rx.avg"].value == pytest.approx(1000)
    assert found["cpu.throttled"].value == pytest.approx(50)
    assert found["replicas.ready"].value == 2


def test_a_starting_replica_is_not_idle() -> None:
    young = replica(2, started_at=at(-3))
    found = look(service(1, young), (0, 0.9)).observations["cpu.avg"]
    assert found.value == pytest.approx(90)
    assert found.low == pytest.approx(45)
    assert found.high == pytest.approx(95)
    starting = replica(2, health=Health.STARTING)
    assert look(service(1, starting), (0, 0.1)).observations["cpu.avg"].high == pytest.approx(55)


@pytest.mark.parametrize(
    "broken",
    [
        {"state": RunState.EXITED},
        {"state": RunState.CREATED},
        {"state": RunState.DEAD},
        {"state": RunState.RESTARTING},
        {"health": Health.UNHEALTHY},
    ],
)
def test_a_dead_replica_is_no_reason_to_shrink_and_no_brake_on_growing(broken: dict[str, object]) -> None:
    found = look(service(1, replica(2, **broken)), (0, 0.1)).observations["cpu.avg"]
    assert found.low == pytest.approx(10)
    assert found.high == pytest.approx(55)


def test_no_ready_replica_means_absent_with_the_reason() -> None:
    found = look(service(0, replica(1, started_at=at(-1)), replica(2, state=RunState.EXITED)))
    assert "cpu.avg" not in found.observations
    assert found.missing["cpu.avg"] == "1 replica still starting, none ready"
    assert look(service(0, replica(1, state=RunState.EXITED))).missing["cpu.avg"].startswith("no replica is serving")
    assert look(service(2)).missing["cpu.avg"] == "no fresh samples yet of 2 ready replicas"


def test_stale_short_restarted_and_nonsense_samples_are_absent() -> None:
    one = replica(1)
    assert usage(one, readings(one, 0.5, ages=(30, 20, 11)), WINDOW, NOW) is None, "stale"
    assert usage(one, readings(one, 0.5, ages=(4, 0)), WINDOW, NOW) is None, "less than half a window"
    assert usage(one, readings(one, 0.5, ages=(0,)), WINDOW, NOW) is None, "one sample"
    assert usage(one, [], WINDOW, NOW) is None
    good = readings(one, 0.5)
    reborn = replace(good[-1], sample=replace(good[-1].sample, started_at=at(-1)))
    assert usage(one, [*good[:-1], reborn], WINDOW, NOW) is None, "restarted"
    for nonsense in (math.nan, -1.0, math.inf):
        bad = replace(good[-1], sample=replace(good[-1].sample, cpu_s=nonsense))
        assert usage(one, [*good[:-1], bad], WINDOW, NOW) is None, nonsense


def test_a_machine_that_does_not_count_memory_leaves_only_that_out() -> None:
    one = replica(1)
    bare = [replace(r, sample=replace(r.sample, memory_bytes=0, memory_limit_bytes=0)) for r in readings(one, 0.5)]
    found = observe(service(1), {one.id: bare}, WINDOW, NOW, restarts=0, ooms=0)
    assert {"memory.avg", "memory.bytes"} <= found.missing.keys()
    assert found.observations["cpu.avg"].value == pytest.approx(50)


def test_a_container_without_a_network_of_its_own_leaves_only_that_out() -> None:
    one = replica(1)
    bare = [replace(r, sample=replace(r.sample, rx_bytes=None, tx_bytes=None)) for r in readings(one, 0.5)]
    found = observe(service(1), {one.id: bare}, WINDOW, NOW, restarts=0, ooms=0)
    assert "network.rx.avg" in found.missing
    assert found.observations["cpu.avg"].value == pytest.approx(50)


def test_restarts_count_within_the_window_only() -> None:
    counts = ((-60, 1), (-15, 4), (-5, 5), (0, 6))
    history = [Restarts(at(when), {"id1": count}) for when, count in counts]
    assert restarts_within(history, WINDOW, NOW) == 2
    assert restarts_within(history[-1:], WINDOW, NOW) == 0
    assert restarts_within([], WINDOW, NOW) == 0


def test_kills_for_lack_of_memory() -> None:
    dead = replica(1, state=RunState.EXITED, oom_killed=True)
    assert ooms_within(ServiceState(WEB, (dead,)), [], WINDOW, NOW) == 1
    assert ooms_within(service(1), [at(-60), at(-5), at(-1)], WINDOW, NOW) == 2
    assert ooms_within(ServiceState(WEB, (replica(1, oom_killed=True),)), [], WINDOW, NOW) == 0
    assert LONG_AGO < NOW
