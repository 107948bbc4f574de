"""Connections of every kind: shared by all that ask the same server, and none left behind."""

import asyncio
import random
import time
from contextlib import AsyncExitStack

from tests.brokers.proxy import Proxy
from tests.signals.asking import around, read, source, until
from tests.signals.contract.owed import Hands, made, reader, shows


async def test_ten_queues_of_one_server_share_a_connection(rig: Hands, proxy: Proxy) -> None:
    before = asyncio.all_tasks()
    surroundings = around()
    async with AsyncExitStack() as stack:
        rigs = [await stack.enter_async_context(made(type(rig), rig.server)) for _ in range(10)]
        queues = [source(one.kind, surroundings, **one.options(**one.at(proxy.port))) for one in rigs]
        for each, one in zip(rigs, queues, strict=True):
            await shows(each, one, backlog=0)
        assert proxy.connections <= rig.connections
        for answer in await asyncio.gather(*(read(one) for one in queues)):
            assert answer[rig.main] == 0
        assert proxy.connections <= rig.connections_at_once
        for one in queues[:-1]:
            await one.close()
        await shows(rigs[-1], queues[-1], backlog=0)
        await queues[-1].close()
        await until(lambda: not proxy.connections)
    await until(lambda: asyncio.all_tasks() <= before)


async def test_cut_off_at_any_moment_it_leaves_nothing_behind(rig: Hands, proxy: Proxy) -> None:
    before = asyncio.all_tasks()
    longest = [await opening_takes(rig, proxy) for _ in range(2)][-1]  # the first one loads the library
    dice = random.Random(1)
    async with reader(rig, rig.at(proxy.port)) as one:
        for moment in [*(dice.uniform(0, longest) for _ in range(30)), *(0.0 for _ in range(5))]:
            reading = asyncio.create_task(one.read())
            await asyncio.sleep(moment)
            reading.cancel()
            await asyncio.wait({reading})
            await until(lambda: proxy.connections <= rig.connections_at_once)
        await shows(rig, one, backlog=0)
        await until(lambda: proxy.connections <= rig.connections)
    await until(lambda: not proxy.connections)
    await until(lambda: asyncio.all_tasks() <= before)


async def opening_takes(rig: Hands, proxy: Proxy) -> float:
    """Seconds until the first answer."""
    async with reader(rig, rig.at(proxy.port)) as one:
        await shows(rig, one, backlog=0)
    async with reader(rig, rig.at(proxy.port)) as one:
        began = time.monotonic()
        await read(one)
        return time.monotonic() - began
