"""What replaying a service's history costs: a day at a check every ten seconds, and a week.

`python -m benchmarks.replay [--rounds 5]`
"""

import argparse
import math
import statistics
import time
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from docktor.core.history import History, history_of
from docktor.core.policy import Condition, Op, Policy, Target
from docktor.core.replay import replay
from docktor.core.situation import Points
from docktor.core.world import ServiceId

STEP_S = 10
DAY = 24 * 3600 // STEP_S
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
RULES = Policy(
    ServiceId("shop", "web"),
    min_replicas=1,
    max_replicas=20,
    up_when=(Condition("cpu.avg", Op.GT, 75),),
    down_when=(Condition("cpu.avg", Op.LT, 20),),
)
TARGET = replace(RULES, up_when=(), down_when=(), target=Target("cpu.avg", 60))


def run(rounds: int = 5) -> list[str]:
    """Markdown lines. Needs no engine."""
    day, week = series(DAY), series(7 * DAY)
    history = history_of(day)
    found = replay(RULES, history)
    rows = (
        (f"a day's {DAY} moments made into a history", _median(lambda: history_of(day), rounds)),
        (f"... replayed under rules, {found.changes_count} changes", _median(lambda: replay(RULES, history), rounds)),
        ("... twice: rules in force, and a target instead", _median(lambda: _both(history_of(day)), rounds)),
        ("a week's, twice", _median(lambda: _both(history_of(week)), 1)),
    )
    return [
        f"A check every {STEP_S} s, five metrics, a swing every hour; CPU seconds, medians of {rounds} (a week: once).",
        "",
        "| | |",
        "|---|---:|",
        *(f"| {what} | {seconds:.2f} s |" for what, seconds in rows),
        f"| memory a week takes meanwhile | {_peak(lambda: _both(history_of(series(7 * DAY)))) / 1e6:.0f} MB |",
    ]


def series(count: int) -> Mapping[str, Points]:
    times = [BEGIN + timedelta(seconds=STEP_S * index) for index in range(count)]
    load = [160 + 140 * math.sin(2 * math.pi * index / 360) for index in range(count)]  # percent of one replica
    numbers = {
        "replicas": [3.0] * count,
        "replicas.ready": [3.0] * count,
        "cpu.avg": [value / 3 for value in load],
        "queue.backlog": [max(value - 200, 0) * 10 for value in load],
        "queue.rate_out": [min(value, 200) for value in load],
    }
    return {name: list(zip(times, values, strict=True)) for name, values in numbers.items()}


def _both(history: History) -> None:
    replay(RULES, history)
    replay(TARGET, history)


def _median(work: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return statistics.median(taken)


def _peak(work: Callable[[], object]) -> int:
    """Bytes."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    print("\n".join(run(parser.parse_args().rounds)))


if __name__ == "__main__":
    main()
