"""How sources are read: one connection for all, nobody waits, nothing stays open, nothing false is believed."""

import asyncio
import math
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx2
import psutil
import pytest

from docktor.config.model import SourceEntry
from docktor.core.world import ServiceId
from docktor.engine.simulated.engine import SimulatedEngine
from docktor.errors import SignalUnavailableError
from docktor.runtime.clock import Clock
from docktor.runtime.eventlog import EventLog
from docktor.runtime.locate import Locator
from docktor.runtime.source import let_go, place_of, read_once, understood
from docktor.runtime.sources import Heard, Sources, Wanted, named
from docktor.signals.base import Around, Options, Provider, Total
from docktor.signals.connections import Connections
from tests.brokers.fixtures import MakePrivate, MakeProxy
from tests.brokers.nats import Nats
from tests.runtime.streams import Stream, stream

RELOADS = 1000
PATIENCE_S = 60.0
SPOKEN_OF = ("queue.backlog", "queue.rate_in")
WINDOW = 5.0


@asynccontextmanager
async def sources() -> AsyncIterator[Sources]:
    clock = Clock()
    engine = SimulatedEngine(clock.now)
    found = Sources(Locator(engine, clock), EventLog(), clock)
    try:
        yield found
    finally:
        await found.close()
        await engine.close()


def worker(number: int) -> ServiceId:
    return ServiceId("shop", f"worker-{number}")


def wanted(*entries: SourceEntry, every: float = 4.0) -> Mapping[ServiceId, Wanted]:
    """A service for each entry."""
    return {worker(number): Wanted((entry,), every) for number, entry in enumerate(entries)}


def asked(one: Stream, **more: object) -> SourceEntry:
    return SourceEntry("nats", {**one.entry.options, **more}, timeout=2)  # type: ignore[dict-item]


async def until(found: Sources, service: ServiceId, state: str) -> Heard:
    """What is heard once the service's source is in that state."""
    for _ in range(int(PATIENCE_S / 0.02)):
        states = {name: view.state for view in found.views() for name in view.services}
        if states.get(str(service)) == state:
            return found.heard(service, SPOKEN_OF, WINDOW)
        await asyncio.sleep(0.02)
    raise AssertionError(f"never {state}: {found.views()}")


async def clients_of(server: Nats) -> int:
    """Connections the server itself counts."""
    async with httpx2.AsyncClient(trust_env=False) as http:
        return int((await http.get(f"{server.monitor_url}/connz")).json()["num_connections"])


async def test_ten_services_share_a_connection_and_a_source(private: MakePrivate) -> None:
    server = private(Nats)
    async with stream(server) as one, sources() as found:
        before = await clients_of(server)
        names = [f"W{number}" for number in range(9)]
        for name in names:
            await one.jetstream.add_consumer(one.name, durable_name=name, ack_policy="explicit")
        entries = [one.entry, one.entry, *(asked(one, consumer=name) for name in names)]
        found.align(wanted(*entries))
        for number in range(len(entries)):
            await until(found, worker(number), "ok")
        assert await clients_of(server) - before == 1
        assert [len(view.services) for view in found.views()] == [2, *[1] * 9]
        found.align({})
        for _ in range(200):
            if await clients_of(server) == before:
                return
            await asyncio.sleep(0.02)
        raise AssertionError("the connection stays open")


async def test_nothing_stays_open_after_a_thousand_reloads(private: MakePrivate) -> None:
    server = private(Nats)
    chance = random.Random(1)
    async with stream(server) as one:
        process = psutil.Process()
        async with sources() as found:
            before, sockets, tasks = await clients_of(server), process.num_fds(), len(asyncio.all_tasks())
            for number in range(RELOADS):
                users = range(chance.randint(0, 3))
                found.align(wanted(*(asked(one, user=f"u{(number + user) % 5}") for user in users)))
                await asyncio.sleep(chance.choice((0, 0, 0.001, 0.01)))
        for _ in range(250):
            if await clients_of(server) == before:
                break
            await asyncio.sleep(0.02)
        assert await clients_of(server) == before
        assert process.num_fds() <= sockets + 1
        assert len(asyncio.all_tasks()) <= tasks


async def test_a_source_that_hangs_delays_nobody(nats: Nats, proxy: MakeProxy) -> None:
    front = await proxy(nats)
    front.switch("hang")
    async with stream(nats) as one, sources() as found:
        hanging = asked(one, url=f"nats://127.0.0.1:{front.port}")
        clock = Clock()
        started = clock.steady()
        found.align(wanted(hanging, one.entry))
        heard = await until(found, worker(1), "ok")
        assert heard.observations["queue.backlog"].value == 0
        assert clock.steady() - started < hanging.timeout
        lost = await until(found, worker(0), "down")
        assert "no answer within 2 s" in lost.missing["queue.backlog"]
        assert not lost.observations
        front.switch("pass")
        await until(found, worker(0), "ok")


async def test_rates_are_made_of_counts_and_survive_a_purge(nats: Nats) -> None:
    async with stream(nats) as one, sources() as found:
        found.align(wanted(one.entry))
        first = await until(found, worker(0), "ok")
        assert "a rate takes two answers" in first.missing["queue.rate_in"]
        seen: list[float] = []
        for turn in range(30):
            await one.put(5)
            if turn == 15:
                await one.jetstream.purge_stream(one.name)
            await asyncio.sleep(0.1)
            rate = found.heard(worker(0), SPOKEN_OF, WINDOW).observations.get("queue.rate_in")
            seen += [rate.value] if rate else []
        assert seen and min(seen) >= 0
        assert 10 < max(seen) < 100


async def test_the_state_a_source_is_in_is_told_in_words(nats: Nats, private: MakePrivate) -> None:
    locked = private(Nats, user="me", password="canary-pa55")
    nowhere = SourceEntry("nats", {"url": "nats://127.0.0.1:1", "stream": "S"}, timeout=2)
    async with stream(nats) as one, stream(locked) as other, sources() as found:
        wrong = SourceEntry("nats", {**other.entry.options, "url": f"nats://me:canary-no@127.0.0.1:{locked.port}"})
        right = SourceEntry("nats", {**other.entry.options, "url": locked.url})
        found.align(wanted(nowhere, wrong, right, asked(one, stream="NONE"), SourceEntry("nowhere", {})))
        told = {}
        for number, state in enumerate(("down", "refused", "ok", "wrong", "not-installed")):
            heard = await until(found, worker(number), state)
            told[state] = heard.missing.get("queue.backlog", "")
        assert "there is no stream NONE" in told["wrong"]
        assert "the credentials are not accepted" in told["refused"]
        assert "known: http-json" in told["not-installed"]
        assert "canary" not in repr((told, found.views()))


async def test_stale_is_absent(nats: Nats) -> None:
    async with stream(nats) as one, sources() as found:
        found.align(wanted(one.entry))
        await until(found, worker(0), "ok")
        found.forget_all()
        heard = found.heard(worker(0), SPOKEN_OF, WINDOW)
        assert not heard.observations
        assert "stale" in heard.missing["queue.backlog"]
        assert heard.unknown_since["queue.backlog"] <= Clock().now()


@pytest.mark.parametrize("lie", [-1, math.nan, math.inf, 1e300, 10**400, "12", None, True, [3]])
def test_a_number_that_can_not_be_spoils_the_whole_answer(lie: object) -> None:
    with pytest.raises(SignalUnavailableError) as caught:
        understood({"backlog": 3, "lag": lie}, 0)  # type: ignore[dict-item]
    assert caught.value.state == "lying"
    assert str(caught.value).startswith("lag is ")


def test_names_in_rules() -> None:
    answer = understood({"value": 3, "rate_in": Total(7)}, 1.5)
    assert (answer.values, answer.totals, answer.at) == ({"backlog": 3.0}, {"rate_in": 7.0}, 1.5)
    assert named(SourceEntry("nats", {}), {"backlog": 1, "lag": 2}) == {"queue.backlog": 1, "queue.lag": 2}
    own = SourceEntry("nats", {}, metric="mine", number="lag")
    assert named(own, {"backlog": 1, "lag": 2}) == {"mine": 2}
    assert named(SourceEntry("prometheus", {}, metric="mine"), {"backlog": 1}) == {"mine": 1}


class Clumsy(Provider):
    """A stranger's, with mistakes in all places."""

    Options = Options

    @property
    def where(self) -> str:
        raise KeyError("where")

    async def read(self) -> Mapping[str, float]:
        raise KeyError("canary-pa55")

    async def close(self) -> None:
        raise KeyError("close")


async def test_a_providers_own_mistakes_end_as_a_state() -> None:
    provider = Clumsy(Options(), Around("shop", Connections()))
    with pytest.raises(SignalUnavailableError) as caught:
        await read_once(provider, 1, Clock())
    assert caught.value.state == "wrong"
    assert place_of(provider) == ""
    await let_go(provider)
