"""Immutable values made ready for JSON."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from types import MappingProxyType
from typing import TypeVar, cast

T = TypeVar("T")


def thaw(value: T) -> T:
    """The same value with plain dicts for its read-only mappings, at any depth: serializers know only those."""
    return cast(T, _thaw(value))


def _thaw(value: object) -> object:
    if isinstance(value, Mapping | MappingProxyType):
        return {key: _thaw(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_thaw(part) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _thaw(getattr(value, field.name)) for field in fields(value)})
    return value
