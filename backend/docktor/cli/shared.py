"""What several commands share: the client, the configuration, and the options that mean the same everywhere."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docktor.errors import DocktorError
from docktor.memory.home import Home, default_home

if TYPE_CHECKING:
    from docktor.api.client import Client
    from docktor.config.model import Config, Flags

COMPLETION_S = 1.0


def find_home() -> Home:
    """The home that this environment means."""
    return Home(default_home(os.environ))


def connect(home: Home | None = None, timeout: float | None = None) -> "Client":
    """A client of the daemon of `home` (default: this environment's). Use it in a `with`."""
    from docktor.api.client import QUICK_S, Client

    return Client((home or find_home()).sock, timeout=timeout or QUICK_S)


def read_config(flags: "Flags") -> "Config":
    """The configuration as a daemon started here would read it. Raises ConfigError with every fault."""
    from docktor.config.resolve import resolve
    from docktor.signals import registry

    return resolve(flags, os.environ, Path.cwd(), registry)


def complete_service(incomplete: str) -> list[str]:
    """Names for the shell to offer: plain ones, and `project/name` once a project is being typed."""
    try:
        with connect(timeout=COMPLETION_S) as client:
            services = [service for project in client.projects() for service in project.services]
    except DocktorError:
        return []
    plain = [service.name for service in services]
    full = [f"{service.project}/{service.name}" for service in services]
    unique = [name for name in plain if plain.count(name) == 1]
    return sorted({name for name in (*unique, *full) if name.startswith(incomplete)})


ServiceName = Annotated[
    str,
    typer.Argument(metavar="SERVICE", help="Its name, or project/name.", autocompletion=complete_service),
]
ServiceOption = Annotated[
    str | None,
    typer.Option("--service", metavar="SERVICE", help="Only this service.", autocompletion=complete_service),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept with the decision.")]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="F", help="The docktor.yaml; else the one found in this directory."),
]
ComposeFileOption = Annotated[
    Path | None,
    typer.Option(
        "--compose-file",
        metavar="F",
        help="The project's Compose file; also $DOCKTOR_COMPOSE_FILE.",
    ),
]
