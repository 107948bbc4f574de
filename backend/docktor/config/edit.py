"""Changing a docktor.yaml: the new text is checked before it takes the old one's place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from docktor.compose.document import Place, Value, printable, read_text, spell
from docktor.config.save import beside, unwritable, write_file
from docktor.config.secrets import without_userinfo
from docktor.config.splice import plain_values, set_values
from docktor.core.advisor import AdvisorPolicy
from docktor.errors import ConfigError, Problem

__all__ = ["Change", "Changed", "set_model", "set_values", "write_file"]

_NEW = """\
version: "1"
llm:
# Services are managed by their labels (docktor.enable=true); name them here to give them rules of their own.
services: []
"""
_MODEL, _PROVIDER, _BASE_URL = ("llm", "model"), ("llm", "provider"), ("llm", "base_url")


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is another now; `None`: not in the file."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Changed:
    """What was done to the file at `path`; no `values` when it said so already."""

    path: Path
    created: bool
    values: tuple[Change, ...]

    def __str__(self) -> str:
        """`llm.model is ai/qwen3 instead of ai/llama3.2, in docktor.yaml`"""
        told = ", ".join(f"{one.path} is {one.after or 'gone'}{_instead(one.before)}" for one in self.values)
        return f"{told or 'nothing to change'}, in {self.path}"


def _instead(before: str | None) -> str:
    return f" instead of {before}" if before is not None else ""


def set_model(
    path: Path,
    *,
    model: str,
    provider: str | None = None,
    base_url: str | None = None,
    check: Callable[[Path], object],
) -> Changed:
    """Writes which model advises into the docktor.yaml at `path`, or a new one there; `None` leaves a value alone.

    With another provider an address that isn't given goes, since it is the old one's. `check` reads a docktor.yaml
    at a path beside the real one, as `resolve` would, and raises ConfigError when it has faults; nothing is written
    then. Raises ConfigError, which speaks of `path`.
    """
    text = _text(path)
    try:
        old = _llm(text or "")
        values = _wanted(old, model, provider, base_url)
        new = set_values(_NEW if text is None else text, values)
    except ConfigError as error:
        raise ConfigError(error.problems, str(path)) from None
    _check(path, new, check)
    if _text(path) != text:
        message = f"{printable(str(path), 300)} was changed by someone else just now; try again"
        raise ConfigError((Problem("", message),), str(path))
    if new != text:
        write_file(path, new)
    return Changed(path, text is None, tuple(_change(place, old, value) for place, value in values.items()))


def _text(path: Path) -> str | None:
    """`None` if there is no such file yet."""
    try:
        return read_text(path, "utf-8") if path.exists() else None
    except OSError as error:
        raise unwritable(path, error) from None


def _llm(text: str) -> Mapping[str, Value]:
    whole = plain_values(text)
    block = whole.get("llm") if isinstance(whole, dict) else None
    return block if isinstance(block, dict) else {}


def _wanted(old: Mapping[str, Value], model: str, provider: str | None, base_url: str | None) -> dict[Place, Value]:
    """What is to be another value than it is."""
    values: dict[Place, Value] = {}
    if provider is not None:
        values[_PROVIDER] = provider
        if provider != old.get("provider", AdvisorPolicy().provider):
            values[_BASE_URL] = None
    if base_url is not None:
        values[_BASE_URL] = base_url
    values[_MODEL] = model
    return {place: value for place, value in values.items() if value != old.get(str(place[-1]))}


def _change(place: Place, old: Mapping[str, Value], value: Value) -> Change:
    return Change(spell(place), _told(old.get(str(place[-1]))), _told(value))


def _told(value: Value) -> str | None:
    return None if value is None else without_userinfo(printable(str(value), 300))


def _check(path: Path, text: str, check: Callable[[Path], object]) -> None:
    try:
        candidate = beside(path, text)  # there, so that relative paths in it lead to the same files
    except OSError as error:
        raise unwritable(path, error) from None
    try:
        check(candidate)
    except ConfigError as error:
        problems = tuple(
            Problem(problem.path, problem.message.replace(candidate.name, path.name), problem.line)
            for problem in error.problems
        )
        raise ConfigError(problems, error.source.replace(candidate.name, path.name)) from None
    finally:
        candidate.unlink(missing_ok=True)
