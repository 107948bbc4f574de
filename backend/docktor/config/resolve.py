"""From flags, environment and docktor.yaml to the one configuration in force. The entry point of this room."""

from collections.abc import Mapping
from pathlib import Path

from docktor.compose.document import Place, spell
from docktor.compose.files import ComposeFile
from docktor.config.build import config_from_file, config_without_file
from docktor.config.load import Reading, read
from docktor.config.locate import Where, absolute, fault_at, locate
from docktor.config.model import DEFAULT, Config, Flags
from docktor.config.sources import Kinds, missing_libraries
from docktor.config.words import describe, suggest
from docktor.errors import ConfigError, Problem

CONFIG_NAMES = ("docktor.yaml", "docktor.yml")
FIRST_SERVICE = "web"


def resolve(flags: Flags, env: Mapping[str, str], cwd: Path, kinds: Kinds | None = None) -> Config:
    """The configuration in force. Same files, flags and environment: same answer.

    `cwd` is absolute. `kinds` knows the settings of each kind of source. Raises ConfigError with every fault found.
    """
    cwd = cwd.absolute()
    path, warnings = _config_path(flags, cwd)
    if path is None:
        return _without_file(flags, env, cwd)
    reading = read(path, env, kinds)
    problems = [*reading.problems]
    where = locate(flags, env, cwd, reading, problems)
    warnings += _check_names(flags, reading, where, problems)
    if problems or reading.form is None:
        raise ConfigError(tuple(sorted(problems, key=lambda problem: problem.line or 0)), str(path))
    if kinds is not None:
        warnings += missing_libraries(reading.doc, reading.raw.get("services"), kinds)
    return config_from_file(flags, reading, reading.form, where, warnings)


def _config_path(flags: Flags, cwd: Path) -> tuple[Path | None, list[Problem]]:
    if flags.config is not None:
        return absolute(cwd, flags.config), []
    found = [cwd / name for name in CONFIG_NAMES if (cwd / name).exists()]
    if len(found) > 1:
        return found[0], [Problem("", f"{found[0].name} is read, {found[1].name} beside it is not")]
    return (found[0] if found else None), []


def config_path(flags: Flags, cwd: Path) -> Path:
    """The docktor.yaml in force, or where a new one belongs."""
    return _config_path(flags, cwd)[0] or cwd / CONFIG_NAMES[0]


def _without_file(flags: Flags, env: Mapping[str, str], cwd: Path) -> Config:
    problems: list[Problem] = []
    where = locate(flags, env, cwd, None, problems, needed=flags.service is not None)
    known = where.compose.services if where.compose else ()
    name = flags.service
    if name is None and where.path_source != DEFAULT and FIRST_SERVICE in known:
        name = FIRST_SERVICE
    if flags.service and where.compose and where.compose.complete and flags.service not in known:
        problems.append(Problem("--service", _no_such(flags.service, where.compose)))
    if problems:
        raise ConfigError(tuple(problems))
    return config_without_file(flags, name, where, [cwd / name for name in CONFIG_NAMES])


def _check_names(flags: Flags, reading: Reading, where: Where, problems: list[Problem]) -> list[Problem]:
    """Services that the file or the flag names must be there. Answers warnings where that can't be told."""
    named = _named(flags, reading, where.project)
    if flags.service is not None and reading.is_multi:
        listed = [name for _, name in _named(Flags(), reading, None)]
        if flags.service not in listed:
            message = f"{describe(flags.service)} is not among the services; {suggest(flags.service, listed)}"
            problems.append(Problem("--service", message))
    compose = where.compose
    if compose is None:
        return []
    told = {problem.path for problem in reading.problems}
    missing = [item for item in named if item[1] not in compose.services and spell(item[0]) not in told]
    faults = [fault_at(reading.doc, place, _no_such(name, compose)) for place, name in missing]
    if not compose.complete:
        return faults
    problems += faults
    return []


def _named(flags: Flags, reading: Reading, project: str | None) -> list[tuple[Place, str]]:
    """The services named, with their places; `project` leaves out those of other projects."""
    if not reading.is_multi:
        if flags.service is not None:
            return [(("--service",), flags.service)]
        name = reading.raw.get("service", FIRST_SERVICE)
        return [(("service",), name)] if isinstance(name, str) else []
    services = reading.raw["services"]
    found: list[tuple[Place, str]] = []
    for index, item in enumerate(services if isinstance(services, list) else []):
        name = item.get("name") if isinstance(item, dict) else None
        own = item.get("project") if isinstance(item, dict) else None
        if isinstance(name, str) and (own is None or project is None or own == project):
            found.append((("services", index, "name"), name))
    return found


def _no_such(name: str, compose: ComposeFile) -> str:
    return f"{compose.path} has no service {describe(name)}; {suggest(name, compose.services)}"
