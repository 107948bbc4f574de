"""The Markdown and the pictures."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.quality.bars import Bar, Results, averages, bars, frontier
from benchmarks.quality.cases import EVERY_S, QUEUE_S, ROOM, Case
from matplotlib.axes import Axes
from matplotlib.figure import Figure

MOST_MISSES = 12
LEAST_LOST = 1e-4
"""Percent; less is drawn as so much."""


def write(folder: Path, results: Results) -> list[Bar]:
    folder.mkdir(parents=True, exist_ok=True)
    judged = bars(results)
    (folder / "QUALITY.md").write_text("\n".join(_lines(results, judged)) + "\n", encoding="utf-8")
    for trace in dict.fromkeys(case.trace for case in results if not case.queue):
        _draw(folder / f"{trace}.png", {case: results[case] for case in results if case.trace == trace})
    return judged


def _lines(results: Results, judged: list[Bar]) -> Iterator[str]:
    yield "# Quality"
    yield ""
    yield (
        f"{len(results)} cases; a check every {EVERY_S:g} s for all; at most {ROOM} times the replicas of the peak. "
        f"A queue's target is {QUEUE_S:g} s of a replica's work. *Mean known* knows the mean of the ten minutes around "
        "each moment beforehand and only has to carry the noise in between: what can't be foreseen costs that much."
    )
    yield ""
    yield "| | reached | |"
    yield "|---|---|---|"
    for bar in judged:
        yield f"| {bar.name} | {'yes' if bar.reached else '**no**'} | {bar.found} |"
    for bar in judged:
        if bar.misses:
            yield from ("", f"Short of {bar.name}:", "")
            yield from (f"* {text}" for text in bar.misses[:MOST_MISSES])
            if len(bar.misses) > MOST_MISSES:
                yield f"* and {len(bar.misses) - MOST_MISSES} more"
    for title, queue in (("Load that is lost", False), ("A queue", True)):
        chosen = {case: found for case, found in results.items() if case.queue is queue}
        if chosen:
            yield from ("", f"## {title}", "", *_table(chosen, queue=queue))


def _table(results: Results, *, queue: bool) -> Iterator[str]:
    yield "Means over the cases of each trace."
    yield ""
    bad = "backlog too large, % of time" if queue else "lost, %"
    yield f"| trace | policy | {bad} | overloaded, % of time | replica-hours | times the optimum's | changes a day |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    for trace, name, one, cost in averages(results):
        figure = one.late if queue else one.lost
        yield (
            f"| {trace} | {name} | {figure or 0.0:.4f} | {one.overloaded:.3f} | {one.replica_hours:.0f} "
            f"| {cost:.2f} | {one.changes_per_day:.1f} |"
        )


def _draw(path: Path, results: Results) -> None:
    """Lost load by cost for each case: the frontier over targets, of Docktor and of HPA."""
    cases = sorted(case for case in results if not case.queue)
    across = len(dict.fromkeys(case.startup for case in cases))
    down = -(-len(cases) // across)
    figure = Figure(figsize=(4.2 * across + 1.5, 3.4 * down + 0.6), dpi=100, layout="constrained", facecolor="white")
    grid = figure.subplots(down, across, squeeze=False)
    for axes, case in zip(grid.flat, cases, strict=False):
        _draw_case(axes, case, results)
    handles, labels = grid.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3 * across, frameon=False)
    figure.suptitle(f"{cases[0].trace}: what is lost, and what it costs")
    figure.savefig(path, format="png", metadata={"Software": None})


def _draw_case(axes: Axes, case: Case, results: Results) -> None:
    found = results[case]
    least = found["optimum"].replica_hours
    for name, color in (("Docktor", "#2e7d4f"), ("HPA", "#b35c00")):
        points = frontier(found, name)
        costs = [one.replica_hours / least for one in points]
        axes.plot(costs, [max(one.lost, LEAST_LOST) for one in points], "o-", color=color, label=name, markersize=5)
    for name, mark in (
        ("Docktor cheap", "v"),
        ("Docktor fast", "^"),
        ("HPA matched", "x"),
        ("mean known", "*"),
        ("ancestor", "s"),
    ):
        one = found[name]
        axes.plot(one.replica_hours / least, max(one.lost, LEAST_LOST), mark, color="#566573", label=name)
    axes.set_yscale("log")
    axes.set_ylim(LEAST_LOST * 0.6, 100)
    axes.set_title(f"{case.peak} replicas, start in {case.startup:g} s", fontsize=10)
    axes.set_xlabel("replica-hours, times the optimum's", fontsize=9)
    axes.set_ylabel("lost load, %", fontsize=9)
    axes.grid(color="#e3e7eb", linewidth=0.7)
