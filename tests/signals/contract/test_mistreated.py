"""Servers that die or stand still, and networks that turn nasty: no kind ever makes numbers of that."""

import asyncio
from typing import get_args

import pytest

from tests.brokers.proxy import Mode, Proxy
from tests.signals.asking import fault, until
from tests.signals.contract.owed import CUT_OFF_S, NASTY, SHORT_S, Hands, nothing, reader, shows


async def test_a_server_that_is_killed_is_down_and_read_again_once_it_is_back(rig: Hands) -> None:
    async with reader(rig) as one:
        await shows(rig, one, backlog=0)
        await rig.put(3)
        await shows(rig, one, backlog=3)
        await rig.close()
        rig.server.kill()
        for _ in range(2):
            assert (await fault(one)).state == "down"
        await asyncio.to_thread(rig.server.start)
        await rig.make()
        left = (await shows(rig, one))[rig.main]
        assert left == 3 or not rig.keeps
        await rig.put(1)
        await shows(rig, one, backlog=left + 1)


async def test_a_frozen_server_holds_nobody_up(rig: Hands) -> None:
    async with reader(rig) as one:
        await shows(rig, one, backlog=0)
        rig.server.freeze()
        try:
            await nothing(one, CUT_OFF_S)
            await nothing(one, SHORT_S)  # while opening
        finally:
            rig.server.thaw()
        await shows(rig, one, backlog=0)


@pytest.mark.parametrize("opening", [False, True], ids=["established", "opening"])
@pytest.mark.parametrize("mode", NASTY)
async def test_a_nasty_network_never_gives_numbers(rig: Hands, proxy: Proxy, mode: Mode, opening: bool) -> None:
    assert set(get_args(Mode)) == {"pass", *NASTY}
    async with reader(rig, rig.at(proxy.port)) as one:
        if not opening:
            await shows(rig, one, backlog=0)
        proxy.switch(mode)
        for _ in range(2):
            await nothing(one, SHORT_S)
        proxy.switch("pass")
        await shows(rig, one, backlog=0)
    await until(lambda: not proxy.connections)
