"""`docktor config list-models | set-model` and `docktor models pull`: which model advises."""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.text import Text

from docktor.cli import output
from docktor.cli.clean import clean
from docktor.cli.shared import ConfigOption, Json, connect, read_config
from docktor.config.model import Flags
from docktor.core.advisor import AdvisorMode, AdvisorPolicy, Choice, Provider
from docktor.errors import DaemonUnreachableError, DocktorError
from docktor.runtime.views import ModelsView, ModelView, PullView

FAILED = 1
LOOK_EVERY_S = 0.3

app = typer.Typer(no_args_is_help=True, help="Fetch models with Docker Model Runner.")

ModelName = Annotated[str, typer.Argument(metavar="MODEL", help="Such as ai/llama3.2, or gpt-5-mini.")]


def list_models(config: ConfigOption = None, as_json: Json = False) -> None:
    """Show the models at the advisor's endpoint, and which are asked.

    The running daemon tells; with --config, or with no daemon, this command looks itself.

    Example: docktor config list-models
    """
    found = _of_daemon() if config is None else None
    if found is None:
        from docktor.runtime.models import models_view

        found = asyncio.run(models_view(policy_of(config), os.environ))
    if as_json:
        output.show_json(found)
    else:
        output.show(model_lines(found))
    if found.error:
        raise typer.Exit(FAILED)


def set_model(
    context: typer.Context,
    model: Annotated[
        str | None, typer.Argument(metavar="[MODEL]", show_default=False, help="May be left out when --mode is given.")
    ] = None,
    *,
    provider: Annotated[
        Provider | None, typer.Option("--provider", help="dmr (Docker Model Runner), or openai (anything like it).")
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", metavar="U", help="Where it is served, such as http://localhost:11434/v1."),
    ] = None,
    mode: Annotated[
        AdvisorMode | None,
        typer.Option("--mode", help="advise (its choice counts), shadow (asked and scored, not heard), off."),
    ] = None,
    config: ConfigOption = None,
    as_json: Json = False,
) -> None:
    """Ask this model from now on, or in this mode.

    Written into docktor.yaml, whose comments stay; a running daemon takes it over at once.

    Example: docktor config set-model ai/llama3.2 --mode shadow
    """
    choice = Choice(model, provider, base_url, mode)
    if model is None and (mode is None or provider or base_url):
        raise typer.BadParameter("say which MODEL; only --mode can be set without one", context)
    if config is None and _set_by_daemon(choice, as_json):
        return
    from docktor.config.edit import set_model as edit
    from docktor.config.resolve import config_path

    path = config_path(Flags(config=config), Path.cwd())
    changed = edit(path, choice, check=lambda other: read_config(Flags(config=other)))
    if as_json:
        output.show_json(changed)
    else:
        output.show([Text(clean(str(changed)))])


def _set_by_daemon(choice: Choice, as_json: bool) -> bool:
    try:
        with connect() as client:
            view = client.set_model(choice)
            health = client.health()
    except DaemonUnreachableError:
        return False
    if as_json:
        output.show_json(view)
    else:
        output.show([Text(clean(f"{_told(choice)}; written to {health.config.source}"))])
    return True


def _told(choice: Choice) -> str:
    parts = (
        f"{choice.model} is asked from now on" if choice.model else "",
        f"mode {choice.mode}" if choice.mode else "",
    )
    return ", ".join(filter(None, parts))


@app.command()
def pull(model: ModelName, config: ConfigOption = None, as_json: Json = False) -> None:
    """Fetch a model with Docker Model Runner.

    With a daemon running it does the fetching: Ctrl-C ends the picture, not the fetch.

    Example: docktor models pull ai/llama3.2
    """
    steps = _pulled_by_daemon(model) if config is None else None
    last = _drawn(steps if steps is not None else _pulled_here(model, config), model)
    if as_json:
        output.show_json(last)
    elif last.error is None:
        output.show([Text(clean(f"{model} is here; `docktor config set-model {model}` has it asked"))])
    if last.error is not None:
        raise DocktorError(last.error)


def _drawn(steps: Iterator[PullView], model: str) -> PullView:
    """Draws a bar until it ends; the last view of it."""
    last = PullView(model, "pulling", 0, 0, "")
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=output.make_console(stderr=True)) as bar:
        task = bar.add_task(clean(model), total=None)
        for last in steps:
            bar.update(task, completed=last.done, total=last.total or None)
    return last


def _pulled_by_daemon(model: str) -> Iterator[PullView] | None:
    try:
        with connect() as client:
            first = client.pull_model(model)
    except DaemonUnreachableError:
        return None
    return _watched(first)


def _watched(view: PullView) -> Iterator[PullView]:
    with connect() as client:
        while view.state == "pulling":
            yield view
            time.sleep(LOOK_EVERY_S)
            view = next((one for one in client.pulls() if one.model == view.model), view)
    yield view


def _pulled_here(model: str, config: Path | None) -> Iterator[PullView]:
    from docktor.runtime.models import pull_alone

    policy, loop = policy_of(config), asyncio.new_event_loop()
    steps = pull_alone(policy, os.environ, model)
    view = PullView(model, "pulling", 0, 0, "")
    try:
        while True:
            try:
                step = loop.run_until_complete(anext(steps))
            except StopAsyncIteration:
                yield PullView(model, "done", view.total, view.total, "")
                return
            view = PullView(model, "pulling", step.done, step.total, step.message)
            yield view
    finally:
        loop.run_until_complete(steps.aclose())
        loop.close()


def policy_of(config: Path | None) -> AdvisorPolicy:
    """The advisor's settings as a daemon started here would have them; the defaults where none are given."""
    return read_config(Flags(config=config)).llm or AdvisorPolicy()


def _of_daemon() -> ModelsView | None:
    try:
        with connect() as client:
            return client.models()
    except DaemonUnreachableError:
        return None


def model_lines(found: ModelsView) -> list[Text]:
    """A table of them; the ones that are asked have their place in the chain."""
    head = Text.assemble((found.provider, "bold"), f" at {clean(found.base_url or '?')}")
    if found.error:
        return [head, Text(f"  {clean(found.error)}", "red")]
    if not found.models:
        return [head, Text("  no models; `docktor models pull ai/llama3.2` fetches one")]
    rows = [("", "MODEL", "PARAMETERS", "QUANTIZATION", "SIZE", "STATE", "PROFILE"), *map(_row, found.models)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [_line(row, widths) for row in rows]
    lines[0].stylize("dim")
    pulls = [Text(clean(f"  fetching {one.model}: {_share(one)}")) for one in found.pulls if one.state == "pulling"]
    return [head, *lines, *pulls]


def _row(one: ModelView) -> tuple[str, ...]:
    place = "" if one.chain is None else "asked" if one.chain == 1 else f"{one.chain}."
    facts = [place, one.name, one.parameters, one.quantization, one.size, one.state, ", ".join(one.profiles)]
    return tuple(clean(fact) if fact is not None else "-" for fact in facts)


def _line(row: Sequence[str], widths: Sequence[int]) -> Text:
    return Text("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


def _share(one: PullView) -> str:
    return f"{100 * one.done / one.total:.0f} %" if one.total else "begun"
