"""The picture of a simulation: load and capacity, replicas with the decisions, CPU or backlog. Needs matplotlib."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from docktor.cli.simulated import gaps
from docktor.core.decision import Action
from docktor.core.loadmodel import ServiceModel
from docktor.core.modelled import Row
from docktor.core.policy import Policy
from docktor.core.score import threshold_of
from docktor.core.trace import Trace
from docktor.errors import DocktorError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE_IN, DPI = (12.0, 9.0), 100
"""1200 by 900 pixels."""
GAP = "#f2d27a"
MANY = 150
"""Decisions from which their marks are small and pale."""
LOAD, CAPACITY, LACK = "#1f5fa8", "#9aa5b1", "#c62828"
DESIRED, READY, UP, DOWN = "#b35c00", "#8cc6a4", "#c62828", "#1f5fa8"
_UNITS = (
    (3 * 86400.0, 86400.0, "days"),
    (2 * 3600.0, 3600.0, "hours"),
    (300.0, 60.0, "minutes"),
    (0.0, 1.0, "seconds"),
)


def check_available() -> None:
    """Raises DocktorError where there is no matplotlib."""
    try:
        import matplotlib as _  # noqa: F401 - is it there?
    except ImportError:
        raise DocktorError("--plot needs matplotlib: pip install 'docktor[plot]'") from None


def draw(path: Path, rows: Sequence[Row], trace: Trace, policy: Policy, model: ServiceModel) -> None:
    """Writes the PNG. Raises DocktorError."""
    from matplotlib.figure import Figure

    span = trace.end - trace.begin
    unit, word = next((unit, word) for least, unit, word in _UNITS if span >= least)
    times = [row.time_s / unit for row in rows]
    figure = Figure(figsize=SIZE_IN, dpi=DPI, layout="constrained", facecolor="white")
    above, middle, below = figure.subplots(3, 1, sharex=True, height_ratios=(1.2, 1.1, 0.9))
    title = f"{policy.service}: one replica serves {model.capacity:g}/s and starts in {model.startup:g} s"
    above.set_title(title, loc="left", fontsize=13, parse_math=False)
    _draw_load(above, times, rows, model)
    _draw_replicas(middle, times, rows)
    _draw_signal(below, times, rows, policy, model)
    for axes in (above, middle, below):
        _finish(axes, [(begin / unit, end / unit) for begin, end in gaps(trace)])
    below.set_xlim(trace.begin / unit, trace.end / unit)
    below.set_xlabel(f"{word} since time 0 of the trace")
    try:
        figure.savefig(path, format="png", metadata={"Software": None})
    except OSError as error:
        raise DocktorError(f"{path} can't be written: {error.strerror}") from error


def _draw_load(axes: "Axes", times: Sequence[float], rows: Sequence[Row], model: ServiceModel) -> None:
    load = [row.load for row in rows]
    capacity = [row.serving * model.capacity for row in rows]
    axes.fill_between(times, capacity, step="post", color=CAPACITY, alpha=0.25, linewidth=0)
    axes.plot(times, capacity, drawstyle="steps-post", color=CAPACITY, linewidth=1.0, label="capacity")
    axes.plot(times, load, drawstyle="steps-post", color=LOAD, linewidth=1.0, label="load")
    lacks = [row.load > room for row, room in zip(rows, capacity, strict=True)]
    if any(lacks):
        label = "load beyond capacity"
        axes.fill_between(times, load, capacity, where=lacks, step="post", color=LACK, linewidth=0.8, label=label)
    axes.set_ylabel("units a second")


def _draw_replicas(axes: "Axes", times: Sequence[float], rows: Sequence[Row]) -> None:
    from matplotlib.ticker import MaxNLocator

    for label, color, width, counts in (
        ("ready", READY, 2.5, [row.ready for row in rows]),
        ("desired", DESIRED, 0.9, [row.desired for row in rows]),
    ):
        axes.plot(times, counts, drawstyle="steps-post", color=color, linewidth=width, label=label)
    changes = sum(row.action is not Action.HOLD for row in rows)
    size, alpha = (7.0, 0.9) if changes < MANY else (3.0, 0.4)
    for action, mark, color, word in ((Action.SCALE_UP, "^", UP, "more"), (Action.SCALE_DOWN, "v", DOWN, "fewer")):
        chosen = [index for index, row in enumerate(rows) if row.action is action]
        axes.plot(
            [times[index] for index in chosen],
            [rows[index].desired for index in chosen],
            linestyle="none",
            marker=mark,
            markersize=size,
            color=color,
            alpha=alpha,
            label=f"{word}: {len(chosen)}",
        )
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylabel("replicas")


def _draw_signal(
    axes: "Axes", times: Sequence[float], rows: Sequence[Row], policy: Policy, model: ServiceModel
) -> None:
    target = policy.target
    if model.queue:
        axes.plot(times, [row.backlog for row in rows], color=LOAD, linewidth=1.0, label="backlog")
        threshold = threshold_of(policy)
        if threshold is not None:
            bars = [threshold.value * (max(row.ready, 1) if threshold.per_replica else 1) for row in rows]
            axes.plot(times, bars, drawstyle="steps-post", color=LACK, linewidth=0.8, linestyle="--", label="too much")
        axes.set_ylabel("units that wait")
        return
    axes.plot(times, [row.cpu_avg for row in rows], drawstyle="steps-post", color=LOAD, linewidth=0.8, label="cpu.avg")
    if target is not None and target.metric.startswith("cpu."):
        axes.axhline(target.value, color=LACK, linewidth=1.0, linestyle="--", label=f"target {target.value:g}")
    for condition in (*policy.up_when, *policy.down_when):
        if condition.metric.startswith("cpu."):
            axes.axhline(condition.value, color=LACK, linewidth=0.8, linestyle=":", label=str(condition))
    axes.set_ylim(0, 105)
    axes.set_ylabel("CPU of a replica, %")


def _finish(axes: "Axes", missing: Sequence[tuple[float, float]]) -> None:
    for index, (begin, end) in enumerate(missing):
        axes.axvspan(begin, end, color=GAP, alpha=0.5, linewidth=1.0, label=None if index else "gap in the trace")
    axes.set_ylim(bottom=0)
    axes.grid(color="#e3e7eb", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    # outside, so that it never lies on a line
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=9)
