"""Docktor's engine in a process of its own, so that its CPU seconds are counted apart from Compose's.

Reads one command a line (`scale PROJECT N`, `sample PROJECT`), answers `{"wall": s, "cpu": s, "count": n}` a line.
Run as `python -m benchmarks.ours`; used by the benchmarks beside it.
"""

import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from docktor.core.world import ServiceId
from docktor.engine.docker.engine import DockerEngine

ROOT = Path(__file__).resolve().parent.parent
IMAGE = "docktor-local/busybox:latest"
COMPOSE = {"services": {"web": {"image": IMAGE, "command": ["sleep", "3600"], "init": True}}}


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, CPU seconds of the client, and how many containers it was about in the end."""

    wall: float
    cpu: float
    count: int


def typical(costs: Sequence[Cost]) -> Cost:
    return Cost(median(one.wall for one in costs), median(one.cpu for one in costs), costs[-1].count)


def cpu_seconds(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def command(*argv: str) -> str:
    """Run to its end; answers what it printed, raises CalledProcessError."""
    return subprocess.run(
        argv, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300
    ).stdout


def theirs(count: int, *argv: str) -> Cost:
    """What a command costs, its children included."""
    cpu, start = cpu_seconds(resource.RUSAGE_CHILDREN), time.perf_counter()
    command(*argv)
    return Cost(time.perf_counter() - start, cpu_seconds(resource.RUSAGE_CHILDREN) - cpu, count)


@contextmanager
def process() -> Iterator[Callable[[str], Cost]]:
    """The process under measurement; call it with a command."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.ours"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:

        def ask(line: str) -> Cost:
            assert child.stdin is not None and child.stdout is not None
            child.stdin.write(line + "\n")
            child.stdin.flush()
            answer = child.stdout.readline()
            if not answer:
                raise RuntimeError(f"the measured process ended at {line!r}")
            return Cost(**json.loads(answer))

        try:
            yield ask
        finally:
            if child.stdin is not None:
                child.stdin.close()


@contextmanager
def project(name: str) -> Iterator[Sequence[str]]:
    """A project of two sleeping replicas; answers the start of every `docker compose` command on it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "compose.yaml"
        file.write_text(json.dumps(COMPOSE), encoding="utf-8")
        compose = ("docker", "compose", "-p", name, "-f", str(file))
        command(*compose, "up", "-d", "--scale", "web=2")
        try:
            yield compose
        finally:
            try:
                command(*compose, "down", "-t", "1")
            except subprocess.CalledProcessError as error:  # engine 20.10 loses count of a busy network's endpoints
                print(f"{name} was not taken down whole: {error.stderr.strip()[-300:]}", file=sys.stderr)


async def _measured(engine: DockerEngine, verb: str, name: str, *rest: str) -> Cost:
    service = ServiceId(name, "web")
    cpu, start = cpu_seconds(resource.RUSAGE_SELF), time.perf_counter()
    if verb == "scale":
        outcome = await engine.scale(service, int(rest[0]), f"benchmark-{start}")
        if outcome.error:
            raise RuntimeError(outcome.error)
        count = outcome.replicas
    else:
        count = len(await engine.sample([service]))
    return Cost(time.perf_counter() - start, cpu_seconds(resource.RUSAGE_SELF) - cpu, count)


async def serve() -> None:
    engine = await DockerEngine.connect()
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            cost = await _measured(engine, *line.split())
            print(json.dumps({"wall": cost.wall, "cpu": cost.cpu, "count": cost.count}), flush=True)
    finally:
        await engine.close()


if __name__ == "__main__":
    asyncio.run(serve())
