"""Finds providers by entry point; the built-in ones come by the same road as everybody else's."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from pydantic import BaseModel

from docktor.errors import PermanentError
from docktor.signals.base import Provider

GROUP = "docktor.providers"


@cache
def _found() -> Mapping[str, EntryPoint]:
    """By kind. Read once: what is installed while a daemon runs counts from its next start."""
    return {point.name: point for point in entry_points(group=GROUP)}


def kinds() -> tuple[str, ...]:
    """Every kind that is installed, sorted."""
    return tuple(sorted(_found()))


def provider(kind: str) -> type[Provider]:
    """The class behind a kind. Raises PermanentError, saying what is known or what is wrong with it."""
    point = _found().get(kind)
    if point is None:
        raise PermanentError(f"unknown kind {kind!r}; known: {', '.join(kinds())}")
    try:
        found = point.load()
    except Exception as error:  # a stranger's module; whatever it is, it must not end the daemon
        raise PermanentError(f"kind {kind!r} can't be loaded: {type(error).__name__}: {error}") from error
    if not (isinstance(found, type) and issubclass(found, Provider) and hasattr(found, "Options")):
        raise PermanentError(f"kind {kind!r} ({point.value}) is not a docktor.signals.Provider with Options")
    return found


def options_of(kind: str) -> type[BaseModel]:
    """The model of a kind's settings; raises as `provider`."""
    return provider(kind).Options


def missing(kind: str) -> str | None:
    """The command that brings the client library of that kind, `None` if it is there or not needed."""
    try:
        library = provider(kind).library
    except PermanentError:
        return None
    return library.install if library is not None and library.missing else None
