"""One sample of N containers: Docktor against `docker stats --no-stream`, in turns in one run.

A random pause before each sample keeps it from falling in step with the engine's own one-second rounds.
`python -m benchmarks.sampling [--sizes 10,50,100,150] [--rounds 5]`
"""

import argparse
import random
import secrets
import time
from collections.abc import Callable, Sequence

from benchmarks.ours import Cost, command, process, project, theirs, typical

_TRIES = 5


def run(sizes: Sequence[int] = (10, 50, 100, 150), rounds: int = 5) -> list[str]:
    """Markdown lines: a table of medians. Needs a real engine with the local busybox image."""
    lines = [
        f"Medians of {rounds}; seconds. CPU is the client's alone. "
        f"Engine {command('docker', 'version', '--format', '{{.Server.Version}}').strip()}.",
        "",
        "| containers | docktor | docker stats | ratio | docktor CPU | docker stats CPU | CPU ratio |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    pause = random.Random(7)
    name = f"dkt-bench-{secrets.token_hex(3)}"
    with project(name) as compose, process() as ask:
        for size in sorted(sizes):
            ask(f"scale {name} {size}")
            ids = command(*compose, "ps", "-q", "web").split()
            ours: list[Cost] = []
            others: list[Cost] = []
            for _ in range(rounds):
                time.sleep(pause.uniform(1, 2))
                ours.append(_complete(ask, name, size))
                time.sleep(pause.uniform(1, 2))
                others.append(theirs(size, "docker", "stats", "--no-stream", *ids))
            one, other = typical(ours), typical(others)
            lines.append(
                f"| {size} | {one.wall:.3f} | {other.wall:.3f} | {one.wall / other.wall:.2f} "
                f"| {one.cpu:.3f} | {other.cpu:.3f} | {one.cpu / other.cpu:.2f} |"
            )
    return lines


def _complete(ask: Callable[[str], Cost], name: str, size: int) -> Cost:
    """A sample of all of them: an overloaded engine answers some with zeros, which are left out."""
    for _ in range(_TRIES):
        cost = ask(f"sample {name}")
        if cost.count == size:
            return cost
        time.sleep(1)
    raise RuntimeError(f"only {cost.count} of {size} containers were sampled, {_TRIES} times in a row")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10,50,100,150")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    print("\n".join(run([int(size) for size in args.sizes.split(",")], args.rounds)))


if __name__ == "__main__":
    main()
