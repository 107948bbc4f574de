"""How Compose names a project when nobody says: environment, `.env`, the file's `name`, the directory."""

import re
from collections.abc import Mapping
from pathlib import Path

from docktor.compose.expand import expand_as_compose
from docktor.errors import ConfigError, Problem

VARIABLE = "COMPOSE_PROJECT_NAME"
_VALID = re.compile(r"[a-z0-9][a-z0-9_-]*")
_LINE = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_.]*)\s*[=:]\s*(?P<value>.*)")
_QUOTED = re.compile(r"""(?P<quote>['"])(?P<body>(?:\\.|(?!(?P=quote)).)*)(?P=quote)""")


def is_valid(name: str) -> bool:
    """Whether Compose takes it as a project's name."""
    return _VALID.fullmatch(name) is not None


def normalise(name: str) -> str:
    """A directory's or file's name as Compose turns it into a project name; may come out empty."""
    return re.sub(r"[^a-z0-9_-]", "", name.lower()).lstrip("_-")


def read_dotenv(path: Path, env: Mapping[str, str]) -> dict[str, str]:
    """The variables of a `.env` file; none if there is no readable one. `env` fills references in its values."""
    try:
        text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    except (OSError, UnicodeDecodeError):
        return {}
    values: dict[str, str] = {}
    for line in text.splitlines():
        found = _LINE.match(line.strip())
        if found and not line.lstrip().startswith("#"):
            values[found["name"]] = _dotenv_value(found["value"], {**values, **env})
    return values


def _dotenv_value(text: str, known: Mapping[str, str]) -> str:
    quoted = _QUOTED.match(text)
    if quoted and quoted["quote"] == "'":
        return quoted["body"]
    plain = quoted["body"] if quoted else re.sub(r"(?:^|\s+)#.*$", "", text).strip()
    try:
        return expand_as_compose(plain, known)
    except ValueError:
        return plain


def project_name(directory: Path, written: str | None, env: Mapping[str, str]) -> tuple[str, str]:
    """The project's name by Compose's rule, and its source: `environment` or `default`.

    `directory` is the Compose file's; `written` the file's own `name`. Raises ConfigError when no name comes of it.
    """
    dotenv = read_dotenv(directory / ".env", env)
    for values, where in ((env, "the environment"), (dotenv, str(directory / ".env"))):
        given = values.get(VARIABLE)
        if given and not is_valid(given):
            message = f"{VARIABLE}={given} in {where} is no project name; Compose takes a-z, 0-9, '-' and '_'"
            raise ConfigError((Problem("project", message),))
        if given:
            return given, "environment"
    try:
        name = normalise(expand_as_compose(written or "", {**dotenv, **env}))
    except ValueError as error:
        raise ConfigError((Problem("project", f"the Compose file's name: {error}"),)) from None
    if written and not name:
        raise ConfigError((Problem("project", f"the Compose file's name {written!r} has no letter or digit"),))
    name = name or normalise(directory.name)
    if not name:
        message = f"the directory {directory} gives no project name; set project, or name it with --project"
        raise ConfigError((Problem("project", message),))
    return name, "default"
