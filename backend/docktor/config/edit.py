"""Changing which model a docktor.yaml says advises, and what it may do."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from docktor.compose.document import Place, Value, spell
from docktor.config.rewrite import Change, Changed, Check, Draft, rewrite, told
from docktor.config.save import write_file
from docktor.config.splice import plain_values, set_values
from docktor.core.advisor import AdvisorPolicy, Choice

__all__ = ["Change", "Changed", "set_model", "set_values", "write_file"]

_NEW = """\
version: "1"
llm:
# Services are managed by their labels (docktor.enable=true); name them here to give them rules of their own.
services: []
"""
_MODEL, _PROVIDER, _BASE_URL, _MODE = ("llm", "model"), ("llm", "provider"), ("llm", "base_url"), ("llm", "mode")


def set_model(path: Path, choice: Choice, *, check: Check, others: Sequence[Mapping[str, Value]] = ()) -> Changed:
    """Writes which model advises, and how, into the docktor.yaml at `path`, or a new one there.

    With another provider an address that isn't given goes, since it is the old one's. `others`: entries for a new file,
    so that what was managed without one stays managed. `check`, and what is raised: as for `rewrite`.
    """

    def change(text: str | None) -> Draft:
        old = _llm(text or "")
        values = _wanted(old, choice)
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


def _wanted(old: Mapping[str, Value], choice: Choice) -> dict[Place, Value]:
    """What is to be another value than it is."""
    values: dict[Place, Value] = {}
    if choice.provider is not None:
        values[_PROVIDER] = choice.provider.value
        if choice.provider != old.get("provider", AdvisorPolicy().provider):
            values[_BASE_URL] = None
    mode = choice.mode.value if choice.mode else None
    given: dict[Place, Value] = {_BASE_URL: choice.base_url, _MODEL: choice.model, _MODE: mode}
    values |= {place: value for place, value in given.items() if value is not None}
    return {place: value for place, value in values.items() if value != old.get(str(place[-1]))}


def _change(place: Place, old: Mapping[str, Value], value: Value) -> Change:
    return Change(spell(place), told(old.get(str(place[-1]))), told(value))
