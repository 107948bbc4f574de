"""Reading 50 queues on 5 real brokers: all together and one after the other, and what a tick pays for the numbers.

`python -m benchmarks.queues [--queues 10] [--rounds 5]`
"""

import argparse
import asyncio
import contextlib
import statistics
import time
from collections.abc import AsyncIterator, Mapping, Sequence

import aio_pika
import nats as nats_client
import redis.asyncio as redis_client
from aiobotocore.session import get_session
from tests.brokers.kafka import Kafka
from tests.brokers.nats import Nats
from tests.brokers.rabbitmq import RabbitMQ
from tests.brokers.redis import Redis
from tests.brokers.sqs import Sqs

from docktor.config.model import SourceEntry
from docktor.core.world import ServiceId
from docktor.engine.simulated.engine import SimulatedEngine
from docktor.runtime.clock import Clock
from docktor.runtime.eventlog import EventLog
from docktor.runtime.locate import Locator
from docktor.runtime.source import make_provider, read_once
from docktor.runtime.sources import Sources, Wanted
from docktor.signals.base import Around, Provider
from docktor.signals.connections import Connections

DEADLINE_S = 10.0
WATCH_S = 20.0
EVERY_S = 10.0  # check interval: each queue is read four times in it
SPOKEN_OF = ("queue.backlog", "queue.lag", "queue.rate_in")


def run(queues: int = 10, rounds: int = 5) -> list[str]:
    """Markdown lines. Needs no Docker engine, but the brokers of scripts/brokers.sh."""
    return asyncio.run(_measure(queues, rounds))


async def _measure(queues: int, rounds: int) -> list[str]:
    with contextlib.ExitStack() as stack:
        nats = stack.enter_context(contextlib.closing(Nats().start()))
        rabbitmq = stack.enter_context(contextlib.closing(RabbitMQ().start()))
        redis = stack.enter_context(contextlib.closing(Redis().start()))
        kafka = stack.enter_context(contextlib.closing(Kafka().start()))
        sqs = stack.enter_context(contextlib.closing(Sqs().start()))
        entries = {
            "nats": await _on_nats(nats, queues),
            "rabbitmq": await _on_rabbitmq(rabbitmq, queues),
            "redis-streams": await _on_redis(redis, queues),
            "kafka": _on_kafka(kafka, queues),
            "sqs": await _on_sqs(sqs, queues),
        }
        lines = await _reads(entries, rounds)
        return [*lines, "", *await _background(entries)]


async def _reads(entries: Mapping[str, Sequence[SourceEntry]], rounds: int) -> list[str]:
    lines = [
        f"Medians of {rounds} rounds; each broker on this machine, so that its work is in the time, not in the CPU.",
        "",
        "| read | together | CPU | one after the other | CPU |",
        "|---|---:|---:|---:|---:|",
    ]
    everything = [entry for of_kind in entries.values() for entry in of_kind]
    groups = {f"{len(some)} {kind}": some for kind, some in entries.items()}
    for name, some in {**groups, f"all {len(everything)}": everything}.items():
        async with _open(some) as providers:
            together = [await _cost(providers, at_once=True) for _ in range(rounds)]
            in_turn = [await _cost(providers, at_once=False) for _ in range(rounds)]
        cells = [statistics.median(cost[at] for cost in costs) * 1000 for costs in (together, in_turn) for at in (0, 1)]
        lines.append(f"| {name} | " + " | ".join(f"{cell:.0f} ms" for cell in cells) + " |")
    return lines


@contextlib.asynccontextmanager
async def _open(entries: Sequence[SourceEntry]) -> AsyncIterator[list[Provider]]:
    """Providers that have been read once, so that connections are open."""
    around = Around("bench", Connections())
    providers = [make_provider(entry, around) for entry in entries]
    try:
        await _cost(providers, at_once=True)
        yield providers
    finally:
        for provider in providers:
            await provider.close()


async def _cost(providers: Sequence[Provider], *, at_once: bool) -> tuple[float, float]:
    """Seconds on the clock and of this process's CPU for one read of each."""
    clock = Clock()
    wall, cpu = time.perf_counter(), time.process_time()
    if at_once:
        await asyncio.gather(*(read_once(provider, DEADLINE_S, clock) for provider in providers))
    else:
        for provider in providers:
            await read_once(provider, DEADLINE_S, clock)
    return time.perf_counter() - wall, time.process_time() - cpu


async def _background(entries: Mapping[str, Sequence[SourceEntry]]) -> list[str]:
    """As the daemon does it: 50 services, each with a queue, read while others tick."""
    clock = Clock()
    engine = SimulatedEngine(clock.now)
    sources = Sources(Locator(engine, clock), EventLog(), clock)
    everything = [entry for of_kind in entries.values() for entry in of_kind]
    services = [ServiceId("bench", f"worker-{number}") for number in range(len(everything))]
    wanted = zip(services, everything, strict=True)
    sources.align({service: Wanted((entry,), EVERY_S) for service, entry in wanted})
    await asyncio.sleep(EVERY_S)
    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.sleep(WATCH_S)
    used = (time.process_time() - cpu) / (time.perf_counter() - wall)
    picked = [_pick_up(sources, service) for _ in range(5) for service in services]
    states = {view.state for view in sources.views()}
    await sources.close()
    await engine.close()
    assert states == {"ok"}, states
    return [
        f"In the daemon ({len(services)} services checked every {EVERY_S:g} s, so {len(services) * 4 / EVERY_S:g} reads"
        " a second):",
        "",
        "| | |",
        "|---|---:|",
        f"| CPU of all reading, per check interval of {EVERY_S:g} s | {used * EVERY_S * 1000:.0f} ms |",
        f"| the same, of one core | {used * 100:.1f} % |",
        f"| a tick picks up a queue's numbers in, median | {statistics.median(picked) * 1e6:.0f} µs |",
        f"| longest a tick waited for them | {max(picked) * 1000:.2f} ms |",
    ]


def _pick_up(sources: Sources, service: ServiceId) -> float:
    begun = time.perf_counter()
    sources.heard(service, SPOKEN_OF, EVERY_S)
    return time.perf_counter() - begun


async def _on_nats(server: Nats, queues: int) -> list[SourceEntry]:
    client = await nats_client.connect(server.url)
    jetstream = client.jetstream()
    await jetstream.add_stream(name="BENCH", subjects=["bench.*"])
    for number in range(queues):
        await jetstream.add_consumer("BENCH", durable_name=f"W{number}", ack_policy="explicit")
    for _ in range(100):
        await jetstream.publish("bench.jobs", b"x")
    await client.close()
    named = ({"url": server.url, "stream": "BENCH", "consumer": f"W{number}"} for number in range(queues))
    return [SourceEntry("nats", options, DEADLINE_S) for options in named]


async def _on_rabbitmq(server: RabbitMQ, queues: int) -> list[SourceEntry]:
    async with await aio_pika.connect(server.url) as connection:
        channel = await connection.channel()
        for number in range(queues):
            await channel.declare_queue(f"q{number}", durable=True)
    named = ({"url": server.url, "queue": f"q{number}"} for number in range(queues))
    return [SourceEntry("rabbitmq", options, DEADLINE_S) for options in named]


async def _on_redis(server: Redis, queues: int) -> list[SourceEntry]:
    client = redis_client.from_url(server.url)
    for number in range(queues):
        await client.xgroup_create(f"s{number}", "workers", id="0", mkstream=True)
        await client.xadd(f"s{number}", {"job": "x"})
    await client.aclose()
    named = ({"url": server.url, "stream": f"s{number}", "group": "workers"} for number in range(queues))
    return [SourceEntry("redis-streams", options, DEADLINE_S) for options in named]


def _on_kafka(server: Kafka, queues: int) -> list[SourceEntry]:
    for number in range(queues):
        server.add_topic(f"t{number}", 6)
        server.produce(f"t{number}", 0, 10)
    named = ({"brokers": server.url, "topic": f"t{number}", "group": "workers"} for number in range(queues))
    return [SourceEntry("kafka", options, DEADLINE_S) for options in named]


async def _on_sqs(server: Sqs, queues: int) -> list[SourceEntry]:
    access = {"aws_access_key_id": server.key, "aws_secret_access_key": server.secret}
    where = {"region_name": server.region, "endpoint_url": server.url}
    async with get_session().create_client("sqs", **where, **access) as client:
        for number in range(queues):
            await client.create_queue(QueueName=f"q{number}")
    options = {
        "region": server.region,
        "endpoint_url": server.url,
        "access_key_id": server.key,
        "secret_access_key": server.secret,
    }
    return [SourceEntry("sqs", {**options, "queue": f"q{number}"}, DEADLINE_S) for number in range(queues)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queues", type=int, default=10, help="on each broker")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    print("\n".join(run(given.queues, given.rounds)))


if __name__ == "__main__":
    main()
