"""One container's counters: read rightly on both cgroup versions, or left out."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from docktor.engine.docker.stats import memory_of, sample_of
from docktor.engine.docker.wire import Json
from tests.unit.engine.inspects import set_at, small

# What an engine answers for a container that has ended.
ZEROS: Json = {
    "read": "0001-01-01T00:00:00Z",
    "cpu_stats": {"cpu_usage": {"total_usage": 0}, "throttling_data": {"periods": 0}},
    "memory_stats": {},
}


def stats(**changes: object) -> Json:
    made: Json = {
        "read": "2026-11-23T10:05:00.123456789Z",
        "cpu_stats": {
            "cpu_usage": {"total_usage": 2_500_000_000},
            "throttling_data": {"periods": 10, "throttled_periods": 4, "throttled_time": 1},
        },
        "memory_stats": {"usage": 1000, "limit": 4000, "stats": {"inactive_file": 100, "total_inactive_file": 300}},
        "networks": {"eth0": {"rx_bytes": 1, "tx_bytes": 2}, "eth1": {"rx_bytes": 10, "tx_bytes": 20}},
    }
    for path, value in changes.items():
        set_at(made, path.replace("__", "."), value)
    return made


def test_all_of_it() -> None:
    sample = sample_of(stats(), small(1))
    assert sample is not None
    assert sample.at == datetime(2026, 11, 23, 10, 5, 0, 123456, UTC)
    assert sample.started_at == datetime(2026, 11, 23, 10, 1, tzinfo=UTC)
    assert sample.replica_id == small(1)["Id"] and sample.cpu_s == 2.5
    assert (sample.memory_bytes, sample.memory_limit_bytes) == (700, 4000)
    assert (sample.rx_bytes, sample.tx_bytes) == (11, 22)
    assert (sample.periods, sample.throttled) == (10, 4)


def test_zeros_of_what_does_not_run_are_no_numbers() -> None:
    assert sample_of(ZEROS, small(1)) is None
    assert sample_of(stats(cpu_stats={}), small(1)) is None
    assert sample_of({}, small(1)) is None


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "-1", "1e3", "18446744073709551000", "null", "true", '"5"', "[]"])
def test_nonsense_is_left_out(bad: str) -> None:
    value: Any = json.loads(bad)
    assert sample_of(stats(cpu_stats__cpu_usage__total_usage=value), small(1)) is None
    sample = sample_of(
        stats(memory_stats__usage=value, networks__eth0__rx_bytes=value, cpu_stats__throttling_data__periods=value),
        small(1),
    )
    assert sample is not None
    assert (sample.memory_bytes, sample.memory_limit_bytes) == (0, 0), "memory unknown"
    assert (sample.rx_bytes, sample.tx_bytes, sample.periods) == (None, 22, 0)


@pytest.mark.parametrize("read", [None, "", "yesterday", 5, "2026-11-23T10:05:00"])
def test_without_a_time_there_is_no_sample(read: object) -> None:
    assert sample_of(stats(read=read), small(1)) is None


@pytest.mark.parametrize(
    ("details", "used"),
    [
        ({"total_inactive_file": 300, "inactive_file": 100}, 700),
        ({"inactive_file": 100}, 900),
        ({"total_inactive_file": 1000}, 1000),
        ({"inactive_file": 5000}, 1000),
        ({}, 1000),
        (None, 1000),
    ],
)
def test_inactive_file_cache_is_not_used_memory(details: object, used: int) -> None:
    assert memory_of({"usage": 1000, "limit": 4000, "stats": details}) == (used, 4000)


@pytest.mark.parametrize("mode", ["host", "none", "container:abc"])
def test_a_shared_network_has_no_counters(mode: str) -> None:
    sample = sample_of(stats(), small(1, HostConfig__NetworkMode=mode))
    assert sample is not None and sample.rx_bytes is None and sample.tx_bytes is None


def test_no_networks_no_counters() -> None:
    nothing: tuple[Json | None, ...] = (None, {})
    for networks in nothing:
        sample = sample_of(stats(networks=networks), small(1))
        assert sample is not None and sample.rx_bytes is None
