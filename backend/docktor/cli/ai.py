"""`docktor ai bench`: models compared on the same situations."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from docktor.cli import output
from docktor.cli.clean import clean
from docktor.cli.shared import ConfigOption, Json, ServiceOption, read_config
from docktor.config.model import Flags
from docktor.core.advisor import AdvisorPolicy
from docktor.core.situation import Situation
from docktor.errors import AdvisorUnavailableError, DocktorError

if TYPE_CHECKING:
    from docktor.runtime.bench import Answered, Examiner, Score

FEWEST = 5

app = typer.Typer(no_args_is_help=True, help="The models that advise.")


@dataclass(frozen=True, slots=True)
class Bench:
    """`situations`: where they are from. `answers`: every single one, for programs."""

    base_url: str
    situations: str
    count: int
    scores: "tuple[Score, ...]"
    answers: "dict[str, list[Answered]]"


@app.command()
def bench(
    *,
    models: Annotated[
        str | None, typer.Option("--models", metavar="A,B", help="These models; else the ones that are configured.")
    ] = None,
    hours: Annotated[float, typer.Option("--hours", min=0.1, max=24 * 365, help="How far back to look.")] = 24,
    service: ServiceOption = None,
    scenarios: Annotated[bool, typer.Option("--scenarios", help="The built-in situations, not the past ones.")] = False,
    most: Annotated[int, typer.Option("--most", min=1, max=1000, help="At most so many situations.")] = 100,
    timeout: Annotated[float, typer.Option("--timeout", min=0.5, max=600, help="Seconds for one answer.")] = 30,
    config: ConfigOption = None,
    as_json: Json = False,
) -> None:
    """Compare models on your own past, or on situations everybody has seen.

    Nothing is scaled. RIGHT is in hindsight: the fewest replicas that would have been enough in the ten minutes after.

    Example: docktor ai bench --models ai/llama3.2,ai/qwen3 --hours 24
    """
    from docktor.cli.past import past_situations

    read = read_config(Flags(config=config))
    found, source = ([], "") if scenarios else past_situations(read, service, hours)
    if len(found) < FEWEST:
        if not scenarios:
            output.note(f"{len(found)} past situations ({source}): too few to compare by; the built-in ones are used")
        found, source = _built_in(), "built-in"
    thinned = found[:: max(1, -(-len(found) // most))]
    names = [name.strip() for name in (models or "").split(",") if name.strip()]
    done = asyncio.run(_run(read.llm or AdvisorPolicy(), names, thinned, source, timeout))
    if as_json:
        output.show_json(done)
    else:
        output.show(bench_lines(done))


async def _run(
    policy: AdvisorPolicy, names: Sequence[str], situations: Sequence[Situation], source: str, within: float
) -> Bench:
    from docktor.advisor.catalog import chain_of, list_models
    from docktor.advisor.endpoint import check_allowed, find
    from docktor.runtime.bench import Examiner, of_rules, score

    endpoint = await find(policy, os.environ)
    check_allowed(endpoint, policy)
    try:
        listed = await list_models(endpoint, policy.api_key)
    except AdvisorUnavailableError:
        listed = ()
    asked = list(dict.fromkeys(names)) or list(chain_of(policy, listed))
    if not asked:
        raise DocktorError(f"{endpoint.where} has no model to compare; name some with --models")
    examiner = Examiner(endpoint, policy.api_key, within)
    answers = {name: await _ask(examiner, name, situations) for name in asked}
    scores = (of_rules(situations), *(score(name, given) for name, given in answers.items()))
    return Bench(endpoint.where, source, len(situations), scores, answers)


async def _ask(examiner: "Examiner", model: str, situations: Sequence[Situation]) -> "list[Answered]":
    answers = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=output.make_console(stderr=True)) as bar:
        task = bar.add_task(clean(model), total=len(situations))
        async for one in examiner.put(model, situations):
            answers.append(one)
            bar.advance(task)
    return answers


def _built_in() -> list[Situation]:
    from docktor.core.scenarios import built_in

    return list(built_in())


def bench_lines(done: Bench) -> list[Text]:
    """The table, the rules' own row first, and what most went wrong below it."""
    head = Text.assemble(f"{done.count} situations ({done.situations}) at {clean(done.base_url)}")
    titles = ("MODEL", "AGREES", "RIGHT", "TOO FEW", "TOO MANY", "SPOILT", "SILENT", "MEDIAN", "P95", "TOKENS")
    rows = [titles, *(_row(one) for one in done.scores)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(titles))]
    lines = [Text("  ".join(_padded(cell, widths[at], at) for at, cell in enumerate(row)).rstrip()) for row in rows]
    lines[0].stylize("dim")
    faults = [Text(clean(f"{one.model}: {one.failure}"), "yellow") for one in done.scores if one.failure]
    return [head, Text(), *lines, *([Text(), *faults] if faults else [])]


def _padded(cell: str, width: int, at: int) -> str:
    return f"{cell:>{width}}" if at else f"{cell:<{width}}"


def _row(one: "Score") -> tuple[str, ...]:
    shares = (one.agreed, one.right, one.too_few, one.too_many)
    return (
        clean(one.model),
        *("-" if share is None else f"{100 * share:.0f} %" for share in shares),
        str(one.spoilt),
        str(one.none),
        *("-" if time is None else f"{time:.2f} s" for time in (one.median_s, one.p95_s)),
        "-" if one.tokens is None else f"{one.tokens:.0f}",
    )
