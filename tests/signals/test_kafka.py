"""Kafka: a group's lag, from librdkafka's broker (which knows no logins; TLS stands in front of it)."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka.conn import create_conn
from aiokafka.protocol.metadata import MetadataRequest
from confluent_kafka import Producer
from pydantic import ValidationError

from docktor.errors import SignalUnavailableError
from docktor.signals import Around, Numbers, Total
from docktor.signals.connections import Connections
from docktor.signals.kafka import Kafka as Source
from docktor.signals.kafka import KafkaOptions
from tests.brokers.fixtures import MakePrivate, MakeProxy
from tests.brokers.kafka import Kafka
from tests.signals.leaks import cut_off, nothing_left, silent, sockets

HOST = "127.0.0.1"
DEADLINE = 5.0
SECRET = "t0p-s3cret"
LIST_OFFSETS, METADATA, OFFSET_FETCH, FIND_COORDINATOR, API_VERSIONS = 2, 3, 9, 10, 18


def around() -> Around:
    return Around("shop", Connections())


@asynccontextmanager
async def source(port: int, topic: str, surroundings: Around | None = None, **options: object) -> AsyncIterator[Source]:
    brokers = options.pop("brokers", f"{HOST}:{port}")
    settings = KafkaOptions.model_validate({"brokers": brokers, "topic": topic, "group": "workers", **options})
    one = Source(settings, surroundings or around())
    try:
        yield one
    finally:
        await one.close()


async def read(one: Source) -> Numbers:
    async with asyncio.timeout(DEADLINE):
        return await one.read()


async def fault(one: Source) -> SignalUnavailableError:
    with pytest.raises(SignalUnavailableError) as caught:
        await read(one)
    assert SECRET not in str(caught.value)
    return caught.value


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


async def test_nobody_there_is_down_and_back_at_the_next_read(private: MakePrivate) -> None:
    kafka = private(Kafka)
    kafka.add_topic("back", 1)
    async with nothing_left(kafka.port), source(kafka.port, "back") as one:
        assert (await read(one))["partitions"] == 1
        await asyncio.to_thread(kafka.kill)
        for _ in range(2):
            assert (await fault(one)).state == "down"
        await asyncio.to_thread(kafka.start)
        assert (await fault(one)).state == "wrong"  # it keeps nothing
        kafka.add_topic("back", 2)
        assert (await read(one))["partitions"] == 2


async def test_the_next_address_is_tried_when_the_first_is_silent(kafka: Kafka) -> None:
    kafka.add_topic("second", 1)
    async with (
        silent() as port,
        nothing_left(port, kafka.port),
        source(0, "second", brokers=[f"{HOST}:1", f"{HOST}:{port}", f"{HOST}:{kafka.port}"]) as one,
    ):
        assert (await read(one))["partitions"] == 1


@pytest.mark.parametrize("mode", ["garbage", "close"])
async def test_a_mad_broker_is_a_fault_and_leaves_nothing(private: MakePrivate, proxy: MakeProxy, mode: str) -> None:
    kafka = private(Kafka)
    kafka.add_topic("mad", 2)
    between = await proxy(kafka)
    async with source(between.port, "mad") as one:
        assert (await read(one))["partitions"] == 2
        between.switch(mode)  # type: ignore[arg-type]
        for _ in range(3):
            try:
                async with asyncio.timeout(1):
                    await one.read()
            except (SignalUnavailableError, TimeoutError):
                continue
            pytest.fail("it gave numbers")
        between.switch("pass")
        assert (await read(one))["partitions"] == 2


async def test_cut_off_at_any_moment_it_leaves_nothing(private: MakePrivate, proxy: MakeProxy) -> None:
    kafka = private(Kafka)
    kafka.add_topic("cut", 4)
    between = await proxy(kafka)
    surroundings = around()
    async with source(between.port, "cut", surroundings) as one:
        await read(one)
        async with nothing_left(between.port):
            for count in range(30):
                async with source(between.port, "cut", surroundings, group=f"g{count}") as other:
                    await asyncio.gather(cut_off(one, count * 0.0005), cut_off(other, count * 0.0004))
            between.switch("hang")
            for _ in range(5):
                await cut_off(one, 0.02)
            await asyncio.sleep(0.05)  # what is closed is gone a turn of the loop later
            assert not sockets(between.port)
            between.switch("pass")
        assert (await read(one))["partitions"] == 4


async def test_a_login_where_there_is_none_is_wrong_and_not_shown(
    kafka: Kafka, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    login: dict[str, object] = {"security": "sasl_plaintext", "user": "dock", "password": SECRET}
    async with nothing_left(kafka.port), source(kafka.port, "any", None, **login) as one:
        assert (await fault(one)).state == "wrong"
        assert SECRET not in repr(one.options) + one.where + caplog.text
    assert not [record for record in caplog.records if record.name.startswith("aiokafka")]


@asynccontextmanager
async def front(
    target: int, *, context: ssl.SSLContext | None = None, asked: list[int] | None = None
) -> AsyncIterator[int]:
    """A port before another one, with TLS or without. `asked` gets the number of each question's kind."""

    async def questions(client: asyncio.StreamReader, broker: asyncio.StreamWriter) -> None:
        while True:
            size = await client.readexactly(4)
            question = await client.readexactly(int.from_bytes(size, "big"))
            if asked is not None:
                asked.append(int.from_bytes(question[:2], "big"))
            broker.write(size + question)

    async def answers(broker: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        while chunk := await broker.read(65536):
            client.write(chunk)

    async def serve(client: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        broker, broker_out = await asyncio.open_connection(HOST, target)
        pumps = [asyncio.create_task(questions(client, broker_out)), asyncio.create_task(answers(broker, out))]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for one in pumps:
            one.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        broker_out.close()
        out.close()

    server = await asyncio.start_server(serve, HOST, 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """One of that name, and a server's side of TLS with it."""
    file, key = folder / "certificate.pem", folder / "key.pem"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={name} -addext subjectAltName=DNS:{name}"
    process = await asyncio.create_subprocess_exec(
        *command.split(), "-keyout", key, "-out", file, stderr=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() == 0
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file, key)
    return file, context


async def test_tls_wants_the_name_as_written_wherever_it_leads(private: MakePrivate, tmp_path: Path) -> None:
    kafka = private(Kafka)
    kafka.add_topic("safe", 1)
    file, context = await certificate(tmp_path, "kafka.test")
    async with front(kafka.port, context=context) as port:
        kafka.advertise(port)

        async def locate(host: str, at: int) -> tuple[str, int]:
            return HOST, port

        there = Around("shop", Connections(), locate)
        trusting: dict[str, object] = {"security": "ssl", "ca_file": str(file)}
        async with nothing_left(port):
            async with source(0, "safe", there, brokers="kafka.test:9093", **trusting) as one:
                assert (await read(one))["partitions"] == 1
            async with source(port, "safe", there, **trusting) as misnamed:
                error = await fault(misnamed)
                assert (error.state, "IP address mismatch" in str(error)) == ("wrong", True)
            async with source(0, "safe", there, brokers="kafka.test:9093", security="ssl") as stranger:
                assert (await fault(stranger)).state == "wrong"
        async with source(0, "safe", there, brokers="kafka.test:9093", security="ssl", ca_file="/none") as lost:
            assert "/none" in str(await fault(lost))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "needs brokers"),
        ({"brokers": "a:1", "url": "kafka://b:1"}, "needs brokers"),
        ({"url": "http://b:1"}, "kafka://"),
        ({"brokers": " , "}, "no address"),
        ({"brokers": f"dock:{SECRET}@a:1"}, "host:port"),
        ({"brokers": "a:port"}, "port"),
        ({"brokers": "a:1", "user": "dock"}, "security"),
        ({"brokers": "a:1", "security": "sasl_ssl"}, "user and password"),
        ({"brokers": "a:1", "security": "sasl_ssl", "user": "dock"}, "password"),
        ({"brokers": "a:1", "ca_file": "/ca"}, "ca_file"),
        ({"brokers": "a:1", "stuck_after": 0}, "stuck_after"),
        ({"brokers": "a:1", "start": "middle"}, "start"),
    ],
)
def test_settings_that_make_no_sense_are_told(options: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said) as caught:
        KafkaOptions.model_validate({"topic": "t", "group": "g", **options})
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "addresses"),
    [
        ({"brokers": "a"}, [("a", 9092)]),
        ({"brokers": "a:1, b:2"}, [("a", 1), ("b", 2)]),
        ({"brokers": ["a:1", "[::1]:2"]}, [("a", 1), ("::1", 2)]),
        ({"url": "kafka://a:1,b/"}, [("a", 1), ("b", 9092)]),
    ],
)
def test_addresses(options: dict[str, object], addresses: list[tuple[str, int]]) -> None:
    assert KafkaOptions.model_validate({"topic": "t", "group": "g", **options}).addresses == addresses
