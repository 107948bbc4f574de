"""Scaling 2→N and back: Docktor against `docker compose up -d --no-recreate --scale`, in turns in one run.

Docktor is measured as it works, in a process that already runs; Compose as a person runs it, a command each time.
`python -m benchmarks.scale [--sizes 10,30] [--rounds 5]`
"""

import argparse
import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence

from benchmarks.ours import Cost, process, project, theirs, typical

Key = tuple[str, int, int]


def run(sizes: Sequence[int] = (10, 30), rounds: int = 5) -> list[str]:
    """Markdown lines: a table of medians. Needs a real engine with the local busybox image."""
    costs: defaultdict[Key, list[Cost]] = defaultdict(list)
    name = f"dkt-bench-{secrets.token_hex(3)}"
    with project(name) as compose, process() as ask:

        def ours(replicas: int) -> Cost:
            return ask(f"scale {name} {replicas}")

        def composes(replicas: int) -> Cost:
            return theirs(replicas, *compose, "up", "-d", "--no-recreate", "--scale", f"web={replicas}")

        ways: list[tuple[str, Callable[[int], Cost]]] = [("docktor", ours), ("compose", composes)]
        for size in sizes:
            for turn in range(rounds):
                for way, scale in ways if turn % 2 == 0 else ways[::-1]:
                    for before, after in ((2, size), (size, 2)):
                        cost = scale(after)
                        if cost.count != after:
                            raise RuntimeError(f"{way} ended with {cost.count} replicas instead of {after}")
                        costs[way, before, after].append(cost)
    return _table(costs, sizes, rounds)


def _table(costs: defaultdict[Key, list[Cost]], sizes: Sequence[int], rounds: int) -> list[str]:
    lines = [
        f"Medians of {rounds}; seconds. CPU is the client's alone (the engine's work is the same).",
        "",
        "| scale | docktor | compose | ratio | docktor CPU | compose CPU |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for size in sizes:
        for before, after in ((2, size), (size, 2)):
            one, other = (typical(costs[way, before, after]) for way in ("docktor", "compose"))
            lines.append(
                f"| {before}→{after} | {one.wall:.2f} | {other.wall:.2f} | {one.wall / other.wall:.2f} "
                f"| {one.cpu:.3f} | {other.cpu:.3f} |"
            )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10,30")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    print("\n".join(run([int(size) for size in args.sizes.split(",")], args.rounds)))


if __name__ == "__main__":
    main()
