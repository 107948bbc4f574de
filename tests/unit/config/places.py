"""A directory with a Compose file and a docktor.yaml, for tests of configuration."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from docktor.config.model import Config, Flags
from docktor.config.resolve import resolve
from docktor.config.sources import Kinds
from docktor.errors import ConfigError
from docktor.signals import registry

COMPOSE = "services:\n  web: {image: app}\n  api: {image: app}\n  consumer: {image: app}\n"
NO_FLAGS = Flags()
NOBODY = 65534


def shop(tmp_path: Path, text: str | bytes | None, compose: str | None = COMPOSE) -> Path:
    """`tmp_path/shop` with those files; `None` leaves a file out."""
    directory = tmp_path / "shop"
    directory.mkdir(exist_ok=True)
    if compose is not None:
        (directory / "docker-compose.yaml").write_text(compose)
    if text is not None:
        (directory / "docktor.yaml").write_bytes(text.encode() if isinstance(text, str) else text)
    return directory


def load(
    tmp_path: Path,
    text: str | bytes | None,
    *,
    flags: Flags = NO_FLAGS,
    env: Mapping[str, str] | None = None,
    compose: str | None = COMPOSE,
    kinds: Kinds | None = registry,
) -> Config:
    return resolve(flags, env or {}, shop(tmp_path, text, compose), kinds)


def faults(
    tmp_path: Path,
    text: str | bytes | None,
    *,
    flags: Flags = NO_FLAGS,
    env: Mapping[str, str] | None = None,
    compose: str | None = COMPOSE,
) -> list[str]:
    """Every fault as text, without the directory's path; none when it loads."""
    try:
        load(tmp_path, text, flags=flags, env=env, compose=compose)
    except ConfigError as error:
        return [str(problem).replace(str(tmp_path), "") for problem in error.problems]
    return []


@contextmanager
def nobody() -> Iterator[None]:
    """Root reads everything: be nobody for the while."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(me)
