"""How Redis is reached: addresses, credentials, one connection for all, and what is left when it goes wrong."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pydantic import ValidationError
from redis.asyncio import Redis as Client

from docktor.errors import SignalUnavailableError
from docktor.signals import Around
from docktor.signals.redis_streams import RedisStreams
from tests.brokers.fixtures import MakePrivate, MakeProxy
from tests.brokers.process import HOST, free_ports
from tests.brokers.proxy import Mode
from tests.brokers.redis import Redis, Redis6
from tests.signals.reading import (
    around,
    certificate,
    cut_off,
    fails_or_waits,
    failure_of,
    no_sockets_to,
    sockets_to,
    tls_in_front,
)
from tests.signals.redis_client import GROUP, emptied, fill, reader

ODD_USER = "a/b@c%"
ODD_PASSWORD = "p%41:/ü#? @+"
ROUNDS = 50


@pytest.fixture
async def client7(redis: Redis) -> AsyncIterator[Client]:
    async with emptied(redis) as client:
        yield client


async def test_sources_share_a_connection_and_take_turns(redis: Redis, client7: Client, proxy: MakeProxy) -> None:
    for number in range(4):
        await fill(client7, number + 1, f"s{number}")
        await client7.xgroup_create(f"s{number}", GROUP, id="0")
    front, at = await proxy(redis), around()
    url = f"redis://{HOST}:{front.port}"
    providers = [reader(redis, at, url=url, stream=f"s{number}", group=GROUP) for number in range(4)]
    for _ in range(20):
        found = await asyncio.gather(*(provider.read() for provider in providers))
        assert [numbers["backlog"] for numbers in found] == [1, 2, 3, 4]
    assert sockets_to(front.port) == front.accepted == 1
    for provider in providers:
        await provider.close()
    assert await no_sockets_to(front.port)


async def test_a_mistake_keeps_the_connection(redis: Redis, client7: Client, proxy: MakeProxy) -> None:
    await fill(client7, 1)
    front, at = await proxy(redis), around()
    url = f"redis://{HOST}:{front.port}"
    good, gone = reader(redis, at, url=url, stream="s"), reader(redis, at, url=url, stream="gone")
    for _ in range(3):
        await good.read()
        await failure_of(gone)
    assert front.accepted == 1
    await good.close()
    await gone.close()


@pytest.mark.parametrize("kind", [Redis, Redis6])
async def test_credentials(private: MakePrivate, kind: type[Redis]) -> None:
    server = private(kind, password="tor")
    async with Client(host=HOST, port=server.port, password="tor") as client:
        await client.xadd("s", {"n": 1})
        await client.acl_setuser(
            ODD_USER, enabled=True, passwords=[f"+{ODD_PASSWORD}"], keys=["s"], commands=["+xinfo", "+xrange"]
        )
        await client.acl_setuser("mute", enabled=True, passwords=["+hunter2"], keys=["s"], commands=["+ping"])
    place = f"{HOST}:{server.port}"
    good: list[dict[str, Any]] = [
        {"url": f"redis://:tor@{place}"},
        {"url": f"redis://{place}", "password": "tor"},
        {"url": f"redis://{quote(ODD_USER, safe='')}:{quote(ODD_PASSWORD, safe='')}@{place}"},
        {"url": f"redis://else:else@{place}", "user": ODD_USER, "password": ODD_PASSWORD},
    ]
    for options in good:
        provider = reader(server, stream="s", **options)
        assert (await provider.read())["backlog"] == 1
        assert not any(word in f"{provider.options!r} {provider.where}" for word in (ODD_PASSWORD, "tor@", "else"))
        await provider.close()
    bad: list[dict[str, Any]] = [
        {"url": f"redis://{place}"},
        {"url": f"redis://:hunter2@{place}"},
        {"url": f"redis://{place}", "user": ODD_USER, "password": "hunter2"},
        {"url": f"redis://{place}", "user": "mute", "password": "hunter2"},
    ]
    for options in bad:
        provider = reader(server, stream="s", **options)
        failure = await failure_of(provider)
        assert failure.state == "refused"
        assert "hunter2" not in f"{failure} {provider.options!r}"
        await provider.close()


@pytest.mark.parametrize(
    "url",
    [
        "redis://:hun/ter2@host",
        "redis://:hun#ter2@host",
        "redis://:hun?ter2@host",
        "redis://:hun[ter2@host",
        "redis://:hunter2%ff@host",
        "redis://:hunter2@host:70000",
        "redis://:hunter2@ho st",
        "redis://:hun\nter2@host",
        "redis://:hunter2@host/one",
        "redis://:hunter2@host?ssl_cert_reqs=none",
        "http://:hunter2@host",
        "redis://",
    ],
)
def test_an_address_that_is_none_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(ValidationError) as failure:
        RedisStreams.Options.model_validate({"url": url, "stream": "s"})
    assert "ter2" not in str(failure.value)


async def test_a_host_given_as_an_ipv6_address(redis: Redis, client7: Client) -> None:
    await fill(client7, 1)

    async def locate(host: str, port: int) -> tuple[str, int]:
        assert host == "::1"
        return HOST, port

    at = around()
    provider = reader(redis, Around("shop", at.connections, locate), url=f"redis://[::1]:{redis.port}", stream="s")
    assert (await provider.read())["backlog"] == 1
    assert provider.where == f"[::1]:{redis.port} s"
    await provider.close()


async def test_tls_asks_for_the_name_in_the_address(
    redis: Redis, client7: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(client7, 1)
    both = certificate(tmp_path, "redis.test")
    async with tls_in_front(redis.port, both) as port:
        stranger = reader(redis, around("redis.test"), url=f"rediss://redis.test:{port}", stream="s")
        failure = await failure_of(stranger)
        assert (failure.state, "certificate" in str(failure)) == ("down", True)
        await stranger.close()
        monkeypatch.setenv("SSL_CERT_FILE", str(both))
        provider = reader(redis, around("redis.test"), url=f"rediss://redis.test:{port}", stream="s")
        assert (await provider.read())["backlog"] == 1
        await provider.close()
        other = reader(redis, around("other.test"), url=f"rediss://other.test:{port}", stream="s")
        assert "certificate" in str(await failure_of(other))
        await other.close()
        assert await no_sockets_to(port)


async def test_nobody_listens() -> None:
    [port] = free_ports(1)
    provider = RedisStreams(RedisStreams.Options(url=f"redis://{HOST}:{port}", stream="s"), around())
    assert (await failure_of(provider)).state == "down"
    await provider.close()


async def test_a_server_that_was_restarted_between_reads_is_asked_again(private: MakePrivate) -> None:
    server = private(Redis)
    async with Client.from_url(server.url) as client:
        await fill(client, 3)
    provider = reader(server, stream="s")
    assert (await provider.read())["backlog"] == 3
    server.kill()
    assert (await failure_of(provider)).state == "down"
    server.start()
    assert (await provider.read())["backlog"] == 3
    server.kill()
    server.start()
    await asyncio.sleep(0.05)  # the loop stood still meanwhile, and hears of it now
    assert (await provider.read())["backlog"] == 3
    await provider.close()


async def test_who_is_dropped_for_being_idle_comes_back(private: MakePrivate) -> None:
    server = private(Redis)
    provider = reader(server, stream="s")
    async with Client.from_url(server.url) as client:
        await fill(client, 3)
        for _ in range(3):
            assert (await provider.read())["backlog"] == 3
            await client.client_kill_filter(_type="normal", skipme=True)
            await asyncio.sleep(0.05)
    await provider.close()


@pytest.mark.parametrize("mode", ["garbage", "close"])
async def test_nonsense_is_a_failure_that_passes(redis: Redis, client7: Client, proxy: MakeProxy, mode: Mode) -> None:
    await fill(client7, 1)
    front = await proxy(redis)
    provider = reader(redis, url=f"redis://{HOST}:{front.port}", stream="s")
    for _ in range(5):
        front.switch("pass")
        assert (await provider.read())["backlog"] == 1
        front.switch(mode)
        for _ in range(2):
            assert await fails_or_waits(provider)
    await provider.close()
    assert await no_sockets_to(front.port)


async def test_cut_off_at_any_moment_nothing_is_left(redis: Redis, client7: Client) -> None:
    entries = await fill(client7, 3000)
    await client7.xgroup_create("s", GROUP, id=entries[4])
    await client7.xdel("s", entries[8])
    chance = random.Random(1)
    at = around()
    for _ in range(ROUNDS):
        provider = reader(redis, at, stream="s", group=GROUP)
        await cut_off(provider.read, chance.uniform(0, 0.004))
        await cut_off(provider.read, chance.uniform(0, 0.1))
        await provider.close()
    await client7.aclose()
    assert await no_sockets_to(redis.port)


async def test_who_is_cut_off_does_not_end_the_others(redis: Redis, client7: Client, proxy: MakeProxy) -> None:
    await fill(client7, 1)
    front, at = await proxy(redis), around()
    url = f"redis://{HOST}:{front.port}"
    one, two = reader(redis, at, url=url, stream="s"), reader(redis, at, url=url, stream="s")
    await one.read()
    front.switch("hang")
    other = asyncio.create_task(two.read())
    await cut_off(one.read, 0.1)
    front.switch("pass")
    try:
        assert (await other)["backlog"] == 1
    except SignalUnavailableError as error:
        assert error.state == "down"
    assert (await one.read())["backlog"] == 1
    await one.close()
    await two.close()
    assert await no_sockets_to(front.port)


async def test_a_frozen_server_is_left_behind(private: MakePrivate) -> None:
    server = private(Redis)
    async with Client.from_url(server.url) as client:
        await fill(client, 1)
    provider, late = reader(server, stream="s"), reader(server, stream="s")
    await provider.read()
    server.freeze()
    for one in (provider, provider, late):
        await cut_off(one.read, 0.2)
    await provider.close()
    await late.close()
    assert await no_sockets_to(server.port)
