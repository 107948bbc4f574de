"""The parts of the `docktor` command. Each is loaded when it is asked for: all of them take a second."""

from collections.abc import Iterator, Mapping
from importlib import import_module

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

PARTS = {
    "daemon": "daemon:app",
    "status": "services:status",
    "watch": "watch:watch",
    "explain": "history:explain",
    "events": "history:events",
    "scale": "services:scale",
    "hold": "services:hold",
    "resume": "services:resume",
    "mode": "services:mode",
    "check": "services:check",
    "approvals": "approvals:app",
    "approve": "approvals:approve",
    "reject": "approvals:reject",
    "make-scalable": "scalable:make_scalable_command",
    "replay": "replay:replay",
    "simulate": "simulate:simulate",
    "cost": "cost:cost",
    "config": "config:app",
    "models": "models:app",
    "ai": "ai:app",
    "token": "token:app",
}
"""Where each is: a module of this package, and its name there. Help lists them in this order."""


class Parts(Mapping[str, TyperCommand | TyperGroup]):
    def __getitem__(self, name: str) -> TyperCommand | TyperGroup:
        module, attribute = PARTS[name].split(":")
        found = getattr(import_module(f"docktor.cli.{module}"), attribute)
        alone = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
        if isinstance(found, typer.Typer):
            alone.add_typer(found, name=name)
        else:
            alone.command(name)(found)
        command = get_group(alone).commands[name]
        assert isinstance(command, TyperCommand | TyperGroup)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(PARTS)

    def __len__(self) -> int:
        return len(PARTS)


class WholeCommand(TyperGroup):
    """Names are known without loading what they stand for."""

    def __init__(self, **settings: object) -> None:
        super().__init__(**{**settings, "commands": Parts()})  # type: ignore[arg-type]  # passed on as they came

    def list_commands(self, _: object) -> list[str]:
        return list(self.commands)
