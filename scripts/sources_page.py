"""Writes the tables of options into docs/sources.md, from the settings. `--check`: only says if it is old."""

import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from docktor.signals import registry

PAGE = Path(__file__).parents[1] / "docs" / "sources.md"
TABLE = re.compile(r"<!-- options ([\w-]+) -->\n(?:\n\|.*?\n(?=\n[^|]|\Z))?", re.DOTALL)


def table(kind: str) -> str:
    """One row for each option."""
    return "\n".join(("| option | default | meaning |", "|---|---|---|", *_rows(kind))) + "\n"


def _rows(kind: str) -> Iterator[str]:
    for name, field in registry.options_of(kind).model_fields.items():
        about = (field.description or "").replace("|", "\\|")
        words = [about, _choices(field), "From the environment only." if _is_secret(field.annotation) else ""]
        yield f"| `{name}` | {_default(field)} | {' '.join(word for word in words if word)} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    if field.default is None or field.default in ({}, ()):
        return ""
    value = str(field.default).lower() if isinstance(field.default, bool) else field.default
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`" if value != "" else ""


def _choices(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return "One of " + ", ".join(f"`{choice}`" for choice in get_args(field.annotation)) + "."
    return ""


def _is_secret(annotation: Any) -> bool:
    parts = get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)
    return SecretStr in parts


def page(text: str) -> str:
    """The page with its tables as they should be."""
    return TABLE.sub(lambda found: f"<!-- options {found[1]} -->\n\n{table(found[1])}", text)


if __name__ == "__main__":
    current = PAGE.read_text(encoding="utf-8")
    if "--check" not in sys.argv:
        PAGE.write_text(page(current), encoding="utf-8")
    elif page(current) != current:
        sys.exit(f"{PAGE.name} is old: run python scripts/sources_page.py")
