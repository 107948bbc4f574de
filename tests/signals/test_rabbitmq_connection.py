"""How RabbitMQ is reached: addresses, credentials, one connection for all, and what is left when it goes wrong."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import aiormq
import httpx2
import pytest
from aiormq.abc import AbstractChannel
from pydantic import ValidationError

from docktor.errors import SignalUnavailableError
from docktor.signals import Around
from docktor.signals.rabbitmq import RabbitMQ as Reader
from tests.brokers.fixtures import MakePrivate, MakeProxy
from tests.brokers.process import HOST, free_ports
from tests.brokers.proxy import Mode
from tests.brokers.rabbitmq import RabbitMQ
from tests.signals.rabbitmq_client import STATISTICS_S, channel_of, managing, put, reader
from tests.signals.reading import (
    around,
    certificate,
    cut_off,
    fails_or_waits,
    failure_of,
    no_sockets_to,
    settles_at,
    sockets_to,
    tls_in_front,
)

ODD_USER = "a/b@c%"
ODD_PASSWORD = "p%41:/ü#? @+"
ROUNDS = 50


@pytest.fixture
async def channel(rabbitmq: RabbitMQ) -> AsyncIterator[AbstractChannel]:
    async with channel_of(rabbitmq) as channel:
        yield channel


@pytest.fixture
async def manage(rabbitmq: RabbitMQ) -> AsyncIterator[httpx2.AsyncClient]:
    async with managing(rabbitmq) as client:
        yield client


async def test_sources_share_a_connection_that_outlives_mistakes(
    rabbitmq: RabbitMQ, channel: AbstractChannel, proxy: MakeProxy
) -> None:
    for number in range(3):
        await channel.queue_declare(f"shared-{number}")
        await put(channel, f"shared-{number}", number)
    front, at = await proxy(rabbitmq), around()
    url = f"amqp://dock:tor@{HOST}:{front.port}/"
    providers = [reader(rabbitmq, at, url=url, queue=f"shared-{number}") for number in range(3)]
    gone = reader(rabbitmq, at, url=url, queue="nowhere")
    for _ in range(20):
        mistake = asyncio.create_task(failure_of(gone))
        found = await asyncio.gather(*(provider.read() for provider in providers))
        assert [numbers["backlog"] for numbers in found] == [0, 1, 2]
        assert (await mistake).state == "wrong"
    assert sockets_to(front.port) == front.accepted == 1
    for provider in (*providers, gone):
        await provider.close()
    assert await no_sockets_to(front.port)


@pytest.fixture
async def users(manage: httpx2.AsyncClient) -> AsyncIterator[str]:
    """One with an odd name, as it stands in an address, and `barred`, who may use no vhost; the same password."""
    odd = quote(ODD_USER, safe="")
    rights = {"configure": ".*", "write": ".*", "read": ".*"}
    for name in (odd, "barred"):
        wanted = {"password": ODD_PASSWORD, "tags": "management"}
        assert (await manage.put(f"/api/users/{name}", json=wanted)).is_success
    assert (await manage.put(f"/api/permissions/%2F/{odd}", json=rights)).is_success
    yield odd
    for name in (odd, "barred"):
        await manage.delete(f"/api/users/{name}")


async def test_credentials(rabbitmq: RabbitMQ, channel: AbstractChannel, users: str) -> None:
    await channel.queue_declare("guarded")
    broker, api = f"{HOST}:{rabbitmq.port}", f"{HOST}:{rabbitmq.management_port}"
    written = f"{users}:{quote(ODD_PASSWORD, safe='')}"
    options = {"user": ODD_USER, "password": ODD_PASSWORD}
    for one in (
        {"url": f"amqp://{written}@{broker}"},
        {"url": f"amqp://{broker}", **options},
        {"url": f"amqp://else:else@{broker}", **options},
        {"url": f"http://{written}@{api}"},
        {"url": f"http://{api}/", **options},
        {"url": f"amqp://{written}@{broker}", "management_url": f"http://{api}"},
        {"url": f"amqp://else:else@{broker}", "management_url": f"http://{written}@{api}"},
    ):
        provider = reader(rabbitmq, queue="guarded", **one)
        await settles_at(provider, {"backlog": 0}, STATISTICS_S)
        assert not any(word in f"{provider.options!r} {provider.where}" for word in (ODD_PASSWORD, "p%2541", "else"))
        await provider.close()


async def test_credentials_that_will_not_do(rabbitmq: RabbitMQ, channel: AbstractChannel, users: str) -> None:
    await channel.queue_declare("guarded")
    broker, api = f"{HOST}:{rabbitmq.port}", f"{HOST}:{rabbitmq.management_port}"
    for one, text in (
        ({"url": f"amqp://{broker}"}, "credentials"),
        ({"url": f"amqp://{users}:hunter2@{broker}"}, "credentials"),
        ({"url": f"amqp://{broker}", "user": ODD_USER, "password": "hunter2"}, "credentials"),
        ({"url": f"http://{users}:hunter2@{api}"}, "credentials"),
        ({"url": f"http://{api}", "user": ODD_USER, "password": "hunter2"}, "credentials"),
        ({"url": f"amqp://{broker}", "user": "barred", "password": ODD_PASSWORD}, "may not use vhost /"),
        ({"url": f"http://{api}", "user": "barred", "password": ODD_PASSWORD}, "credentials"),
    ):
        provider = reader(rabbitmq, queue="guarded", **one)
        failure = await failure_of(provider)
        assert (failure.state, text in str(failure)) == ("refused", True)
        shown = f"{failure} {provider.options!r} {provider.where}"
        assert "hunter2" not in shown and ODD_PASSWORD not in shown
        await provider.close()


@pytest.mark.parametrize(
    "options",
    [
        {"url": "amqp://dock:hun/ter2@host"},
        {"url": "amqp://dock:hun#ter2@host"},
        {"url": "amqp://dock:hun?ter2@host"},
        {"url": "amqp://dock:hunter2@host:0"},
        {"url": "amqp://dock:hunter2@host/?heartbeat=30"},
        {"url": "amqp://dock:12/hunter2@host"},
        {"url": "redis://dock:hunter2@host"},
        {"url": "http://dock:hunter2@ho$t"},
        {"management_url": "amqp://dock:hunter2@host"},
        {"url": "http://dock:hunter2@host", "management_url": "http://dock:hunter2@host"},
    ],
)
def test_options_that_make_no_sense_are_refused_without_showing_them(options: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as failure:
        Reader.Options.model_validate({**options, "queue": "q"})
    assert "ter2" not in str(failure.value)


async def test_a_host_given_as_an_ipv6_address(rabbitmq: RabbitMQ, channel: AbstractChannel) -> None:
    await channel.queue_declare("six")

    async def locate(host: str, port: int) -> tuple[str, int]:
        assert host == "::1"
        return HOST, port

    at = Around("shop", around().connections, locate)
    for url, seconds in (
        (f"amqp://dock:tor@[::1]:{rabbitmq.port}", 1),
        (f"http://dock:tor@[::1]:{rabbitmq.management_port}", STATISTICS_S),
    ):
        provider = reader(rabbitmq, at, url=url, queue="six")
        await settles_at(provider, {"backlog": 0}, seconds)
        assert provider.where.startswith("[::1]:")
        await provider.close()


async def test_tls_asks_for_the_name_in_the_address(
    rabbitmq: RabbitMQ, channel: AbstractChannel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await channel.queue_declare("tls")
    both = certificate(tmp_path, "rabbit.test")
    async with tls_in_front(rabbitmq.port, both) as port:
        stranger = reader(rabbitmq, around("rabbit.test"), url=f"amqps://dock:tor@rabbit.test:{port}", queue="tls")
        failure = await failure_of(stranger)
        assert (failure.state, "certificate" in str(failure)) == ("down", True)
        await stranger.close()
        monkeypatch.setenv("SSL_CERT_FILE", str(both))
        provider = reader(rabbitmq, around("rabbit.test"), url=f"amqps://dock:tor@rabbit.test:{port}", queue="tls")
        assert (await provider.read())["backlog"] == 0
        await provider.close()
        other = reader(rabbitmq, around("other.test"), url=f"amqps://dock:tor@other.test:{port}", queue="tls")
        assert "certificate" in str(await failure_of(other))
        await other.close()
        assert await no_sockets_to(port)


async def test_nobody_listens() -> None:
    [port] = free_ports(1)
    for url in (f"amqp://{HOST}:{port}", f"http://{HOST}:{port}"):
        provider = Reader(Reader.Options(url=url, queue="q"), around())
        assert (await failure_of(provider)).state == "down"
        await provider.close()


async def test_a_broker_that_comes_back_is_asked_again(private: MakePrivate) -> None:
    server = private(RabbitMQ)
    connection = await aiormq.connect(server.url)
    await (await connection.channel()).queue_declare("kept", durable=True)
    await connection.close()
    provider = reader(server, queue="kept")
    await provider.read()
    await asyncio.to_thread(server.kill)
    assert (await failure_of(provider)).state == "down"
    await asyncio.to_thread(server.start)
    assert (await provider.read())["backlog"] == 0
    await provider.close()
    assert await no_sockets_to(server.port)


async def test_who_was_hung_up_on_comes_back(rabbitmq: RabbitMQ, channel: AbstractChannel, proxy: MakeProxy) -> None:
    await channel.queue_declare("hung-up")
    front = await proxy(rabbitmq)
    provider = reader(rabbitmq, url=f"amqp://dock:tor@{HOST}:{front.port}", queue="hung-up")
    for _ in range(3):
        await provider.read()
        front.switch("close")
        await asyncio.sleep(0.05)
        front.switch("pass")
    assert front.accepted == 3
    await provider.close()


@pytest.mark.parametrize("mode", ["garbage", "close"])
async def test_nonsense_is_a_failure_that_passes(
    rabbitmq: RabbitMQ, channel: AbstractChannel, proxy: MakeProxy, mode: Mode, caplog: pytest.LogCaptureFixture
) -> None:
    await channel.queue_declare("nonsense")
    front = await proxy(rabbitmq)
    provider = reader(rabbitmq, url=f"amqp://dock:tor@{HOST}:{front.port}", queue="nonsense")
    caplog.set_level(logging.INFO)
    for _ in range(5):
        front.switch("pass")
        assert (await provider.read())["backlog"] == 0
        front.switch(mode)
        for _ in range(2):
            assert await fails_or_waits(provider)
    await provider.close()
    assert await no_sockets_to(front.port)
    assert caplog.records == []


async def test_cut_off_at_any_moment_nothing_is_left(
    rabbitmq: RabbitMQ, channel: AbstractChannel, proxy: MakeProxy, caplog: pytest.LogCaptureFixture
) -> None:
    await channel.queue_declare("cut")
    front, at = await proxy(rabbitmq), around()
    url = f"amqp://dock:tor@{HOST}:{front.port}"
    chance = random.Random(1)
    for _ in range(ROUNDS):
        provider = reader(rabbitmq, at, url=url, queue="cut")
        await cut_off(provider.read, chance.uniform(0, 0.02))
        await cut_off(provider.read, chance.uniform(0, 0.02))
        await provider.close()
    assert await no_sockets_to(front.port)
    assert caplog.records == []


async def test_who_is_cut_off_does_not_end_the_others(
    rabbitmq: RabbitMQ, channel: AbstractChannel, proxy: MakeProxy
) -> None:
    await channel.queue_declare("others")
    front, at = await proxy(rabbitmq), around()
    url = f"amqp://dock:tor@{HOST}:{front.port}"
    one, two = (reader(rabbitmq, at, url=url, queue="others") for _ in range(2))
    for delay in (0.001, 0.05, 0.2):
        await one.read()
        front.switch("hang")
        other = asyncio.create_task(two.read())
        await cut_off(one.read, delay)
        front.switch("pass")
        try:
            assert (await other)["backlog"] == 0
        except SignalUnavailableError as error:
            assert error.state == "down"
    assert (await one.read())["backlog"] == 0
    await one.close()
    await two.close()
    assert await no_sockets_to(front.port)


async def test_a_frozen_broker_is_left_behind(
    rabbitmq: RabbitMQ, channel: AbstractChannel, proxy: MakeProxy, caplog: pytest.LogCaptureFixture
) -> None:
    await channel.queue_declare("frozen")
    front = await proxy(rabbitmq)
    url = f"amqp://dock:tor@{HOST}:{front.port}"
    provider, late = (reader(rabbitmq, url=url, queue="frozen") for _ in range(2))
    await provider.read()
    front.switch("hang")
    for one in (provider, provider, late):
        await cut_off(one.read, 0.2)
    await provider.close()
    await late.close()
    assert await no_sockets_to(front.port)
    assert caplog.records == []
