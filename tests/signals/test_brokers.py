"""The brokers of the tests are what they say: real ones that answer their clients, and end when told."""

import asyncio
import contextlib
import socket
from pathlib import Path

import aio_pika
import httpx2
import nats as nats_client
import psutil
import pytest
from aiobotocore.session import get_session
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from nats.aio.client import Client as NatsClient
from nats.errors import Error as NatsError
from nats.js.api import StreamConfig
from redis import asyncio as redis_client
from redis.exceptions import AuthenticationError

from tests.brokers.fixtures import MakePrivate, MakeProxy
from tests.brokers.kafka import Kafka
from tests.brokers.nats import Nats
from tests.brokers.process import HOST, Server
from tests.brokers.prometheus import Prometheus
from tests.brokers.rabbitmq import RabbitMQ
from tests.brokers.redis import Redis, Redis6
from tests.brokers.sqs import Sqs

SILENCE_S = 0.3
PING = b"PING\r\n"
PONG = b"+PONG\r\n"


async def test_nats_counts_a_streams_messages(nats: Nats) -> None:
    client = await nats_client.connect(nats.url)
    try:
        stream = client.jetstream()
        await stream.add_stream(StreamConfig(name="counted", subjects=["counted.*"]))
        await stream.publish("counted.one", b"1")
        assert (await stream.stream_info("counted")).state.messages == 1
    finally:
        await client.close()


async def test_rabbitmq_counts_a_queues_messages(rabbitmq: RabbitMQ) -> None:
    async with await aio_pika.connect(rabbitmq.url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("counted")
        await channel.default_exchange.publish(aio_pika.Message(b"1"), "counted")
        assert await queue.get() is not None
    async with httpx2.AsyncClient(base_url=rabbitmq.management_url, trust_env=False) as client:
        assert (await client.get("/api/queues/%2F/counted")).json()["name"] == "counted"


@pytest.mark.parametrize("kind", ["redis", "redis6"])
async def test_redis_tells_a_groups_lag_from_version_7_on(kind: str, request: pytest.FixtureRequest) -> None:
    server: Redis = request.getfixturevalue(kind)
    async with redis_client.Redis.from_url(server.url) as client:
        await client.xadd("counted", {"number": 1})
        await client.xgroup_create("counted", "group", id="0")
        [group] = await client.xinfo_groups("counted")
        assert group.get("lag") == (None if kind == "redis6" else 1)


async def test_kafka_tells_ends_and_a_groups_offsets(kafka: Kafka) -> None:
    kafka.add_topic("counted", 3)
    kafka.produce("counted", 0, 5)
    kafka.produce("counted", 2, 7)
    kafka.commit("group", "counted", {0: 2})
    first, second, third = places = [TopicPartition("counted", number) for number in range(3)]
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka.url)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.url)
    try:
        await consumer.start()
        await admin.start()
        [topic] = await admin.describe_topics(["counted"])
        assert {told["partition"] for told in topic["partitions"]} == {0, 1, 2}
        assert await consumer.end_offsets(places) == {first: 5, second: 0, third: 7}
        offsets = await admin.list_consumer_group_offsets("group", partitions=places)
        assert {place: told.offset for place, told in offsets.items()} == {first: 2, second: -1, third: -1}
    finally:
        await consumer.stop()
        await admin.close()


async def test_sqs_counts_a_queues_messages(sqs: Sqs) -> None:
    async with get_session().create_client(
        "sqs",
        endpoint_url=sqs.url,
        region_name=sqs.region,
        aws_access_key_id=sqs.key,
        aws_secret_access_key=sqs.secret,
    ) as client:
        url = (await client.create_queue(QueueName="counted"))["QueueUrl"]
        await client.send_message(QueueUrl=url, MessageBody="1")
        told = await client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        assert told["Attributes"] == {"ApproximateNumberOfMessages": "1"}


async def test_prometheus_answers_an_instant_query(prometheus: Prometheus) -> None:
    async with httpx2.AsyncClient(base_url=prometheus.url, trust_env=False) as client:
        answer = (await client.get("/api/v1/query", params={"query": 'up{job="self"}'})).json()
    assert [result["value"][1] for result in answer["data"]["result"]] == ["1"]


async def test_nats_wants_its_password_and_keeps_streams_when_killed(private: MakePrivate) -> None:
    nats = private(Nats, user="dock", password="tor")
    stranger = NatsClient()
    with pytest.raises(NatsError):
        await stranger.connect(nats.bare_url, allow_reconnect=False, error_cb=ignore)
    await stranger.close()  # a failed connect leaves its socket open
    client = await nats_client.connect(nats.url)
    await client.jetstream().add_stream(StreamConfig(name="kept"))
    await client.jetstream().publish("kept", b"1")
    await client.close()
    nats.kill()
    nats.start()
    client = await nats_client.connect(nats.url)
    assert (await client.jetstream().stream_info("kept")).state.messages == 1
    await client.close()


@pytest.mark.parametrize("kind", [Redis, Redis6])
async def test_redis_wants_its_password_and_keeps_streams_when_killed(private: MakePrivate, kind: type[Redis]) -> None:
    redis = private(kind, password="tor")
    async with redis_client.Redis.from_url(redis.bare_url) as client:
        with pytest.raises(AuthenticationError):
            await client.ping()
    async with redis_client.Redis.from_url(redis.url) as client:
        await client.xadd("kept", {"number": 1})
    redis.kill()
    redis.start()
    async with redis_client.Redis.from_url(redis.url) as client:
        assert await client.xlen("kept") == 1


async def test_rabbitmq_serves_again_after_all_it_is_put_through(private: MakePrivate) -> None:
    """Killed right after a confirmation it now and then comes back without the message: nothing here relies on that."""
    rabbitmq = private(RabbitMQ, user="other", password="secret")
    async with await aio_pika.connect(rabbitmq.url) as connection:
        channel = await connection.channel()
        await channel.declare_queue("kept", durable=True)
        message = aio_pika.Message(b"1", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, "kept")
    put_through_its_lives(rabbitmq)
    async with await aio_pika.connect(rabbitmq.url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("kept", durable=True)
        await channel.default_exchange.publish(message, "kept")
        assert await queue.get(timeout=5) is not None
    ends_without_a_trace(rabbitmq)


@pytest.mark.parametrize("kind", [Nats, Redis, Redis6, Kafka, Sqs, Prometheus])
def test_it_dies_returns_freezes_and_leaves_no_trace(private: MakePrivate, kind: type[Server]) -> None:
    server = private(kind)
    put_through_its_lives(server)
    ends_without_a_trace(server)


def test_one_that_does_not_start_says_why(private: MakePrivate) -> None:
    class Misled(Redis):
        def command(self) -> list[str]:
            return [*super().command(), "--nonsense", "1"]

    with pytest.raises(AssertionError, match=r"(?s)ended while starting: .*nonsense"):
        private(Misled)


async def test_one_started_from_a_worker_thread_outlives_it(private: MakePrivate) -> None:
    server = private(Redis)
    server.kill()
    await asyncio.to_thread(server.start)
    await asyncio.get_running_loop().shutdown_default_executor()
    assert server.answers()


async def test_a_proxy_passes_garbles_hangs_and_closes(private: MakePrivate, proxy: MakeProxy) -> None:
    front = await proxy(private(Redis))
    assert front.connections == 0
    reader, writer = await asyncio.open_connection(HOST, front.port)
    writer.write(PING)
    assert await reader.readexactly(len(PONG)) == PONG
    assert front.connections == 1

    front.switch("hang")
    writer.write(PING)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), SILENCE_S)
    front.switch("pass")
    assert await reader.readexactly(len(PONG)) == PONG

    front.switch("garbage")
    writer.write(PING)
    assert PONG not in await reader.read(100)
    stranger, strangers_writer = await asyncio.open_connection(HOST, front.port)
    assert await stranger.read(100)
    assert front.connections == 2

    front.switch("close")
    assert len(await stranger.read()) < 1000
    strangers_writer.close()
    writer.close()
    late, late_writer = await asyncio.open_connection(HOST, front.port)
    assert await late.read() == b""
    late_writer.close()
    assert front.connections == 0
    assert front.accepted == 3


async def test_kafka_behind_a_proxy_is_reached_through_it_alone(private: MakePrivate, proxy: MakeProxy) -> None:
    kafka = private(Kafka)
    front = await proxy(kafka)
    kafka.add_topic("seen", 1)
    kafka.produce("seen", 0, 4)
    consumer = AIOKafkaConsumer(bootstrap_servers=f"{HOST}:{front.port}")
    place = TopicPartition("seen", 0)
    try:
        await consumer.start()
        assert await consumer.end_offsets([place]) == {place: 4}
        front.switch("hang")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(consumer.end_offsets([place]), SILENCE_S)
        front.switch("pass")
    finally:
        await consumer.stop()


async def ignore(_: Exception) -> None:
    pass


def put_through_its_lives(server: Server) -> None:
    """Ends with it running."""
    port, pid = server.port, server.pid
    server.kill()
    assert not psutil.pid_exists(pid)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, port), timeout=1).close()
    server.start()
    assert server.port == port and server.pid != pid and server.answers()

    server.freeze()
    with socket.create_connection((HOST, port), timeout=1) as client:
        client.settimeout(SILENCE_S)
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        with pytest.raises(TimeoutError):
            client.recv(1)
    server.thaw()
    assert server.answers()

    server.stop()
    assert not server.running
    server.start()


def ends_without_a_trace(server: Server) -> None:
    """Even when it is frozen."""
    folder, port = server.folder, server.port
    assert processes_in(folder)
    server.freeze()
    server.close()
    assert not folder.exists()
    assert processes_in(folder) == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, port), timeout=1).close()


def processes_in(folder: Path) -> list[str]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.cwd().startswith(str(folder)) or process.environ().get("HOME") == str(folder):
                found.append(" ".join(process.cmdline()))
    return found
