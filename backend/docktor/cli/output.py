"""Prints: text for people (colour only on a terminal), JSON for programs."""

import sys
from collections.abc import Iterable

from pydantic_core import to_json
from rich.console import Console
from rich.text import Text


def make_console(*, stderr: bool = False) -> Console:
    """Honours NO_COLOR; a pipe gets plain text. `stderr`: for what is not the data."""
    return Console(highlight=False, soft_wrap=True, stderr=stderr)


def text_width() -> int | None:
    """Columns of the terminal; `None` in a pipe, where nothing is cut."""
    return make_console().width if sys.stdout.isatty() else None


def show(lines: Iterable[Text]) -> None:
    console = make_console()
    for line in lines:
        console.print(line)


def show_json(value: object, *, indent: int | None = 2) -> None:
    """One JSON document, or with `indent=None` one line of a stream."""
    print(to_json(value, indent=indent, inf_nan_mode="null").decode(), flush=True)


def note(text: str) -> None:
    """A remark beside the data, on stderr."""
    print(f"docktor: {text}", file=sys.stderr)
