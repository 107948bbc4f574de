"""The override for a service that runs, from the files its containers say they were made from.

Labels are written by whoever made the container, and an image can bring them along. So no more is read than the files
they name, none of another kind, and nothing that those lead to: no `.env`, no `env_file`, no `extends`, no `include`.
Variables stay variables, for Compose to fill in; what can't be told without their values is not told.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from docktor.compose.advice import file_name, up_command, with_header
from docktor.compose.document import printable, read_text
from docktor.compose.expand import references
from docktor.compose.ports import read_ports
from docktor.compose.project import fill, merged
from docktor.compose.scalable import Override, make_override
from docktor.core.world import Origin, ServiceId
from docktor.errors import ConfigError, DocktorError

MOST_FILES = 10
ENDINGS = (".yaml", ".yml", ".json")
TAGS = ("!reset", "!override")
_LONGEST = 500
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_STAND_INS = ("7", "8")
_DEFAULTS = "a port is given by a variable: this is right for its default"


@dataclass(frozen=True, slots=True)
class Cure:
    """`text`: the override, to be saved as `file` and then used by the command `use`.

    `text` is `None` where `why` says what is in the way. `notes`: what a person should read first.
    """

    text: str | None = None
    file: str | None = None
    use: str | None = None
    notes: tuple[str, ...] = ()
    why: str | None = None


class _UntoldError(Exception):
    """Why there is nothing to tell."""


def cure_of(service: ServiceId, origin: Origin) -> Cure:
    """Reads the files. Never raises: what is in the way is said in the answer."""
    try:
        if _NAME.fullmatch(service.name) is None:  # it becomes part of a file's name
            raise _UntoldError(f"{printable(service.name)} is no name that Compose gives a service")
        files = usable_files(origin)
        override, by_default = _override(files, service.name)
    except _UntoldError as error:
        return Cure(why=str(error))
    except DocktorError as error:
        return Cure(why=printable(str(error), _LONGEST))
    if not override.text:
        return Cure(why=f"{service.name} needs nothing: {override.why}")
    notes = (*override.warnings, *((_DEFAULTS,) if by_default else ()))
    file = str(Path(origin.directory or files[0].parent) / file_name(service.name))
    use = up_command([*files, file], "-p", service.project, *_directory(origin, files))
    return Cure(with_header(override, use), file, use, notes)


def usable_files(origin: Origin) -> tuple[Path, ...]:
    """Those files, if all of them may be read. Raises an error that `cure_of` turns into a reason."""
    paths = tuple(Path(file) if _rooted(file) else Path(origin.directory) / file for file in origin.files)
    if len(paths) > MOST_FILES:
        raise _UntoldError(f"it is made from {len(paths)} Compose files, more than the {MOST_FILES} that are read here")
    for path in paths:
        told = printable(str(path), _LONGEST)
        if not _rooted(str(path)) or told != str(path):
            raise _UntoldError(f"its Compose file {told} is not a path on this machine")
        if path.suffix.lower() not in ENDINGS:
            raise _UntoldError(f"its Compose file {told} is not named like one, and is not read")
        if not (path.is_file() and os.access(path, os.R_OK)):
            raise _UntoldError(f"its Compose file {told} can't be read from where Docktor runs")
    return paths


def _rooted(path: str) -> bool:
    return path.startswith("/")


def _override(files: tuple[Path, ...], service: str) -> tuple[Override, bool]:
    """The override, and whether it goes by the default of a variable."""
    try:
        document = merged(files)
    except ConfigError:  # what is in it is nobody's business, if it is no Compose file
        raise _UntoldError(f"{_named(files)} can't be read as a Compose file here") from None
    services = document.get("services")
    spec = services.get(service) if isinstance(services, dict) else None
    if not isinstance(services, dict) or not isinstance(spec, dict):
        raise _UntoldError(
            f"{_named(files)} has no service {service}; one it includes may have, which is not read here"
        )
    if spec.get("extends"):
        raise _UntoldError(f"{service} extends another service, whose file is not read here")
    ports = spec.get("ports")
    known, by_default = _settled(ports)
    whole = {**document, "services": {**services, service: {**spec, "ports": known}}}
    override = make_override(whole, service, ports=ports)
    if override.text and any(tag in read_text(file) for file in files for tag in TAGS):
        raise _UntoldError(
            f"{_named(files)} has {' or '.join(TAGS)}, which only Compose itself can lay over each other"
        )
    return override, by_default


def _settled(ports: object) -> tuple[object, bool]:
    """Ports with their variables at their defaults, and whether there are any; the container's side must have none."""
    try:
        found = [one for text in _texts(ports) for one in references(text)]
        if not found:
            return ports, False
        bare = [name for name, default in found if not default]
        if bare:
            raise _UntoldError(f"a port is given by the variable {bare[0]}, whose value is not read here")
        if len({_inside(ports, {name: digit for name, _ in found}) for digit in _STAND_INS}) > 1:
            raise _UntoldError("the port in the container is given by a variable, whose value is not read here")
        return fill(ports, {}), True
    except ValueError:
        raise _UntoldError("its ports can't be read without the values of their variables") from None


def _inside(ports: object, env: Mapping[str, str]) -> tuple[tuple[int, str], ...]:
    """What they lead to, given those variables."""
    return tuple((port.target, port.protocol) for port in read_ports(fill(ports, env)))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value if isinstance(value, list) else value.values():
            yield from _texts(item)


def _directory(origin: Origin, files: tuple[Path, ...]) -> tuple[str, ...]:
    """Relative paths in the files are seen from there, if Compose was told so."""
    if not origin.directory or Path(origin.directory) == files[0].parent:
        return ()
    return ("--project-directory", origin.directory)


def _named(files: tuple[Path, ...]) -> str:
    return " or ".join(str(file) for file in files) if len(files) > 1 else str(files[0])
