"""Kafka: a group's lag, from librdkafka's broker, which knows no logins."""

import asyncio

import pytest
from aiokafka.conn import create_conn
from aiokafka.protocol.metadata import MetadataRequest
from confluent_kafka import Producer

from docktor.signals import Total
from tests.brokers.fixtures import MakePrivate
from tests.brokers.kafka import Kafka
from tests.signals.kafka_source import DEADLINE, HOST, around, fault, front, read, source
from tests.signals.leaks import nothing_left, sockets

LIST_OFFSETS, METADATA, OFFSET_FETCH, FIND_COORDINATOR, API_VERSIONS = 2, 3, 9, 10, 18


async def test_lag_grows_with_what_comes_and_falls_with_what_is_committed(kafka: Kafka) -> None:
    kafka.add_topic("lag", 3)
    kafka.commit("workers", "lag", {0: 0, 1: 0, 2: 0})
    async with source(kafka.port, "lag") as one:
        begin = await read(one)
        assert begin == {
            "backlog": 0,
            "lag": 0,
            "lag_max": 0,
            "partitions": 3,
            "most_replicas": 3,
            "stuck": 0,
            "rate_in": 0,
            "rate_out": 0,
        }
        assert isinstance(begin["rate_in"], Total)
        assert isinstance(begin["rate_out"], Total)
        kafka.produce("lag", 0, 5)
        kafka.produce("lag", 1, 7)
        came = await read(one)
        assert (came["backlog"], came["lag"], came["lag_max"]) == (12, 12, 7)
        assert (came["rate_in"], came["rate_out"]) == (12, 0)
        kafka.commit("workers", "lag", {0: 5, 1: 3})
        done = await read(one)
        assert (done["backlog"], done["lag"], done["lag_max"]) == (4, 4, 4)
        assert (done["rate_in"], done["rate_out"]) == (12, 8)


async def test_another_group_is_another_matter(kafka: Kafka) -> None:
    kafka.add_topic("groups", 1)
    kafka.produce("groups", 0, 9)
    kafka.commit("workers", "groups", {0: 9})
    kafka.commit("others", "groups", {0: 4})
    surroundings = around()
    async with (
        source(kafka.port, "groups", surroundings) as workers,
        source(kafka.port, "groups", surroundings, group="others") as others,
    ):
        assert (await read(workers))["lag"] == 0
        assert (await read(others))["lag"] == 5


async def test_a_group_without_offsets_has_a_number(kafka: Kafka) -> None:
    kafka.add_topic("fresh", 2)
    kafka.produce("fresh", 1, 6)
    async with source(kafka.port, "fresh", group="nobody") as latest:
        numbers = await read(latest)
        assert (numbers["lag"], numbers["rate_in"]) == (0, 6)
        assert "rate_out" not in numbers
    async with source(kafka.port, "fresh", group="nobody", start="earliest") as earliest:
        assert (await read(earliest))["lag"] == 6


async def test_a_first_commit_is_a_small_step_of_rate_out(kafka: Kafka) -> None:
    kafka.add_topic("first", 2)
    kafka.produce("first", 0, 100)
    kafka.produce("first", 1, 100)
    kafka.commit("workers", "first", {0: 90})
    async with source(kafka.port, "first") as one:
        before = await read(one)
        kafka.commit("workers", "first", {1: 100})
        after = await read(one)
    assert (before["rate_out"], after["rate_out"]) == (190, 190)


async def test_more_committed_than_there_is_counts_as_nothing(kafka: Kafka) -> None:
    kafka.add_topic("anew", 2)
    kafka.produce("anew", 0, 3)
    kafka.commit("workers", "anew", {0: 1000, 1: 0})
    kafka.produce("anew", 1, 2)
    async with source(kafka.port, "anew") as one:
        assert (await read(one))["lag"] == 2


async def test_what_the_log_dropped_counts_no_more(kafka: Kafka) -> None:
    """This broker keeps 5 MB of a partition."""
    kafka.add_topic("short", 1)
    kafka.commit("workers", "short", {0: 1})
    producer = Producer({"bootstrap.servers": kafka.url, "linger.ms": 0})
    for _ in range(10):
        producer.produce("short", bytes(900_000), partition=0)
        assert await asyncio.to_thread(producer.flush, DEADLINE) == 0
    async with source(kafka.port, "short") as one:
        numbers = await read(one)
    assert numbers["rate_in"] == 10
    assert 4 <= numbers["lag"] <= 5


@pytest.mark.parametrize("idle", [False, True])
async def test_no_more_replicas_than_partitions_unless_they_may_idle(kafka: Kafka, idle: bool) -> None:
    topic = f"replicas-{idle}".lower()
    kafka.add_topic(topic, 4)
    async with source(kafka.port, topic, allow_idle_consumers=idle) as one:
        assert (await read(one)).get("most_replicas") == (None if idle else 4)


@pytest.mark.parametrize("exclude", [False, True])
async def test_a_partition_that_hangs_is_told_and_left_out_on_request(kafka: Kafka, exclude: bool) -> None:
    topic = f"stuck-{exclude}".lower()
    kafka.add_topic(topic, 2)
    kafka.produce(topic, 0, 50)
    kafka.produce(topic, 1, 50)
    async with source(kafka.port, topic, exclude_stuck=exclude, stuck_after=0.5) as one:
        for done in range(1, 4):
            kafka.commit("workers", topic, {0: 7, 1: done})
            numbers = await read(one)
            await asyncio.sleep(0.3)
        assert numbers["stuck"] == 1
        assert numbers["lag"] == numbers["backlog"] == (47 if exclude else 90)
        await asyncio.sleep(0.3)
        still = await read(one)
        assert (still["stuck"], still["lag"]) == (0, 90)


async def test_a_topic_that_is_not_there_is_named_and_not_made(kafka: Kafka) -> None:
    async with source(kafka.port, "nowhere") as one:
        for _ in range(2):
            error = await fault(one)
            assert error.state == "wrong"
            assert "nowhere" in str(error)
        kafka.add_topic("somewhere", 1)
        assert sockets(kafka.port) == 1  # an answer all the same: the connection stays
    assert "nowhere" not in await topics(kafka)


async def test_four_questions_a_read_and_no_group_joined(private: MakePrivate) -> None:
    kafka = private(Kafka)
    kafka.add_topic("asked", 8)
    asked: list[int] = []
    async with front(kafka.port, asked=asked) as port:
        kafka.advertise(port)
        async with source(port, "asked") as one:
            await read(one)
            assert asked == [API_VERSIONS, METADATA, FIND_COORDINATOR, OFFSET_FETCH, LIST_OFFSETS, LIST_OFFSETS]
            asked.clear()
            await read(one)
            assert asked == [METADATA, OFFSET_FETCH, LIST_OFFSETS, LIST_OFFSETS]


async def topics(kafka: Kafka) -> set[str]:
    connection = await create_conn(HOST, kafka.port)
    try:
        return {name for _, name, *_ in (await connection.send(MetadataRequest(None))).topics}
    finally:
        await connection.close()


async def test_two_sources_share_one_connection_and_close_it(kafka: Kafka) -> None:
    kafka.add_topic("share-a", 2)
    kafka.add_topic("share-b", 2)
    surroundings = around()
    async with nothing_left(kafka.port), source(kafka.port, "share-a", surroundings) as first:
        async with source(kafka.port, "share-b", surroundings) as second:
            await asyncio.gather(read(first), read(second))
            assert sockets(kafka.port) == 1
        await read(first)
        assert sockets(kafka.port) == 1
