"""Which Compose file and which project, and who said so."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from docktor.compose import files, names
from docktor.compose.document import Document, Place, printable
from docktor.compose.files import ComposeFile
from docktor.config.load import Reading
from docktor.config.model import DEFAULT, ENVIRONMENT, FLAG, Flags
from docktor.config.words import describe
from docktor.errors import ConfigError, Problem

COMPOSE_FILE_VARIABLE = "DOCKTOR_COMPOSE_FILE"
_UNREAD = Document(None, {}, {}, frozenset(), frozenset(), ())


@dataclass(frozen=True, slots=True)
class Where:
    """The Compose file and project, each with its source. `compose` is `None` without a (readable) file."""

    path: Path | None
    path_source: str
    compose: ComposeFile | None
    project: str | None
    project_source: str

    @property
    def files(self) -> tuple[Path, ...]:
        """The Compose files that were read."""
        return self.compose.files if self.compose else ()


def absolute(start: Path, path: Path | str) -> Path:
    """`path` seen from `start`, without `..` and with its links as they are: Compose names projects by that."""
    return Path(os.path.normpath(start / path))


def locate(
    flags: Flags,
    env: Mapping[str, str],
    cwd: Path,
    reading: Reading | None,
    problems: list[Problem],
    *,
    needed: bool = True,
) -> Where:
    """Finds the Compose file and the project's name; what is wrong goes to `problems`."""
    doc = reading.doc if reading else _UNREAD
    path, source, place = _compose_path(flags, env, cwd, reading)
    compose = None
    if path is not None and (needed or source != DEFAULT):
        try:
            compose = files.read(path)
        except ConfigError as error:
            problems += [fault_at(doc, place, fault.message, fault.line) for fault in error.problems]
    project, project_source = _project(flags, reading, problems)
    if project is None and compose is not None:
        try:
            project, project_source = names.project_name(compose.path.parent, compose.name, env)
        except ConfigError as error:
            problems += error.problems
    if project is None and path is None and needed and _wants_project(reading):
        start = reading.path.parent if reading else cwd
        message = f"no Compose file in {start} or above it; say which with compose_file, or name the project"
        problems.append(fault_at(doc, place, message))
    return Where(path, source, compose, project, project_source)


def _compose_path(
    flags: Flags, env: Mapping[str, str], cwd: Path, reading: Reading | None
) -> tuple[Path | None, str, Place]:
    if flags.compose_file is not None:
        return absolute(cwd, flags.compose_file), FLAG, ("--compose-file",)
    if env.get(COMPOSE_FILE_VARIABLE):
        return absolute(cwd, env[COMPOSE_FILE_VARIABLE]), ENVIRONMENT, (COMPOSE_FILE_VARIABLE,)
    place: Place = ("compose_file",)
    if reading is None:
        return files.find(cwd), DEFAULT, place
    directory = reading.path.parent
    given = reading.raw.get("compose_file")
    if isinstance(given, str) and given:
        return absolute(directory, given), reading.source(place), place
    if "project" in reading.raw and "compose_file" not in reading.raw:
        return None, DEFAULT, place
    if not _wants_project(reading):  # a file that happens to lie above has no say in what names its projects itself
        return None, DEFAULT, place
    return files.find(directory), DEFAULT, place


def _project(flags: Flags, reading: Reading | None, problems: list[Problem]) -> tuple[str | None, str]:
    if flags.project is not None:
        if not names.is_valid(flags.project):
            message = f"{describe(flags.project)} is no project name; Compose takes a-z, 0-9, '-' and '_'"
            problems.append(Problem("--project", message))
        return flags.project, FLAG
    given = reading.raw.get("project") if reading else None
    if reading is not None and isinstance(given, str):
        return given, reading.source(("project",))
    return None, DEFAULT


def _wants_project(reading: Reading | None) -> bool:
    services = reading.raw.get("services") if reading else None
    if not isinstance(services, list):
        return True
    return any(isinstance(item, dict) and not item.get("project") for item in services)


def fault_at(doc: Document, place: Place, message: str, line: int | None = None) -> Problem:
    """A fault about a file that `place` points to; a line of that other file goes into the text."""
    text = f"{message} (line {line})" if line else message
    return doc.problem(place, text) if place in doc.lines else Problem(printable(".".join(map(str, place))), text)
