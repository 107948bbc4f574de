"""How well Docktor keeps services, beside others, against what is promised.

`python -m benchmarks.quality [--traces FOLDER] [--capacities 5,20,60] [--startups 10,60,300] [--jobs N] [--quick]`
"""

import argparse
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from benchmarks.quality.cases import Case, Found, run_case
from benchmarks.quality.report import write
from rich.console import Console
from rich.progress import track

TRACES = Path(__file__).parents[2] / "examples" / "simulate"
QUICK_DAYS = 2.0


def main() -> None:
    given = _arguments()
    cases = cases_of(given.traces, given.capacities, given.startups, given.days, queues=not given.no_queues)
    if not cases:
        raise SystemExit(f"no traces (*.csv) in {given.traces}")
    results = run_all(cases, given.traces, given.jobs)
    for bar in write(given.out, results):
        print(f"{'reached' if bar.reached else 'NOT REACHED'}  {bar.name}: {bar.found}")
    print(f"written to {given.out}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--traces", type=Path, default=TRACES, help="a folder of *.csv with time_s,load; else our example"
    )
    parser.add_argument("--capacities", type=_numbers, default=[5, 20, 60], help="replicas that the peak takes")
    parser.add_argument("--startups", type=_numbers, default=[10, 60, 300], help="seconds")
    parser.add_argument("--days", type=float, help="only so much of each trace")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--quick", action="store_true", help="two days, one size, one start-up: about a minute")
    parser.add_argument("--no-queues", action="store_true")
    parser.add_argument("--out", type=Path, default=Path(".cache/quality"))
    given = parser.parse_args()
    if given.quick:
        given.capacities, given.startups, given.days = [20], [60], given.days or QUICK_DAYS
    return given


def _numbers(text: str) -> list[int]:
    return [int(one) for one in text.split(",")]


def cases_of(
    folder: Path, peaks: Sequence[int], startups: Sequence[int], days: float | None, *, queues: bool
) -> list[Case]:
    names = sorted(path.stem for path in folder.glob("*.csv"))
    kinds = (False, True) if queues else (False,)
    return [
        Case(name, peak, startup, queue, days)
        for queue in kinds
        for name in names
        for peak in peaks
        for startup in startups
    ]


def run_all(cases: Sequence[Case], folder: Path, jobs: int) -> dict[Case, dict[str, Found]]:
    """In the order of the cases, whichever is done first."""
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        running = {pool.submit(run_case, case, folder): case for case in cases}
        done = {}
        for one in track(as_completed(running), "cases", total=len(cases), console=Console(stderr=True)):
            done[running[one]] = one.result()
    return {case: done[case] for case in cases}


if __name__ == "__main__":
    main()
