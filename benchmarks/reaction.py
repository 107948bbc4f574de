"""From the moment load starts to the first new replica running, on the real engine with a 5 s interval.

`python -m benchmarks.reaction [--rounds 5]`
"""

import argparse
import asyncio
import random
import secrets
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.ours import command, project

from docktor.config.model import Config, Entry
from docktor.core.policy import Condition, Op, Pair, Policy
from docktor.core.world import ServiceId
from docktor.engine.docker.engine import DockerEngine
from docktor.memory.home import Home
from docktor.memory.store import Store
from docktor.runtime.clock import Clock
from docktor.runtime.daemon import Daemon, DaemonOptions

INTERVAL_S, WINDOW_S, SLACK_S = 5.0, 5.0, 1.5
BURN = "end=$(($(date +%s)+25)); while [ $(date +%s) -lt $end ]; do :; done"
PATIENCE_S = 40.0


def run(rounds: int = 5) -> list[str]:
    """Markdown lines. Needs a real engine with the local busybox image."""
    with project(f"dkt-bench-{secrets.token_hex(3)}") as compose:
        took = asyncio.run(_measure(compose, rounds))
    bound = INTERVAL_S + WINDOW_S + SLACK_S
    return [
        f"Interval {INTERVAL_S:.0f} s, window {WINDOW_S:.0f} s, load begins at a random moment; {rounds} rounds.",
        "",
        "| load → first new replica running | |",
        "|---|---:|",
        f"| median | {statistics.median(took):.1f} s |",
        f"| longest | {max(took):.1f} s |",
        f"| aim: one interval + one window + {SLACK_S} s | {bound:.1f} s |",
    ]


async def _measure(compose: Sequence[str], rounds: int) -> list[float]:
    took = []
    async with _daemon(ServiceId(compose[3], "web")) as daemon:
        for _ in range(rounds):
            await asyncio.to_thread(command, *compose, "up", "-d", "--scale", "web=2")
            await _quiet(daemon)
            await asyncio.sleep(random.uniform(0, INTERVAL_S))
            took.append(await _round(compose))
    return took


async def _round(compose: Sequence[str]) -> float:
    before = set(command(*compose, "ps", "-q", "web").split())
    begun = time.perf_counter()
    burn = [(*compose, "exec", "-T", "--index", str(index), "web", "sh", "-c", BURN) for index in (1, 2)]
    loads = [await asyncio.create_subprocess_exec(*one) for one in burn]
    try:
        while time.perf_counter() - begun < PATIENCE_S:
            running = await asyncio.to_thread(command, *compose, "ps", "-q", "--status", "running", "web")
            if set(running.split()) - before:
                return time.perf_counter() - begun
            await asyncio.sleep(0.05)
        raise RuntimeError("no new replica came")
    finally:
        for load in loads:
            await load.wait()


async def _quiet(daemon: Daemon) -> None:
    """Until the service has two replicas, is known to be idle, and nobody's change is being respected."""
    while True:
        view = (await daemon.office.service("web")).service
        cpu = view.metrics.get("cpu.avg")
        if view.replicas == 2 and view.state in ("steady", "cooling") and cpu is not None and cpu < 10:
            return
        await asyncio.sleep(0.5)


@asynccontextmanager
async def _daemon(service: ServiceId) -> AsyncIterator[Daemon]:
    policy = Policy(
        service,
        min_replicas=2,
        max_replicas=4,
        check_interval=INTERVAL_S,
        metrics_window=WINDOW_S,
        cooldown=Pair(0, 1),
        stabilization=Pair(0, 600),
        up_when=(Condition("cpu.avg", Op.GT, 30),),
        down_when=(Condition("cpu.avg", Op.LT, 10),),
    )
    engine = await DockerEngine.connect()
    with tempfile.TemporaryDirectory(prefix="dkt-") as folder:
        home = Home(Path(folder))
        store = await Store.open(home, Clock().now())
        config = Config(None, service.project, None, (Entry(policy, ()),), general=(), watched=())
        daemon = Daemon(DaemonOptions(home=home.path), config, None, store, engine)
        await daemon.begin()
        running = asyncio.create_task(daemon.run())
        try:
            yield daemon
        finally:
            await daemon.office.stop()
            await running
            await daemon.close()
            await engine.close()
            await store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    print("\n".join(run(parser.parse_args().rounds)))


if __name__ == "__main__":
    main()
