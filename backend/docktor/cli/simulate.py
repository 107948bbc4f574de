"""`docktor simulate`: what a service's policy would do under a load, without any container."""

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from docktor.cli import output
from docktor.cli.clean import clean
from docktor.cli.shared import ConfigOption, Json, read_config
from docktor.cli.simulated import Told, lines_of
from docktor.config.model import Flags
from docktor.core.baselines.beside import Rival, beside, fixed, optimum
from docktor.core.loadmodel import ServiceModel
from docktor.core.modelled import Row, checks, run
from docktor.core.policy import Policy
from docktor.core.score import Score, score, threshold_of
from docktor.core.simulate import Keeper, first_replicas, given_metrics
from docktor.core.trace import Trace, read_trace
from docktor.errors import ConfigError, DocktorError, Problem

COLUMNS = ("time_s", "load", "desired", "ready", "cpu_avg", "backlog", "action", "reason")
MOST_CHECKS = 4_000_000
"""More than a year at a check every ten seconds."""
LONG = 20_000
"""Checks from which a progress bar is worth showing."""


@dataclass(frozen=True, slots=True)
class _Task:
    policy: Policy
    trace: Trace
    model: ServiceModel


def simulate(
    *,
    service: Annotated[str, typer.Option("--service", metavar="S", help="Its name in docktor.yaml, or project/name.")],
    trace: Annotated[Path, typer.Option("--trace", metavar="T.csv", help="The load: rows of time_s,load.")],
    config: ConfigOption = None,
    capacity: Annotated[float, typer.Option("--capacity", metavar="C", help="Load of a full replica, a second.")] = 100,
    startup: Annotated[float, typer.Option("--startup", metavar="SEC", help="Until a new replica is ready.")] = 30,
    queue: Annotated[bool, typer.Option("--queue", help="What can't be served waits, instead of being lost.")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="O.csv", help="Write each check there.")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="P.png", help="Draw it there.")] = None,
    baselines: Annotated[bool, typer.Option("--baselines", help="Others beside it: HPA, KEDA, the optimum.")] = False,
    as_json: Json = False,
) -> None:
    """Try a service's rules on a load, without containers.

    Its policy in docktor.yaml judges a modelled service; the same input gives the same output. No daemon is needed.

    Example: docktor simulate --service web --trace load.csv --plot web.png
    """
    model = ServiceModel(_positive(capacity, "--capacity"), _positive(startup, "--startup", or_zero=True), queue)
    policy = _policy(config, service)
    _check_metrics(policy, model)
    task = _Task(policy, _read(trace), model)
    if checks(task.trace, policy.check_interval) > MOST_CHECKS:
        raise DocktorError(
            f"{trace}: a check every {policy.check_interval:g} s would be more than {MOST_CHECKS} checks"
        )
    for path in (out, plot):
        if path is not None:
            _check_writable(path)
    if plot is not None:
        from docktor.cli.plot import check_available

        check_available()
    _simulate(task, str(trace), out, plot, baselines=baselines, as_json=as_json)


def _simulate(task: _Task, name: str, out: Path | None, plot: Path | None, *, baselines: bool, as_json: bool) -> None:
    policy, trace, model = task.policy, task.trace, task.model
    rows = run_shown(Rival("Docktor", Keeper(policy, model), first_replicas(policy, trace, model)), task)
    if out is not None:
        _write(out, rows)
    if plot is not None:
        from docktor.cli.plot import draw

        draw(plot, rows, trace, policy, model)
    rivals = beside(policy, trace, model) if baselines else (optimum(policy, trace, model),)
    scores = {"Docktor": _score(rows, task, policy.check_interval)}
    scores |= {one.name: _score(run_shown(one, task), task, one.scaler.every) for one in rivals}
    flat = fixed(policy, trace, model)
    least = _score(run_shown(flat, task), task, flat.scaler.every)
    told = Told(str(policy.service), name, policy, trace, model, rows[0].ready, len(rows), scores, least)
    if as_json:
        output.show_json(told.plain())
        return
    output.show(lines_of(told, baselines=baselines))
    for what, path in (("every check", out), ("the picture", plot)):
        if path is not None:
            output.note(f"{what} is in {path}")


def run_shown(rival: Rival, task: _Task) -> list[Row]:
    """Its rows; a long run shows on a terminal how far it is."""
    total = checks(task.trace, rival.scaler.every)
    console = output.make_console(stderr=True)
    rows = run(rival.scaler, task.trace, task.model, rival.first)
    if total < LONG or not console.is_terminal:
        return list(rows)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        return list(bar.track(rows, total=total, description=rival.name))


def _score(rows: Sequence[Row], task: _Task, every: float) -> Score:
    threshold = threshold_of(task.policy) if task.model.queue else None
    return score(rows, task.model.capacity, every, queue=task.model.queue, threshold=threshold)


def _positive(value: float, option: str, *, or_zero: bool = False) -> float:
    if not math.isfinite(value) or value < 0 or (value == 0 and not or_zero):
        raise typer.BadParameter(f"{option} is {value:g}; it must be {'0 or ' if or_zero else ''}more than 0")
    return value


def _policy(config: Path | None, service: str) -> Policy:
    """What the configuration says of that service. Raises ConfigError."""
    read = read_config(Flags(config=config))
    source = str(read.source or "")
    if read.source is None:
        raise ConfigError((Problem("", "there is no docktor.yaml here; name one with --config"),))
    found = [policy for policy in read.policies if service in (policy.service.name, str(policy.service))]
    if not found:
        names = ", ".join(str(policy.service) for policy in read.policies) or "no service"
        raise ConfigError(
            (Problem("--service", f"it says nothing of {clean(service)}; it has {clean(names)}"),), source
        )
    if len(found) > 1:
        names = " or ".join(str(policy.service) for policy in found)
        raise ConfigError((Problem("--service", f"{clean(service)} may be {clean(names)}; say which"),), source)
    return found[0]


def _check_metrics(policy: Policy, model: ServiceModel) -> None:
    given = given_metrics(model)
    absent = sorted(policy.metrics - set(given))
    if not absent:
        return
    more = set(given_metrics(replace(model, queue=True))) - set(given)
    hint = "; --queue makes it a queue's worker, with queue.*" if set(absent) & more else ""
    raise DocktorError(
        f"the rules of {clean(str(policy.service))} go by {clean(', '.join(absent))}, which is not simulated: "
        f"the model gives {', '.join(given)}{hint}"
    )


def _read(path: Path) -> Trace:
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            return read_trace(file, str(path))
    except OSError as error:
        raise DocktorError(f"{path} can't be read: {error.strerror}") from error


def _check_writable(path: Path) -> None:
    """Before the work begins. Leaves things as they are."""
    there = path.exists()
    try:
        path.open("a").close()
        if not there:
            path.unlink()
    except OSError as error:
        raise DocktorError(f"{path} can't be written: {error.strerror}") from error


def _write(path: Path, rows: Sequence[Row]) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(_cells(rows))
    except OSError as error:
        raise DocktorError(f"{path} can't be written: {error.strerror}") from error


def _cells(rows: Sequence[Row]) -> Iterator[tuple[str | int, ...]]:
    for row in rows:
        cpu, backlog = f"{row.cpu_avg:.10g}", f"{row.backlog:.10g}"
        numbers = (f"{row.time_s:.10g}", f"{row.load:.10g}", row.desired, row.ready, cpu, backlog)
        yield (*numbers, row.action.value, row.reason)
