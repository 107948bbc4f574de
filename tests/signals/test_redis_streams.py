"""Redis Streams, told by real servers: of version 7, whose lag is right at times, and of version 6, which has none."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from redis.asyncio import Redis as Client
from redis.exceptions import ResponseError

from docktor.signals import Total
from tests.brokers.fixtures import MakePrivate
from tests.brokers.process import HOST, free_ports
from tests.brokers.redis import Redis
from tests.signals.reading import (
    failure_of,
)
from tests.signals.redis_client import GROUP, emptied, fill, reader

ODD = "a/b c%"


@pytest.fixture(params=["redis", "redis6"])
def server(request: pytest.FixtureRequest) -> Redis:
    found: Redis = request.getfixturevalue(request.param)
    return found


@pytest.fixture
async def client(server: Redis) -> AsyncIterator[Client]:
    async with emptied(server) as client:
        yield client


@pytest.fixture
async def client7(redis: Redis) -> AsyncIterator[Client]:
    async with emptied(redis) as client:
        yield client


async def take(client: Any, count: int) -> list[Any]:
    [[_, entries]] = await client.xreadgroup(GROUP, "one", {"s": ">"}, count=count)
    return [entry for entry, _ in entries]


async def backlog(server: Redis, count_limit: int = 10_000) -> float:
    provider = reader(server, stream="s", group=GROUP, count_limit=count_limit)
    try:
        return (await provider.read())["backlog"]
    finally:
        await provider.close()


async def test_the_numbers_of_a_group(server: Redis, client: Client) -> None:
    totals = server.programs == Redis.programs
    await client.xgroup_create("s", GROUP, id="0", mkstream=True)
    provider = reader(server, stream="s", group=GROUP)

    async def numbers(*expected: float, came: int, finished: int) -> None:
        found = await provider.read()
        assert [found[name] for name in ("backlog", "in_flight", "lag", "consumers", "length")] == list(expected)
        assert found.get("rate_in") == (came if totals else None)
        assert found.get("rate_out", 0) == (finished if totals else 0)
        assert all(isinstance(found[name], Total) for name in ("rate_in", "rate_out") if name in found)

    await numbers(0, 0, 0, 0, 0, came=0, finished=0)
    await fill(client, 7)
    await numbers(7, 0, 7, 0, 7, came=7, finished=0)
    taken = await take(client, 3)
    await numbers(4, 3, 7, 1, 7, came=7, finished=0)
    await client.xack("s", GROUP, *taken[:2])
    await numbers(4, 1, 5, 1, 7, came=7, finished=2)
    await client.xclaim("s", GROUP, "two", 0, taken[2:])
    await numbers(4, 1, 5, 2, 7, came=7, finished=2)
    await client.xtrim("s", maxlen=2, approximate=False)
    await numbers(2, 1, 3, 2, 2, came=7, finished=2)
    await client.xack("s", GROUP, taken[2])
    await take(client, 9)
    await numbers(0, 2, 2, 2, 2, came=7, finished=3)
    await client.xtrim("s", maxlen=0, approximate=False)
    await numbers(0, 2, 2, 2, 0, came=7, finished=3)
    await fill(client, 1)
    await numbers(1, 2, 3, 2, 1, came=8, finished=3)
    await provider.close()


async def test_without_a_group_all_that_lies_there_counts(server: Redis, client: Client) -> None:
    entries = await fill(client, 5)
    provider = reader(server, stream="s")
    await client.xdel("s", *entries[:2])
    found = await provider.read()
    assert (found["backlog"], found["lag"]) == (3, 3)
    assert "in_flight" not in found
    if server.programs == Redis.programs:
        assert (found["rate_in"], found["rate_out"]) == (5, 2)
    await provider.close()


async def test_what_the_server_cannot_tell_is_counted(server: Redis, client: Client) -> None:
    entries = await fill(client, 30)
    await client.xgroup_create("s", GROUP, id=entries[9])
    assert await backlog(server) == 20
    await client.xdel("s", *entries[12:15])
    assert await backlog(server) == 17
    assert await backlog(server, count_limit=17) == 17
    assert await backlog(server, count_limit=5) == 5
    await take(client, 17)
    assert await backlog(server) == 0
    await client.xgroup_setid("s", GROUP, id="5-0")
    assert await backlog(server) == 27


async def test_counting_goes_in_pages_of_bearable_size(server: Redis, client: Client) -> None:
    pipeline = client.pipeline(transaction=False)
    for number in range(2500):
        pipeline.xadd("s", {"n": number}, id=f"7-{number + 1}")
    for number in range(12):
        pipeline.xadd("s", {"n": b"x" * 300_000}, id=f"8-{2**64 - 1 if number == 11 else number + 1}")
    pipeline.xadd("s", {"n": 0}, id="9-1")
    await pipeline.execute()
    await client.xgroup_create("s", GROUP, id="7-10")
    assert await backlog(server) == 2503
    await client.xgroup_setid("s", GROUP, id=f"8-{2**64 - 1}")
    assert await backlog(server) == 1


async def test_a_group_that_lost_entries_does_not_lag_for_good(redis: Redis, client7: Client) -> None:
    """Redis before version 8 counts those it never gave to the group as waiting, from the next read on."""
    await client7.xgroup_create("s", GROUP, id="0", mkstream=True)
    await fill(client7, 50)
    await take(client7, 1)
    await client7.xtrim("s", maxlen=10, approximate=False)
    assert await backlog(redis) == 10
    await take(client7, 4)
    [group] = await client7.xinfo_groups("s")
    assert group["lag"] > 6
    assert await backlog(redis) == 6
    assert 3 <= await backlog(redis, count_limit=3) <= 10
    await take(client7, 6)
    assert await backlog(redis) == 0
    await fill(client7, 2)
    assert await backlog(redis) == 2


async def test_whatever_was_done_the_backlog_is_what_the_group_would_get(server: Redis, client: Client) -> None:
    chance = random.Random(7)
    provider = reader(server, stream="s", group=GROUP)
    await client.xgroup_create("s", GROUP, id="0", mkstream=True)
    for _ in range(400):
        there: list[Any] = [entry for entry, _ in await client.xrange("s") or []]
        match chance.randrange(7):
            case 0 | 1:
                await fill(client, chance.randrange(1, 6))
            case 2 if there:
                await client.xreadgroup(GROUP, "one", {"s": ">"}, count=chance.randrange(1, 5))
            case 3 if there:
                await client.xdel("s", *chance.sample(there, min(len(there), 2)))
            case 4 if chance.random() < 0.5:
                await client.xtrim("s", maxlen=max(len(there) - chance.randrange(4), 0), approximate=False)
            case 5 if there and chance.random() < 0.2:
                await client.xgroup_setid("s", GROUP, id=chance.choice(there))
            case 6 if chance.random() < 0.2:
                await client.xgroup_destroy("s", GROUP)
                await client.xgroup_create("s", GROUP, id=chance.choice([*there, "0", "$"]))
        [group] = await client.xinfo_groups("s")
        last, count = group["last-delivered-id"].decode().split("-")
        waiting = len(await client.xrange("s", f"{last}-{int(count) + 1}") or [])
        assert (await provider.read())["backlog"] == waiting
    await provider.close()


async def test_no_payload_is_asked_for_where_the_lag_can_be_trusted(redis: Redis, client7: Client) -> None:
    await client7.xgroup_create("s", GROUP, id="0", mkstream=True)
    await fill(client7, 50)
    await take(client7, 20)
    await client7.config_resetstat()
    assert await backlog(redis) == 30
    assert "cmdstat_xrange" not in await client7.info("commandstats")


@pytest.mark.parametrize(
    ("options", "state", "text"),
    [
        ({"stream": "gone"}, "wrong", "gone"),
        ({"stream": "gone", "group": GROUP}, "wrong", "gone"),
        ({"stream": "s", "group": "strangers"}, "wrong", "strangers"),
        ({"stream": "text"}, "wrong", "text is no stream"),
        ({"stream": "text", "group": GROUP}, "wrong", "text is no stream"),
        ({"stream": "s", "password": "hunter2"}, "refused", "credentials"),
        ({"stream": "s", "user": "nobody", "password": "hunter2"}, "refused", "credentials"),
    ],
)
async def test_what_is_wrong_is_said(
    server: Redis, client: Client, options: dict[str, Any], state: str, text: str
) -> None:
    await fill(client, 1)
    await client.set("text", "text")
    provider = reader(server, **options)
    failure = await failure_of(provider)
    assert failure.state == state
    assert text in str(failure)
    assert "hunter2" not in f"{failure} {provider.options!r} {provider.where}"
    await provider.close()


async def test_a_database_that_does_not_exist_is_wrong(redis: Redis) -> None:
    provider = reader(redis, url=f"redis://{HOST}:{redis.port}/99", stream="s")
    assert (await failure_of(provider)).state == "wrong"
    await provider.close()


async def test_a_database_and_odd_names(server: Redis, client: Client) -> None:
    async with Client(host=HOST, port=server.port, db=3) as other:
        await other.xadd(ODD, {"n": 1})
        await other.xgroup_create(ODD, ODD, id="0")
    for url in (f"redis://{HOST}:{server.port}/3", f"redis://{HOST}:{server.port}/3/"):
        provider = reader(server, url=url, stream=ODD, group=ODD)
        assert (await provider.read())["backlog"] == 1
        await provider.close()


async def test_a_busy_server_is_down_for_a_while(private: MakePrivate) -> None:
    server = private(Redis)
    provider = reader(server, stream="s")
    async with Client.from_url(server.url) as client, Client.from_url(server.url) as other:
        await fill(client, 1)
        await client.config_set("lua-time-limit", 10)
        script = asyncio.ensure_future(client.eval("while true do end", 0))
        await asyncio.sleep(0.1)
        failure = await failure_of(provider)
        assert (failure.state, "BUSY" in str(failure)) == ("down", True)
        await other.script_kill()
        with pytest.raises(ResponseError):
            await script
    assert (await provider.read())["backlog"] == 1
    await provider.close()


async def test_a_cluster_that_does_not_serve_the_slot_is_down(private: MakePrivate) -> None:
    class Node(Redis):
        def command(self) -> Sequence[str]:
            return [*super().command(), "--cluster-enabled", "yes", "--cluster-port", str(free_ports(1)[0])]

    provider = reader(private(Node), stream="s")
    assert (await failure_of(provider)).state == "down"
    await provider.close()
