"""What a tick costs: 200 simulated services of 5 replicas each, and how long a tick waits for its numbers.

`python -m benchmarks.tick [--services 200] [--replicas 5] [--rounds 5]`
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from docktor.config.model import Config, Entry
from docktor.core.policy import Condition, Op, Policy
from docktor.core.world import ServiceId
from docktor.engine.simulated.engine import SimulatedEngine
from docktor.engine.simulated.world import make_world
from docktor.memory.home import Home
from docktor.memory.store import Store
from docktor.runtime.clock import Clock
from docktor.runtime.daemon import Daemon, DaemonOptions
from docktor.runtime.keeper import Keeper

SETTLE_S = 12.0


def run(services: int = 200, replicas: int = 5, rounds: int = 5) -> list[str]:
    """Markdown lines. Needs no engine."""
    cpu, wait = asyncio.run(_measure(services, replicas, rounds))
    return [
        f"{services} simulated services x {replicas} replicas; medians of {rounds} rounds of one tick each.",
        "",
        "| | |",
        "|---|---:|",
        f"| CPU of one tick of all {services} services | {statistics.median(cpu) * 1000:.0f} ms |",
        f"| CPU of one tick of one service | {statistics.median(cpu) / services * 1e6:.0f} µs |",
        f"| longest a tick waited for numbers | {max(wait) * 1000:.2f} ms |",
    ]


async def _measure(services: int, replicas: int, rounds: int) -> tuple[list[float], list[float]]:
    world = make_world(services, replicas)
    engine = SimulatedEngine(Clock().now, world)
    entries = tuple(Entry(_policy(one.service), ()) for one in world.services)
    config = Config(None, None, None, entries, general=(), watched=())
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        store = await Store.open(home, Clock().now())
        daemon = Daemon(DaemonOptions(home=home.path), config, None, store, engine)
        await daemon.begin()
        running = asyncio.create_task(daemon.run())
        await asyncio.sleep(SETTLE_S)  # a window of samples, taken in the background as always
        cpu, wait = [], []
        for _ in range(rounds):
            begun = time.process_time()
            for keeper in daemon.fleet.keepers.values():
                await keeper.check()
                wait.append(_time_of_numbers(keeper))
            cpu.append(time.process_time() - begun - sum(wait[-services:]))
        await daemon.office.stop()
        await running
        await daemon.close()
        await engine.close()
        await store.close()
    return cpu, wait


def _policy(service: ServiceId) -> Policy:
    """Looks at everything and never has to act; its own ticks are an hour apart, so that only ours are counted."""
    up, down = Condition("cpu.avg", Op.GT, 1000), Condition("cpu.avg", Op.LT, 0)
    return Policy(service, min_replicas=1, max_replicas=50, check_interval=3600, up_when=(up,), down_when=(down,))


def _time_of_numbers(keeper: Keeper) -> float:
    begun = time.perf_counter()
    keeper.readings()
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--services", type=int, default=200)
    parser.add_argument("--replicas", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    print("\n".join(run(args.services, args.replicas, args.rounds)))


if __name__ == "__main__":
    main()
