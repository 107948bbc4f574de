"""An override as a person gets it: the YAML below a few lines that say what it is for and how it is used."""

import shlex
from collections.abc import Mapping, Sequence

from docktor.compose.document import printable
from docktor.compose.scalable import Override

OURS = "# Written by docktor make-scalable"
"""How a file of ours begins."""
LONGEST = 500


def file_name(service: str) -> str:
    """What the override's file is called when nobody says."""
    return f"docktor.{service}.yaml"


def ports_of(written: Mapping[str, object], service: str) -> object:
    """The service's ports as they are written, `None` without any."""
    services = written.get("services")
    spec = services.get(service) if isinstance(services, Mapping) else None
    return spec.get("ports") if isinstance(spec, Mapping) else None


def up_command(files: Sequence[object], *options: str) -> str:
    """The command that brings a project up with these files. `options`: of `docker compose` itself."""
    parts = [*map(shlex.quote, options), *(f"-f {shlex.quote(str(file))}" for file in files)]
    return " ".join(["docker compose", *parts, "up -d"])


def with_header(override: Override, command: str) -> str:
    """The whole file; empty when the service needs nothing."""
    if not override.text:
        return ""
    lines = [f"{OURS} {override.service}: lets the service have replicas. Use it with", f"#     {command}"]
    lines += [f"# Mind: {printable(warning, LONGEST)}." for warning in override.warnings]
    return "\n".join(lines) + "\n" + override.text
