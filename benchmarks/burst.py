"""A burst into JetStream: how long until the workers have caught up, kept by Docktor and as one worker, side by side.

`python -m benchmarks.burst [--rounds 5]`
"""

import argparse
import os
import secrets
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.compose_project import ComposeProject
from tests.e2e.examples import NATS
from tests.e2e.jetstream import JetStream
from tests.e2e.shop import Docktor, until

MESSAGES, THRESHOLD, WORK_MS, MOST = 5000, 500, 5, 8
SETTINGS = {"WORK_MS": str(WORK_MS), "BATCH": "20"}
WORKER = {
    "name": "worker",
    "min_replicas": 1,
    "max_replicas": MOST,
    "check_interval": 2,
    "metrics_window": 2,
    "cooldown": {"up": 0, "down": 2},
    "stabilization": {"up": 0, "down": 2},
    "target": {"metric": "queue.lag", "value": THRESHOLD / 5},
    "queue": {"kind": "nats", "url": "nats://nats:4222", "stream": "JOBS", "consumer": "workers"},
}
PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds from the burst's beginning until at most THRESHOLD, and none, were left; messages; workers with a share.

    `again`: handed out once more, because the worker was cut off.
    """

    caught_up: float
    finished: float
    lost: int
    twice: int
    again: int
    workers: int


def run(rounds: int = 5) -> list[str]:
    """Markdown lines. Needs a real engine with the local images nats and app."""
    with ExitStack() as stack:
        alone = stack.enter_context(_project("one"))
        kept = stack.enter_context(_project("kept"))
        docktor = stack.enter_context(_docktor(kept))
        ours, theirs = [], []
        for number in range(rounds):
            until(lambda: docktor.service("worker").get("replicas") == 1, "Docktor keeps one worker", PATIENCE_S)
            ours.append(_round(kept, f"d{number}-"))
            theirs.append(_round(alone, f"s{number}-"))
    return [
        f"{MESSAGES} messages at once; a worker waits {WORK_MS} ms for each, as for a database, so that workers add up "
        f"on few cores. Both begin with one worker; Docktor may have {MOST}, and looks every 2 s. Medians of {rounds}.",
        "",
        "| | docktor | one worker | ratio |",
        "|---|---:|---:|---:|",
        _row(f"burst → at most {THRESHOLD} left, s", [o.caught_up for o in ours], [o.caught_up for o in theirs]),
        _row("burst → all finished, s", [o.finished for o in ours], [o.finished for o in theirs]),
        f"| workers that had a share | {_median(o.workers for o in ours)} | {_median(o.workers for o in theirs)} | |",
        f"| messages lost, in all rounds | {sum(o.lost for o in ours)} | {sum(o.lost for o in theirs)} | |",
        f"| messages worked twice, in all rounds | {sum(o.twice for o in ours)} | {sum(o.twice for o in theirs)} | |",
        f"| messages cut off and begun again | {sum(o.again for o in ours)} | {sum(o.again for o in theirs)} | |",
    ]


def _row(what: str, ours: Sequence[float], theirs: Sequence[float]) -> str:
    one, other = statistics.median(ours), statistics.median(theirs)
    return f"| {what} | {one:.1f} | {other:.1f} | {one / other:.2f} |"


def _median(numbers: Iterator[int]) -> str:
    return f"{statistics.median(numbers):.0f}"


def _round(project: ComposeProject, prefix: str) -> Outcome:
    stream = _stream(project)
    ids = [f"{prefix}{number}" for number in range(MESSAGES)]
    before = stream.left().handed_out
    begun = time.time()
    stream.put(ids)
    until(lambda: stream.left().lag == 0, "all is finished", PATIENCE_S)
    worked = [one for one in stream.worked() if one.id.startswith(prefix)]
    done = sorted(one.at - begun for one in worked)
    times = Counter(one.id for one in worked)
    return Outcome(
        caught_up=done[MESSAGES - THRESHOLD - 1],
        finished=done[-1],
        lost=len({*ids} - times.keys()),
        twice=sum(count - 1 for count in times.values()),
        again=stream.left().handed_out - before - MESSAGES,
        workers=len({one.worker for one in worked}),
    )


def _stream(project: ComposeProject) -> JetStream:
    return JetStream(f"nats://{project.compose('port', 'nats', '4222').stdout.strip()}")


@contextmanager
def _project(what: str) -> Iterator[ComposeProject]:
    project = NATS.project(f"dkt-bench-{what}-{secrets.token_hex(3)}")
    with _environment({**NATS.environment, **SETTINGS}):
        try:
            project.up("nats", "worker")
            until(_stream(project).ready, "the workers have made their consumer")
            yield project
        finally:
            project.down()


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """As Compose sees it."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _docktor(project: ComposeProject) -> Iterator[Docktor]:
    with tempfile.TemporaryDirectory(prefix="dkt-") as folder:
        docktor = Docktor(Path(folder) / "home", Path(folder))
        docktor.configure(project, [WORKER])
        docktor.start()
        try:
            yield docktor
        finally:
            docktor.ok("daemon", "stop")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    print("\n".join(run(parser.parse_args().rounds)))


if __name__ == "__main__":
    main()
