"""Kafka when it is away, mad, closed, or told of in settings that make no sense."""

import asyncio
import logging
import ssl
from pathlib import Path

import pytest
from pydantic import ValidationError

from docktor.errors import SignalUnavailableError
from docktor.signals import Around
from docktor.signals.connections import Connections
from docktor.signals.kafka import KafkaOptions
from tests.brokers.fixtures import MakePrivate, MakeProxy
from tests.brokers.kafka import Kafka
from tests.signals.kafka_source import HOST, SECRET, around, fault, front, read, source
from tests.signals.leaks import cut_off, nothing_left, silent, sockets


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
