"""A whole Compose project as one document, its files merged: read by Compose itself where it is there."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from docktor.compose.document import parse, printable, read_text
from docktor.compose.expand import expand_as_compose
from docktor.compose.names import read_dotenv
from docktor.errors import ConfigError, Problem

COMPOSE_DEADLINE = 30.0
JOINED = ("ports", "volumes", "expose", "profiles")
"""Lists that Compose joins when two files have them; of other values the last one counts."""


@dataclass(frozen=True, slots=True)
class Project:
    """`document`: variables filled in. `written`: the same with variables left as they stand."""

    files: tuple[Path, ...]
    document: Mapping[str, object]
    written: Mapping[str, object]


def load_project(files: Sequence[Path], env: Mapping[str, str]) -> Project:
    """Raises ConfigError when a file isn't there or Compose can't read it."""
    plain = merged(files)
    if not _has_compose(env):
        filled = fill(plain, {**read_dotenv(files[0].parent / ".env", env), **env})
        return Project(tuple(files), filled if isinstance(filled, dict) else {}, plain)
    document = _ask_compose(files, env)
    try:
        written = _ask_compose(files, env, "--no-interpolate")
    except ConfigError:  # some files make sense only with their variables
        written = document
    return Project(tuple(files), document, written)


def _has_compose(env: Mapping[str, str]) -> bool:
    found = shutil.which("docker", path=env.get("PATH", "")) is not None
    return found and _run(["docker", "compose", "version"], env).returncode == 0


def _ask_compose(files: Sequence[Path], env: Mapping[str, str], *options: str) -> dict[str, object]:
    chosen = [part for file in files for part in ("-f", str(file))]
    done = _run(["docker", "compose", "--profile", "*", *chosen, "config", "--format", "json", *options], env)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"it ended with code {done.returncode}"]
        raise ConfigError((Problem("", f"Compose can't read it: {printable(lines[-1], 300)}"),), str(files[0]))
    value = json.loads(done.stdout)
    return value if isinstance(value, dict) else {}


def _run(command: list[str], env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, env=dict(env), capture_output=True, text=True, timeout=COMPOSE_DEADLINE, check=False
        )
    except subprocess.TimeoutExpired:
        message = f"'{' '.join(command[:2])}' did not answer within {COMPOSE_DEADLINE:.0f} s"
        raise ConfigError((Problem("", message),)) from None


def merged(files: Sequence[Path]) -> dict[str, object]:
    """The files laid over each other as far as ports, names and networks of services go; variables as they stand.

    Raises ConfigError when one isn't there or is no Compose file.
    """
    merged: dict[str, object] = {}
    for file in files:
        text = read_text(file)
        try:
            document = parse(text, foreign_tags=True)
        except ConfigError as error:
            raise ConfigError(error.problems, str(file)) from None
        if document.problems:
            raise ConfigError(document.problems, str(file))
        content: object = document.value
        if not isinstance(content, dict):
            raise ConfigError((Problem("", "not a Compose file: it must be a mapping"),), str(file))
        _lay_over(merged, content)
    return merged


def _lay_over(under: dict[str, object], over: Mapping[str, object]) -> None:
    for key, value in over.items():
        below = under.get(key)
        if isinstance(below, dict) and isinstance(value, Mapping):
            _lay_over(below, value)
        elif isinstance(below, list) and isinstance(value, list) and key in JOINED:
            under[key] = [*below, *(item for item in value if item not in below)]
        else:
            under[key] = value


def fill(value: object, env: Mapping[str, str]) -> object:
    """`value` with every variable replaced as Compose does. Raises ConfigError for a reference that can't be."""
    if isinstance(value, Mapping):
        return {key: fill(item, env) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, env) for item in value]
    try:
        return expand_as_compose(value, env) if isinstance(value, str) else value
    except ValueError as error:
        raise ConfigError((Problem("", str(error)),)) from None
