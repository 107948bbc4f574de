"""`docktor config validate | show | test-source`."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.text import Text

from docktor.cli import models, output, render, sources
from docktor.cli.clean import clean
from docktor.cli.shared import ComposeFileOption, ConfigOption, Json, ServiceName, connect, read_config
from docktor.config.model import Flags
from docktor.errors import ConfigError, DaemonUnreachableError
from docktor.runtime.views import Setting, SourceTest

FAILED, INVALID = 1, 2

app = typer.Typer(no_args_is_help=True, help="Check the configuration, and see what is in force.")


@dataclass(frozen=True, slots=True)
class Shown:
    """What `config show` prints: values of no service, then each service's own."""

    source: str | None
    general: Sequence[Setting]
    services: Mapping[str, Sequence[Setting]]


@app.command()
def validate(config: ConfigOption = None, compose_file: ComposeFileOption = None, as_json: Json = False) -> None:
    """Check docktor.yaml without starting anything.

    Every fault with its place and line; exit code 2 if there are any.

    Example: docktor config validate --config docktor.yaml
    """
    try:
        found = read_config(Flags(config=config, compose_file=compose_file))
    except ConfigError as error:
        if not as_json:
            raise
        output.show_json(
            {"valid": False, "source": error.source, "problems": error.problems, "warnings": [], "services": []}
        )
        raise typer.Exit(INVALID) from None
    services = [str(policy.service) for policy in found.policies]
    if as_json:
        source = str(found.source) if found.source else None
        output.show_json(
            {
                "valid": True,
                "source": source,
                "problems": [],
                "warnings": found.warnings,
                "services": services,
            }
        )
        return
    names = ", ".join(services) or "whatever is labelled docktor.enable=true"
    output.show(
        [
            Text(f"{found.source or 'no docktor.yaml'}: no faults; manages {clean(names)}"),
            *(Text(clean(f"  warning: {warning}")) for warning in found.warnings),
        ]
    )


@app.command()
def show(config: ConfigOption = None, as_json: Json = False) -> None:
    """Show every value in force, and its source.

    With --config, or with no daemon: what a start would use.

    Example: docktor config show
    """
    shown = _in_force() if config is None else None
    if shown is None:
        shown = _as_read(config)
        if config is None and not as_json:
            output.note("no daemon runs; this is what one started here would use")
    if as_json:
        output.show_json(shown)
        return
    lines = [Text(f"docktor.yaml: {shown.source or 'none'}", "bold")]
    lines += render.setting_lines(shown.general, output.text_width())
    for name, settings in shown.services.items():
        lines += [Text(), Text(clean(name), "bold")]
        lines += render.setting_lines(settings, output.text_width())
    output.show(lines)


@app.command("test-source")
def test_source(service: ServiceName, config: ConfigOption = None, as_json: Json = False) -> None:
    """Read a service's queue and other sources once: the numbers, or what is wrong.

    The running daemon reads, with its environment. With --config, or with no daemon, this command does.

    Example: docktor config test-source worker
    """
    found = _tested_by_daemon(service) if config is None else None
    if found is None:
        from docktor.runtime.trial import try_alone

        found = asyncio.run(try_alone(read_config(Flags(config=config)), service))
    if as_json:
        output.show_json(found)
    else:
        output.show(sources.test_lines(found))
    if any(one.error for one in found):
        raise typer.Exit(FAILED)


def _tested_by_daemon(service: str) -> Sequence[SourceTest] | None:
    try:
        with connect() as client:
            one = client.find(service)
            return client.test_source(f"{one.project}/{one.name}")
    except DaemonUnreachableError:
        return None


def _in_force() -> Shown | None:
    try:
        with connect() as client:
            health = client.health()
            managed = [s for s in render.services_of(client.projects()) if s.managed]
            names = [f"{s.project}/{s.name}" for s in managed]
            return Shown(health.config.source, (), {name: client.service(name).settings for name in names})
    except DaemonUnreachableError:
        return None


def _as_read(config: Path | None) -> Shown:
    found = read_config(Flags(config=config))
    return Shown(
        str(found.source) if found.source else None,
        tuple(Setting(one.path, one.value, one.source) for one in found.general),
        {
            str(entry.policy.service): tuple(Setting(one.path, one.value, one.source) for one in entry.settings)
            for entry in found.entries
        },
    )


app.command("list-models")(models.list_models)
app.command("set-model")(models.set_model)
