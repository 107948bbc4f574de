"""RabbitMQ, told by a real broker: by AMQP at once, by its management API some seconds later."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from aiormq.abc import AbstractChannel

from docktor.errors import SignalUnavailableError
from docktor.signals import Total
from docktor.signals.rabbitmq import of_queue
from tests.brokers.fixtures import MakeProxy
from tests.brokers.process import HOST
from tests.brokers.rabbitmq import RabbitMQ
from tests.signals.rabbitmq_client import STATISTICS_S, channel_of, managing, put, reader, take
from tests.signals.reading import (
    around,
    failure_of,
    no_sockets_to,
    settles_at,
)

ODD = "a/b c%ü*"
ODDER = "x%2Fy"
QUORUM = {"x-queue-type": "quorum"}


@pytest.fixture
async def channel(rabbitmq: RabbitMQ) -> AsyncIterator[AbstractChannel]:
    async with channel_of(rabbitmq) as channel:
        yield channel


@pytest.fixture
async def manage(rabbitmq: RabbitMQ) -> AsyncIterator[httpx2.AsyncClient]:
    async with managing(rabbitmq) as client:
        yield client


@pytest.fixture
async def vhosts(rabbitmq: RabbitMQ, manage: httpx2.AsyncClient) -> AsyncIterator[tuple[str, ...]]:
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


async def test_what_is_wrong_is_said(rabbitmq: RabbitMQ, channel: AbstractChannel, manage: httpx2.AsyncClient) -> None:
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


async def test_a_vhost_that_is_full_is_down(rabbitmq: RabbitMQ, manage: httpx2.AsyncClient) -> None:
    await manage.put("/api/vhosts/full")
    await manage.put("/api/permissions/full/dock", json={"configure": ".*", "write": ".*", "read": ".*"})
    await manage.put("/api/vhost-limits/full/max-connections", json={"value": 0})
    provider = reader(rabbitmq, vhost="full", queue="q")
    failure = await failure_of(provider)
    assert (failure.state, "limit" in str(failure)) == ("down", True)
    await provider.close()
    await manage.delete("/api/vhosts/full")
