"""Changing which model a docktor.yaml says advises."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from docktor.compose.document import Place, Value, spell
from docktor.config.rewrite import Change, Changed, Check, Draft, rewrite, told
from docktor.config.save import write_file
from docktor.config.splice import plain_values, set_values
from docktor.core.advisor import AdvisorPolicy

__all__ = ["Change", "Changed", "set_model", "set_values", "write_file"]

_NEW = """\
version: "1"
llm:
# Services are managed by their labels (docktor.enable=true); name them here to give them rules of their own.
services: []
"""
_MODEL, _PROVIDER, _BASE_URL = ("llm", "model"), ("llm", "provider"), ("llm", "base_url")


def set_model(
    path: Path,
    *,
    model: str,
    provider: str | None = None,
    base_url: str | None = None,
    check: Check,
    others: Sequence[Mapping[str, Value]] = (),
) -> Changed:
    """Writes which model advises into the docktor.yaml at `path`, or a new one there; `None` leaves a value alone.

    With another provider an address that isn't given goes, since it is the old one's. `others`: entries for a new file,
    so that what was managed without one stays managed. `check`, and what is raised: as for `rewrite`.
    """

    def change(text: str | None) -> Draft:
        old = _llm(text or "")
        values = _wanted(old, model, provider, base_url)
        changes = tuple(_change(place, old, value) for place, value in values.items())
        if text is not None:
            return Draft(set_values(text, values), changes)
        kept: dict[Place, Value] = {("services",): [*map(dict, others)]} if others else {}
        return Draft(set_values(_NEW, {**kept, **values}), changes)

    return rewrite(path, change, check)


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
    return Change(spell(place), told(old.get(str(place[-1]))), told(value))
