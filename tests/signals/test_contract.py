"""What every provider owes, whatever it asks (`docktor/signals/base.py`). The kinds are in rigs.py."""

import asyncio
import itertools
import json
import random
import re
import subprocess
import sys
import time
import traceback
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, get_args

import pytest

from docktor.core.signals import Point, fault_of, rates
from docktor.errors import SignalUnavailableError
from docktor.signals.base import Numbers, Provider, Total
from docktor.signals.connections import CLOSE_SECONDS
from docktor.signals.registry import options_of, provider
from tests.brokers.fixtures import running, there
from tests.brokers.process import Server, free_ports
from tests.brokers.proxy import Mode, Proxy
from tests.signals.asking import Changes, around, fault, opened, read, source, until
from tests.signals.rigs import PASSWORD, RIGS, WRONG, Rig

STATISTICS_S = 10.0  # until what was done shows: the management API counts now and then, Prometheus scrapes
CUT_OFF_S = 2.0
SHORT_S = 0.3
NASTY: list[Mode] = ["garbage", "close", "hang"]

Hands = Rig[Any]
_numbers = itertools.count()


@pytest.fixture(scope="module", params=RIGS)
def place(request: pytest.FixtureRequest) -> Iterator[tuple[type[Hands], Server]]:
    """A kind and its server."""
    kind = RIGS[request.param]
    server = kind.new_server()
    there(type(server))
    with running(server):
        yield kind, server


@pytest.fixture
async def rig(place: tuple[type[Hands], Server]) -> AsyncIterator[Hands]:
    """A fresh queue; the server is itself again afterwards."""
    async with made(*place) as one:
        yield one
    place[1].thaw()
    if not place[1].running:
        place[1].start()


@asynccontextmanager
async def made(kind: type[Hands], server: Server) -> AsyncIterator[Hands]:
    one = kind(server, f"orders{next(_numbers)}")
    await one.make()
    try:
        yield one
    finally:
        await one.close()


@pytest.fixture
async def proxy(rig: Hands) -> AsyncIterator[Proxy]:
    """In front of the server."""
    one = await Proxy(rig.port).start()
    yield one
    await one.close()


def reader(rig: Hands, changes: Changes | None = None) -> Any:
    return opened(rig.kind, **rig.options(**(changes or {})))


async def shows(rig: Hands, one: Provider, **expected: float) -> Numbers:
    """Read until these numbers are there; the kind's own word for the backlog is understood."""
    wanted = {rig.main if name == "backlog" else name: value for name, value in expected.items()}
    end = time.monotonic() + STATISTICS_S
    while True:
        try:
            found = await read(one)
        except SignalUnavailableError as error:
            found = {}
            said = str(error)
        else:
            said = repr(found)
        if found.items() >= wanted.items():
            return found
        assert time.monotonic() < end, f"{wanted} wanted: {said}"
        await asyncio.sleep(0.05)


async def nothing(one: Provider, seconds: float) -> None:
    """A read must end in the time with no numbers: with a fault, or cut off by its deadline."""
    began = time.monotonic()
    with pytest.raises((SignalUnavailableError, TimeoutError)) as caught:
        await read(one, seconds)
    assert time.monotonic() - began < seconds + CLOSE_SECONDS + SHORT_S
    assert not isinstance(caught.value, SignalUnavailableError) or caught.value.state in ("down", "wrong", "lying")


# What the numbers mean


async def test_what_waits_what_is_in_flight_and_what_is_finished(rig: Hands) -> None:
    async with reader(rig) as one:
        await shows(rig, one, backlog=0)
        await rig.put(7)
        await shows(rig, one, backlog=7, **({"in_flight": 0, "lag": 7} if rig.tells_in_flight else {}))
        waiting = 7
        if rig.hands_out:
            await rig.hand_out(2)
            await shows(rig, one, backlog=5, **({"in_flight": 2, "lag": 7} if rig.tells_in_flight else {}))
            waiting = 5
        await rig.finish(2)
        found = await shows(rig, one, backlog=5, **({"in_flight": 0, "lag": 5} if rig.tells_in_flight else {}))
        assert waiting == 5 or not rig.hands_out
        assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in found)
        assert not any(fault_of(value) for value in found.values())
        if rig.purges:
            await rig.purge()
            await shows(rig, one, backlog=0)


async def test_totals_grow_by_what_was_done_and_rates_are_never_negative(rig: Hands) -> None:
    if not rig.counts:
        pytest.skip("the server of this kind counts nothing up")
    points: list[Point] = []

    async def noted(one: Provider, **expected: float) -> Mapping[str, float]:
        totals = {
            name: value for name, value in (await shows(rig, one, **expected)).items() if isinstance(value, Total)
        }
        points.append(Point(len(points), totals))
        return totals

    async with reader(rig) as one:
        before = await noted(one, backlog=0)
        await rig.put(7)
        came = await noted(one, backlog=7, rate_in=before.get("rate_in", 0) + 7)
        if rig.hands_out:
            await rig.hand_out(3)
        await rig.finish(3)
        await noted(one, backlog=4, rate_in=came["rate_in"], rate_out=before.get("rate_out", 0) + 3)
        if rig.purges:
            await rig.purge()
            await noted(one, backlog=0)
        await restart(rig)
        await noted(one, backlog=0 if rig.purges or not rig.keeps else 4)
        await rig.put(1)
        await noted(one)
    for count in range(1, len(points) + 1):
        assert all(rate >= 0 for rate in rates(points[:count], 60).values())
    assert points[1].totals.keys() >= {"rate_in"}


async def restart(rig: Hands) -> None:
    await rig.close()
    rig.server.kill()
    await asyncio.to_thread(rig.server.start)
    await rig.make()


# What can't be read


async def test_what_is_not_there_is_wrong_and_named(rig: Hands) -> None:
    for name, changes in rig.nowhere().items():
        async with reader(rig, changes) as one:
            error = await fault(one)
            assert error.state == "wrong", error
            assert name in str(error)
            assert hidden(one, error)


async def test_nobody_listens(rig: Hands) -> None:
    async with reader(rig, rig.at(free_ports(1)[0])) as one:
        error = await fault(one)
        assert error.state == "down", error
        assert hidden(one, error)


async def test_a_wrong_password_is_refused(rig: Hands) -> None:
    if rig.wrong_password is None:
        pytest.skip("the server of this kind takes any")
    async with reader(rig, rig.wrong_password) as one:
        error = await fault(one)
        assert error.state == "refused", error
        assert hidden(one, error)


async def test_credentials_may_stand_in_the_address_percent_encoded(rig: Hands) -> None:
    if rig.wrong_password is None:
        pytest.skip("the server of this kind wants none")
    options = rig.options()
    url = str(options["url"]).replace("://", f"://{rig.user}:{PASSWORD.replace('-', '%2D')}@")
    plain = {name: value for name, value in options.items() if name not in ("user", "password")}
    async with opened(rig.kind, **{**plain, "url": url}) as one:
        await shows(rig, one, backlog=0)
        assert not any(part in text for part in ("sesame", "%2D") for text in (one.where, repr(one.options)))
    async with opened(rig.kind, **{**plain, "url": url.replace("sesame@", "other@")}) as one:
        error = await fault(one)
        assert error.state == "refused", error
        assert "other" not in f"{error} {error!r} {one.where} {one.options!r}"


def hidden(one: Provider, error: SignalUnavailableError) -> bool:
    """Whether no password shows in anything that people may see."""
    told = [one.where, repr(one), repr(one.options), str(one.options), repr(error), *traceback.format_exception(error)]
    return not any(str(secret) in text for secret in (PASSWORD, *WRONG.values()) for text in told)


# What servers and networks do


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
        await shows(rig, one, backlog=3 if rig.keeps else 0)


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
        for _ in range(3):
            await nothing(one, SHORT_S)
        proxy.switch("pass")
        await shows(rig, one, backlog=0)
    await until(lambda: not proxy.connections)


# What is shared, and what is left


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
    dice = random.Random(1)
    async with reader(rig, rig.at(proxy.port)) as one:
        began = time.monotonic()
        await shows(rig, one, backlog=0)
        longest = (time.monotonic() - began) * 1.2
        for _ in range(30):
            reading = asyncio.create_task(one.read())
            await asyncio.sleep(dice.uniform(0, min(longest, 0.1)))
            reading.cancel()
            await asyncio.wait({reading})
            await until(lambda: proxy.connections <= rig.connections_at_once)
        await shows(rig, one, backlog=0)
        await until(lambda: proxy.connections <= rig.connections)
    await until(lambda: not proxy.connections)
    await until(lambda: asyncio.all_tasks() <= before)


# What is known without asking anybody


def test_its_settings_describe_themselves(rig: Hands) -> None:
    schema = options_of(rig.kind).model_json_schema()
    json.dumps(schema)
    assert schema["type"] == "object"
    assert not schema["additionalProperties"]
    undescribed = [name for name, field in schema["properties"].items() if not field.get("description")]
    assert not undescribed
    assert provider(rig.kind).about


WITHOUT = """
import json, sys
from importlib.machinery import PathFinder

module, kind, options = sys.argv[1:]

class Without:
    find_distributions = PathFinder.find_distributions

    @staticmethod
    def find_spec(name, path=None, target=None):
        return None if name.partition(".")[0] == module else PathFinder.find_spec(name, path, target)

sys.meta_path = [Without if one is PathFinder else one for one in sys.meta_path]

from docktor.signals.base import Around
from docktor.signals.connections import Connections
from docktor.signals.registry import options_of, provider

found = provider(kind)
found(options_of(kind).model_validate(json.loads(options)), Around("shop", Connections()))
print(found.library.missing, found.library.install)
"""


def test_it_can_be_made_without_its_library(rig: Hands) -> None:
    library = provider(rig.kind).library
    if library is None:
        pytest.skip("this kind needs none")
    extra = rig.kind.partition("-")[0]
    command = [sys.executable, "-c", WITHOUT, library.module, rig.kind, json.dumps(rig.options())]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.stdout.strip() == f"True pip install 'docktor[{extra}]'", said.stderr
    assert not library.missing
