"""`docktor make-scalable`: writes the Compose override that lets a service have replicas."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from docktor.cli.output import show_json
from docktor.compose.advice import OURS, file_name, ports_of, up_command, with_header
from docktor.compose.files import find, read
from docktor.compose.names import read_dotenv
from docktor.compose.project import load_project
from docktor.compose.scalable import DEFAULT_IMAGE, Override, make_override
from docktor.errors import ConfigError, PermanentError, Problem


def make_scalable_command(
    service: Annotated[str, typer.Argument(help="The Compose service that is to have replicas.")],
    *,
    write: Annotated[
        Path | None, typer.Option("--write", "-w", help="Write the override here instead of printing it.")
    ] = None,
    compose_file: Annotated[
        list[Path] | None,
        typer.Option("--compose-file", "-f", help="The project's Compose file; more than one is laid in order."),
    ] = None,
    mode: Annotated[
        Literal["auto", "http", "tcp"],
        typer.Option(help="How the ports are balanced; auto: HTTP on the usual ports for it, TCP on others."),
    ] = "auto",
    image: Annotated[str, typer.Option(help="The load balancer's image, any HAProxy from 2.6 on.")] = DEFAULT_IMAGE,
    force: Annotated[bool, typer.Option("--force", help="Let --write replace a file that is not ours.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write the Compose override that lets SERVICE have replicas.

    A service with a fixed host port, a container_name or a static address can't have more than one. The override
    moves its ports to a small load balancer in front, which follows the replicas by itself, and lifts the rest.
    The Compose files themselves stay as they are.
    """
    files = [file for file in _files(compose_file or [], os.environ) if not _same(file, write) or not _ours(file)]
    if not files:
        raise ConfigError((Problem("", f"{write} is an override itself: name the project's files too"),))
    project = load_project(files, os.environ)
    ports = ports_of(project.written, service)
    override = make_override(project.document, service, ports=ports, mode=mode, image=image)
    command = up_command([*files, write or file_name(service)])
    text = with_header(override, command)
    if write and text:
        _write(write, text, force)
    if as_json:
        written = str(write) if write and text else None
        show_json({**asdict(override), "text": text, "file": written, "command": command if text else None})
        return
    _tell(override, text, write, command)


def _files(given: Sequence[Path], env: Mapping[str, str]) -> tuple[Path, ...]:
    """The project's files, by the rules of Compose: asked for, from the environment, or found from here up."""
    if len(given) > 1:
        return tuple(given)
    if given:
        return read(given[0]).files
    known = {**read_dotenv(Path(".env"), env), **env}
    named = known.get("DOCKTOR_COMPOSE_FILE") or known.get("COMPOSE_FILE")
    if named:
        return tuple(Path(part) for part in named.split(known.get("COMPOSE_PATH_SEPARATOR") or os.pathsep) if part)
    found = find(Path.cwd())
    if found is None:
        raise ConfigError((Problem("", "no Compose file here or above: name one with --compose-file"),))
    return tuple(Path(os.path.relpath(file)) for file in read(found).files)


def _same(file: Path, other: Path | None) -> bool:
    return other is not None and other.exists() and file.exists() and file.samefile(other)


def _ours(file: Path) -> bool:
    with file.open(encoding="utf-8", errors="replace") as opened:
        return opened.readline().startswith(OURS)


def _write(path: Path, text: str, force: bool) -> None:
    if path.exists() and not force and not _ours(path):
        raise PermanentError(f"{path} is there and was not written by make-scalable: choose another, or add --force")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise PermanentError(f"{path} can't be written: {error.strerror}") from None


def _tell(override: Override, text: str, write: Path | None, command: str) -> None:
    if not text:
        print(f"{override.service} needs nothing: {override.why}", file=sys.stderr)
        return
    if not write:
        print(text, end="")
        return
    front = f"; {override.balancer} stands in front of it" if override.balancer else ""
    print(f"Wrote {write}: lifts {', '.join(override.lifted)} from {override.service}{front}.")
    for warning in override.warnings:
        print(f"Mind: {warning}.")
    print(f"Use it from now on:\n    {command}")
