"""What was asked for on the command line of `daemon start`."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class EngineChoice(StrEnum):
    AUTO = "auto"
    DOCKER = "docker"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True)
class Choices:
    """`listen` as typed: HOST:PORT or off. `allow_hosts`: as a browser sends them."""

    config: Path | None
    compose_file: Path | None
    service: str | None
    project: str | None
    manual: bool
    engine: str
    listen: str
    allow_hosts: tuple[str, ...] = ()

    def arguments(self) -> list[str]:
        """The same again, for the process in the background."""
        words = ["daemon", "start", "--foreground", "--engine", self.engine, "--listen", self.listen]
        for name, value in (
            ("--config", self.config and self.config.absolute()),
            ("--compose-file", self.compose_file and self.compose_file.absolute()),
            ("--service", self.service),
            ("--project", self.project),
        ):
            words += [name, str(value)] if value is not None else []
        for host in self.allow_hosts:
            words += ["--allow-host", host]
        return words + (["--manual"] if self.manual else [])
