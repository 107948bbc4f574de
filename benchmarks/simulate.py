"""What simulating a month costs: a check every 15 s, by a CPU target, by rules, by a queue's target; and its score.

`python -m benchmarks.simulate [--days 30] [--profile]`
"""

import argparse
import cProfile
import math
import pstats
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from docktor.core.baselines.beside import beside
from docktor.core.loadmodel import ServiceModel
from docktor.core.modelled import Row, run
from docktor.core.policy import Condition, Op, Policy, Target
from docktor.core.score import score
from docktor.core.simulate import simulate
from docktor.core.trace import Trace
from docktor.core.world import ServiceId

DAY_S, STEP_S = 86400, 60
TARGET = Policy(
    ServiceId("shop", "web"), min_replicas=1, max_replicas=50, check_interval=15, target=Target("cpu.avg", 65)
)
RULES = replace(
    TARGET, target=None, up_when=(Condition("cpu.avg", Op.GT, 75),), down_when=(Condition("cpu.avg", Op.LT, 20),)
)
QUEUE = replace(TARGET, target=Target("queue.backlog", 500))
MODEL = ServiceModel(100, 60)


def chapter(days: int = 30) -> list[str]:
    """Markdown lines. Needs no engine."""
    trace = month(days)
    rows: list[Row] = []
    found = [
        ("a CPU target", _taken(lambda: rows.extend(simulate(TARGET, trace, MODEL)))),
        ("CPU rules", _taken(lambda: _last(simulate(RULES, trace, MODEL)))),
        ("a queue's target", _taken(lambda: _last(simulate(QUEUE, trace, replace(MODEL, queue=True))))),
        ("HPA, the Go original, a fixed number and the optimum", _taken(lambda: _beside(trace))),
        ("the score of one run", _taken(lambda: score(rows, MODEL.capacity, 15))),
    ]
    return [
        f"{days} days at a check every 15 s, {len(rows)} checks, up to 20 replicas' worth of load; CPU seconds, once. "
        "Target: a month by a CPU target under 20.",
        "",
        "| | |",
        "|---|---:|",
        *(f"| {what} | {seconds:.1f} s |" for what, seconds in found),
    ]


def month(days: int) -> Trace:
    """Generated: a swing each day, less at weekends, noise, and a burst now and then."""
    noise = random.Random(7)
    times = tuple(float(at) for at in range(0, days * DAY_S, STEP_S))
    burst, loads = 0.0, []
    for at in times:
        burst = noise.uniform(200, 800) if noise.random() < 0.0005 else burst * 0.95
        weekend = 0.6 if at // DAY_S % 7 >= 5 else 1.0
        swing = 700 * weekend * (1 - math.cos(2 * math.pi * at / DAY_S)) / 2
        loads.append(max((100 + swing) * noise.uniform(0.9, 1.1) + burst, 0.0))
    return Trace(times, tuple(loads))


def _beside(trace: Trace) -> None:
    for one in beside(TARGET, trace, MODEL):
        _last(run(one.scaler, trace, MODEL, one.first))


def _last(rows: Iterator[Row]) -> None:
    for _ in rows:
        pass


def _taken(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--profile", action="store_true", help="where the time of the first goes instead")
    given = parser.parse_args()
    if given.profile:
        with cProfile.Profile() as profile:
            _last(simulate(TARGET, month(given.days), MODEL))
        pstats.Stats(profile).sort_stats("tottime").print_stats(30)
        return
    print("\n".join(chapter(given.days)))


if __name__ == "__main__":
    main()
