"""A docktor.yaml takes another text: checked in its place first, then written whole, or left as it was."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from docktor.compose.document import Value, printable, read_text
from docktor.config.render import flow_text
from docktor.config.save import beside, unwritable, write_file
from docktor.config.secrets import without_userinfo
from docktor.errors import ConfigError, Problem

Check = Callable[[Path], object]
Checked = TypeVar("Checked")
_LONGEST = 300


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


@dataclass(frozen=True, slots=True)
class Draft:
    """The new text, and what is new about it. `spelled`: a place in it as whoever asked for the change knows it."""

    text: str
    values: tuple[Change, ...]
    spelled: Callable[[str], str] | None = None


Drafting = Callable[[str | None], Draft]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file says (`""`: there is none) and would say; `after` is `None` where `problems` stand against it."""

    before: str
    after: str | None
    problems: tuple[Problem, ...] = ()


def preview(path: Path, change: Drafting, check: Check) -> Preview:
    """What `rewrite` would come to; the file stays as it is, and nothing is raised for faults."""
    text: str | None = None
    try:
        text = _text(path)
        draft = _drafted(path, change, text)
        _check(path, draft, check)
        return Preview(text or "", draft.text)
    except ConfigError as error:
        return Preview(text or "", None, error.problems)


def rewrite(path: Path, change: Drafting, check: Check) -> Changed:
    """Puts in force what `change` makes of the file's text, which is `None` when there is no file yet.

    `check` reads a docktor.yaml at a path beside the real one, as `resolve` would, and raises ConfigError when it has
    faults; nothing is written then. Raises ConfigError, which speaks of `path`.
    """
    text = _text(path)
    draft = _drafted(path, change, text)
    _check(path, draft, check)
    if _text(path) != text:
        message = f"{printable(str(path), _LONGEST)} was changed by someone else just now; try again"
        raise ConfigError((Problem("", message),), str(path))
    if draft.text != text:
        write_file(path, draft.text)
    return Changed(path, text is None, draft.values)


def rehearse(path: Path, change: Drafting, check: Callable[[Path], Checked]) -> Checked:
    """What `check` makes of the file as `change` would have it; the file stays as it is. Raises as `rewrite`."""
    return _check(path, _drafted(path, change, _text(path)), check)


def _drafted(path: Path, change: Drafting, text: str | None) -> Draft:
    try:
        return change(text)
    except ConfigError as error:
        raise ConfigError(error.problems, str(path)) from None


def told(value: Value) -> str | None:
    """A value as a message may name it."""
    if value is None:
        return None
    text = flow_text(value) if isinstance(value, dict | list) else str(value)
    return without_userinfo(printable(text, _LONGEST))


def _text(path: Path) -> str | None:
    try:
        return read_text(path, "utf-8") if path.exists() else None
    except OSError as error:
        raise unwritable(path, error) from None


def _check(path: Path, draft: Draft, check: Callable[[Path], Checked]) -> Checked:
    try:
        candidate = beside(path, draft.text)  # there, so that relative paths in it lead to the same files
    except OSError as error:
        raise unwritable(path, error) from None
    try:
        return check(candidate)
    except ConfigError as error:
        problems = tuple(
            _respelled(Problem(one.path, one.message.replace(candidate.name, path.name), one.line), draft)
            for one in error.problems
        )
        raise ConfigError(problems, error.source.replace(candidate.name, path.name)) from None
    finally:
        candidate.unlink(missing_ok=True)


def _respelled(problem: Problem, draft: Draft) -> Problem:
    if draft.spelled is None:
        return problem
    return Problem(draft.spelled(problem.path), problem.message)  # its line is one of a text that nobody has seen
