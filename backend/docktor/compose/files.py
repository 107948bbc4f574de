"""Compose files as far as Docktor needs them: where they are, the project's name, the services they name."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docktor.compose.document import parse, read_text
from docktor.errors import ConfigError, Problem

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)


@dataclass(frozen=True, slots=True)
class ComposeFile:
    """`files`: the file and the override Compose adds by itself. `name`: top-level `name`, as written.

    `complete` is false when `include` may bring services that are not listed here.
    """

    path: Path
    files: tuple[Path, ...]
    name: str | None
    services: tuple[str, ...]
    complete: bool


def find(start: Path) -> Path | None:
    """The file Compose itself would use in that directory: there, or in the nearest parent that has one."""
    for directory in (start, *start.parents):
        for name in NAMES:
            if (directory / name).is_file():
                return directory / name
    return None


def read(path: Path) -> ComposeFile:
    """Reads the file and its override. Raises ConfigError when it isn't there or isn't a Compose file."""
    files = (path, *_overrides(path))
    name: str | None = None
    services: list[str] = []
    complete = True
    for file in files:
        content = _top_level(file)
        given = content.get("name")
        name = str(given) if given else name
        services += [key for key in _names(content, file) if key not in services]
        complete = complete and "include" not in content
    if not services and complete:
        raise ConfigError((Problem("", f"{path} names no services"),), str(path))
    return ComposeFile(path, files, name, tuple(services), complete)


def _overrides(path: Path) -> Iterator[Path]:
    if path.name in NAMES:
        found = [path.with_name(name) for name in _OVERRIDES if path.with_name(name).is_file()]
        yield from found[:1]


def _top_level(path: Path) -> dict[str, object]:
    text = read_text(path)
    try:
        value = parse(text, foreign_tags=True).value
    except ConfigError as error:
        problems = tuple(Problem("", f"{path}: {fault.message}", fault.line) for fault in error.problems)
        raise ConfigError(problems, str(path)) from None
    if not isinstance(value, dict):
        raise ConfigError((Problem("", f"{path} is not a Compose file: it must be a mapping"),), str(path))
    return dict(value)


def _names(content: dict[str, object], path: Path) -> tuple[str, ...]:
    services = content.get("services")
    if services is None:
        return ()
    if not isinstance(services, dict):
        raise ConfigError((Problem("", f"{path}: services must be a mapping"),), str(path))
    return tuple(services)
