"""RabbitMQ, told by a real broker: by AMQP at once, by its management API some seconds later."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiormq
import httpx
import pytest
from aiormq.abc import AbstractChannel
from pydantic import ValidationError

from docktor.errors import SignalUnavailableError
from docktor.signals import Around, Total
from docktor.signals.rabbitmq import RabbitMQ as Reader
from docktor.signals.rabbitmq import of_queue
from tests.brokers.fixtures import MakePrivate, MakeProxy
from tests.brokers.process import HOST, free_ports
from tests.brokers.proxy import Mode
from tests.brokers.rabbitmq import RabbitMQ
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

ODD = "a/b c%ü*"
ODDER = "x%2Fy"
ODD_USER = "a/b@c%"
ODD_PASSWORD = "p%41:/ü#? @+"
ROUNDS = 50
STATISTICS_S = 25.0
QUORUM = {"x-queue-type": "quorum"}


def reader(server: RabbitMQ, at: Around | None = None, **options: Any) -> Reader:
    return Reader(Reader.Options.model_validate({"url": server.url, **options}), at or around())


@pytest.fixture
async def channel(rabbitmq: RabbitMQ) -> AsyncIterator[AbstractChannel]:
    connection = await aiormq.connect(rabbitmq.url)
    yield await connection.channel()
    await connection.close()


@pytest.fixture
async def manage(rabbitmq: RabbitMQ) -> AsyncIterator[httpx.AsyncClient]:
    auth = (rabbitmq.user, rabbitmq.password)
    async with httpx.AsyncClient(base_url=rabbitmq.bare_management_url, auth=auth, trust_env=False) as client:
        yield client


@pytest.fixture
async def vhosts(rabbitmq: RabbitMQ, manage: httpx.AsyncClient) -> AsyncIterator[tuple[str, ...]]:
    """Of odd names, each with a queue of an odd name that has one message."""
    names = (ODD, ODDER)
    for name in names:
        vhost, queue = quote(name, safe=""), quote(ODD, safe="")
        message = {"properties": {}, "routing_key": ODD, "payload": "1", "payload_encoding": "string"}
        assert (await manage.put(f"/api/vhosts/{vhost}")).is_success
        assert (await manage.put(f"/api/queues/{vhost}/{queue}", json={"durable": True})).is_success
        assert (await manage.post(f"/api/exchanges/{vhost}/amq.default/publish", json=message)).json()["routed"]
    yield names
    for name in names:
        assert (await manage.delete(f"/api/vhosts/{quote(name, safe='')}")).is_success


async def ignore(_: object) -> None:
    return


async def put(channel: AbstractChannel, queue: str, count: int) -> None:
    for number in range(count):
        await channel.basic_publish(b"%d" % number, routing_key=queue)


async def take(channel: AbstractChannel, queue: str, count: int, *, no_ack: bool = False) -> list[int]:
    taken = [await channel.basic_get(queue, no_ack=no_ack) for _ in range(count)]
    tags = [message.delivery.delivery_tag for message in taken]  # type: ignore[union-attr]
    return [tag for tag in tags if tag is not None]


@pytest.mark.parametrize("arguments", [{}, QUORUM], ids=["classic", "quorum"])
async def test_the_broker_itself_tells_what_is_ready(
    rabbitmq: RabbitMQ, channel: AbstractChannel, arguments: Mapping[str, Any]
) -> None:
    queue = f"ready-{len(arguments)}"
    await channel.queue_declare(queue, durable=True, arguments=dict(arguments))
    provider = reader(rabbitmq, queue=queue)
    assert await provider.read() == {"backlog": 0, "consumers": 0}
    await put(channel, queue, 5)
    await settles_at(provider, {"backlog": 5})
    first, second, third = await take(channel, queue, 3)
    await settles_at(provider, {"backlog": 2})
    await channel.basic_ack(first)
    await channel.basic_reject(second, requeue=True)
    await settles_at(provider, {"backlog": 3})
    await channel.basic_reject(third, requeue=False)
    await channel.queue_purge(queue)
    await settles_at(provider, {"backlog": 0, "consumers": 0})
    await channel.basic_consume(queue, ignore)
    await settles_at(provider, {"backlog": 0, "consumers": 1})
    await channel.queue_delete(queue)
    await provider.close()


@pytest.mark.parametrize("arguments", [{}, QUORUM], ids=["classic", "quorum"])
async def test_the_management_api_tells_the_rest(
    rabbitmq: RabbitMQ, channel: AbstractChannel, arguments: Mapping[str, Any]
) -> None:
    queue = f"rest-{len(arguments)}"
    await channel.queue_declare(queue, durable=True, arguments=dict(arguments))
    provider = reader(rabbitmq, url=rabbitmq.management_url, queue=queue)
    failure = await failure_of(provider)
    assert (failure.state, "no numbers" in str(failure)) == ("down", True), failure
    await put(channel, queue, 7)
    first, *_ = await take(channel, queue, 3)
    await take(channel, queue, 1, no_ack=True)
    await channel.basic_ack(first)
    expected = {"backlog": 3, "in_flight": 2, "lag": 5, "rate_in": 7, "rate_out": 2, "rate_redelivered": 0}
    found = await settles_at(provider, expected, STATISTICS_S)
    assert all(isinstance(found[name], Total) for name in ("rate_in", "rate_out", "rate_redelivered"))
    assert "consumers" in found
    await channel.queue_delete(queue)
    assert (await failure_of(provider)).state == "wrong"
    await provider.close()


async def test_the_management_api_follows(rabbitmq: RabbitMQ, channel: AbstractChannel) -> None:
    await channel.queue_declare("follows")
    provider = reader(rabbitmq, url=rabbitmq.management_url, queue="follows")
    assert not {"rate_in", "rate_out"} & (await settles_at(provider, {"lag": 0}, STATISTICS_S)).keys()
    await put(channel, "follows", 5)
    first, second = await take(channel, "follows", 2)
    await channel.basic_reject(first, requeue=True)
    await take(channel, "follows", 1)
    await channel.basic_consume("follows", ignore)
    totals = {"rate_in": 5, "rate_out": 0, "rate_redelivered": 1}
    await settles_at(provider, {"backlog": 0, "in_flight": 5, "lag": 5, "consumers": 1, **totals}, STATISTICS_S)
    await channel.basic_ack(second)
    await put(channel, "follows", 1)
    totals = {"rate_in": 6, "rate_out": 1, "rate_redelivered": 1}
    await settles_at(provider, {"backlog": 0, "in_flight": 5, "lag": 5, "consumers": 1, **totals}, STATISTICS_S)
    await channel.close()
    await settles_at(provider, {"backlog": 5, "in_flight": 0, "lag": 5, "consumers": 0, **totals}, STATISTICS_S)
    again = await channel.connection.channel()
    await again.queue_purge("follows")
    await settles_at(provider, {"backlog": 0, "in_flight": 0, "lag": 0, **totals}, STATISTICS_S)
    await provider.close()


async def test_with_both_only_the_management_api_is_asked(
    rabbitmq: RabbitMQ, channel: AbstractChannel, proxy: MakeProxy
) -> None:
    front = await proxy(rabbitmq)
    await channel.queue_declare("both")
    url = f"amqp://dock:tor@{HOST}:{front.port}/"
    provider = reader(rabbitmq, url=url, management_url=rabbitmq.bare_management_url, queue="both")
    await settles_at(provider, {"backlog": 0, "in_flight": 0, "lag": 0, "consumers": 0}, STATISTICS_S)
    assert front.accepted == 0
    await provider.close()
    assert await no_sockets_to(rabbitmq.management_port)


STATS = {"publish": 9, "ack": 3, "deliver_no_ack": 2, "get_no_ack": 1, "redeliver": 4}
HEALTHY = {"state": "running", "messages_ready": 1, "messages_unacknowledged": 2, "consumers": 3}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (None, "wrong"),
        ([], "wrong"),
        ({}, "down"),
        ({**HEALTHY, "state": "down"}, "down"),
        ({**HEALTHY, "state": "minority"}, "down"),
        ({**HEALTHY, "messages_ready": None}, "lying"),
        ({**HEALTHY, "messages_ready": -1}, "lying"),
        ({**HEALTHY, "messages_unacknowledged": float("nan")}, "lying"),
        ({**HEALTHY, "consumers": "three"}, "lying"),
        ({**HEALTHY, "message_stats": {"publish": 1e300}}, "lying"),
    ],
)
def test_an_answer_that_cannot_be_is_none(answer: object, state: str) -> None:
    with pytest.raises(SignalUnavailableError) as failure:
        of_queue(answer, "q")
    assert failure.value.state == state


def test_what_is_not_known_is_left_out() -> None:
    assert of_queue(HEALTHY, "q") == {"backlog": 1, "in_flight": 2, "lag": 3, "consumers": 3}
    assert of_queue({**HEALTHY, "message_stats": {}}, "q").keys() == of_queue(HEALTHY, "q").keys()
    found = of_queue({**HEALTHY, "message_stats": STATS}, "q")
    assert (found["rate_in"], found["rate_out"], found["rate_redelivered"]) == (9, 6, 4)
    assert of_queue({**HEALTHY, "message_stats": {"publish": 1}}, "q")["rate_out"] == 0


async def test_odd_names(rabbitmq: RabbitMQ, vhosts: tuple[str, ...]) -> None:
    at = around()
    for vhost in vhosts:
        in_path = reader(rabbitmq, at, url=rabbitmq.url + quote(vhost, safe=""), queue=ODD)
        in_option = reader(rabbitmq, at, vhost=vhost, queue=ODD)
        api = reader(rabbitmq, at, url=rabbitmq.management_url, vhost=vhost, queue=ODD)
        assert (await in_path.read())["backlog"] == (await in_option.read())["backlog"] == 1
        await settles_at(api, {"backlog": 1}, STATISTICS_S)
        for provider in (in_path, in_option, api):
            assert provider.where.endswith(f"{vhost}/{ODD}")
            await provider.close()
    assert await no_sockets_to(rabbitmq.port)


@pytest.mark.parametrize("path", ["", "/", "//", "/%2F", "/%2f"])
async def test_the_default_vhost(rabbitmq: RabbitMQ, channel: AbstractChannel, path: str) -> None:
    await channel.queue_declare("default")
    provider = reader(rabbitmq, url=rabbitmq.url.rstrip("/") + path, queue="default")
    assert (await provider.read())["backlog"] == 0
    await provider.close()


async def test_credentials(rabbitmq: RabbitMQ, channel: AbstractChannel, manage: httpx.AsyncClient) -> None:
    await channel.queue_declare("guarded")
    who = quote(ODD_USER, safe="")
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    for name, rights in ((who, everything), ("barred", None)):
        asked = {"password": ODD_PASSWORD, "tags": "management"}
        assert (await manage.put(f"/api/users/{name}", json=asked)).is_success
        if rights:
            assert (await manage.put(f"/api/permissions/%2F/{name}", json=rights)).is_success
    broker, api = f"{HOST}:{rabbitmq.port}", f"{HOST}:{rabbitmq.management_port}"
    written = f"{who}:{quote(ODD_PASSWORD, safe='')}"
    options: dict[str, Any] = {"user": ODD_USER, "password": ODD_PASSWORD}
    good: list[dict[str, Any]] = [
        {"url": f"amqp://{written}@{broker}"},
        {"url": f"amqp://{broker}", **options},
        {"url": f"amqp://else:else@{broker}", **options},
        {"url": f"http://{written}@{api}"},
        {"url": f"http://{api}/", **options},
        {"url": f"amqp://{written}@{broker}", "management_url": f"http://{api}"},
        {"url": f"amqp://else:else@{broker}", "management_url": f"http://{written}@{api}"},
    ]
    for one in good:
        provider = reader(rabbitmq, queue="guarded", **one)
        assert (await settles_at(provider, {"backlog": 0}, STATISTICS_S))["consumers"] == 0
        assert not any(word in f"{provider.options!r} {provider.where}" for word in (ODD_PASSWORD, "p%2541", "else"))
        await provider.close()
    bad: list[tuple[dict[str, Any], str]] = [
        ({"url": f"amqp://{broker}"}, "credentials"),
        ({"url": f"amqp://{who}:hunter2@{broker}"}, "credentials"),
        ({"url": f"amqp://{broker}", "user": ODD_USER, "password": "hunter2"}, "credentials"),
        ({"url": f"http://{who}:hunter2@{api}"}, "credentials"),
        ({"url": f"http://{api}", "user": ODD_USER, "password": "hunter2"}, "credentials"),
        ({"url": f"amqp://{broker}", "user": "barred", "password": ODD_PASSWORD}, "may not use vhost /"),
        ({"url": f"http://{api}", "user": "barred", "password": ODD_PASSWORD}, "credentials"),
    ]
    for one, text in bad:
        provider = reader(rabbitmq, queue="guarded", **one)
        failure = await failure_of(provider)
        assert (failure.state, text in str(failure)) == ("refused", True)
        assert "hunter2" not in f"{failure} {provider.options!r} {provider.where}"
        assert ODD_PASSWORD not in f"{failure} {provider.options!r} {provider.where}"
        await provider.close()
    for name in (who, "barred"):
        await manage.delete(f"/api/users/{name}")


async def test_what_is_wrong_is_said(rabbitmq: RabbitMQ, channel: AbstractChannel, manage: httpx.AsyncClient) -> None:
    await channel.queue_declare("mine", exclusive=True)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"queue": "nowhere"}, "nowhere"),
        ({"queue": "q", "vhost": "nowhere"}, "nowhere"),
        ({"queue": "mine"}, "mine"),
        ({"queue": "nowhere", "url": rabbitmq.management_url}, "nowhere"),
        ({"queue": "q", "url": rabbitmq.management_url, "vhost": "nowhere"}, "nowhere"),
        ({"queue": "q", "url": f"{rabbitmq.management_url}/elsewhere"}, "q"),
    ]
    for options, text in cases:
        provider = reader(rabbitmq, **options)
        failure = await failure_of(provider)
        assert (failure.state, text in str(failure)) == ("wrong", True), failure
        await provider.close()


async def test_a_vhost_that_is_full_is_down(rabbitmq: RabbitMQ, manage: httpx.AsyncClient) -> None:
    await manage.put("/api/vhosts/full")
    await manage.put("/api/permissions/full/dock", json={"configure": ".*", "write": ".*", "read": ".*"})
    await manage.put("/api/vhost-limits/full/max-connections", json={"value": 0})
    provider = reader(rabbitmq, vhost="full", queue="q")
    failure = await failure_of(provider)
    assert (failure.state, "limit" in str(failure)) == ("down", True)
    await provider.close()
    await manage.delete("/api/vhosts/full")


async def test_nobody_listens() -> None:
    [port] = free_ports(1)
    for url in (f"amqp://{HOST}:{port}", f"http://{HOST}:{port}"):
        provider = Reader(Reader.Options(url=url, queue="q"), around())
        assert (await failure_of(provider)).state == "down"
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
        {"management_url": "amqp://dock:hunter2@host"},
        {"url": "http://dock:hunter2@host", "management_url": "http://dock:hunter2@host"},
    ],
)
def test_options_that_make_no_sense_are_refused_without_showing_them(options: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as failure:
        Reader.Options.model_validate({**options, "queue": "q"})
    assert "ter2" not in str(failure.value)


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
