"""Wording of faults: the nearest right name, a value as it may be shown, a pydantic error as one plain line."""

import math
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from docktor.compose.document import Document, Place, printable
from docktor.config.secrets import shown
from docktor.errors import Problem

ONE_MODE, TWO_MODES = "one mode", "a mode for each direction"
"""Tags of a union, which pydantic names among the places of errors."""

_RANGES = {"greater_than_equal": "ge", "less_than_equal": "le", "greater_than": "gt", "less_than": "lt"}
_RANGE_WORDS = {"ge": "{:g} or more", "le": "{:g} or less", "gt": "more than {:g}", "lt": "less than {:g}"}
_KINDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": "text",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name most like `word`, if any is like it."""
    names = {name.lower(): name for name in known}
    found = get_close_matches(word.strip().lower()[:100], names, n=1, cutoff=0.6)
    return names[found[0]] if found else None


def suggest(word: str, known: Iterable[str]) -> str:
    """`did you mean X?`, or the list of what is known."""
    names = sorted(known)
    guess = nearest(word, names)
    return f"did you mean {guess}?" if guess else f"known: {', '.join(names)}"


def describe(value: object) -> str:
    """A value as a message may name it."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{printable(value, 60)}"'
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "infinity"
    return printable(str(value) if not isinstance(value, int) or abs(value) < 10**30 else "a huge number", 60)


def problems_of(error: ValidationError, model: type[BaseModel], doc: Document, at: Place = ()) -> Iterator[Problem]:
    """Every error as a problem; `at` is where the validated value stands in the document."""
    for detail in error.errors(include_url=False):
        loc = tuple(part for part in detail["loc"] if part not in (ONE_MODE, TWO_MODES))
        place = (*at, *loc)
        given = shown(doc, place, detail["input"])  # a reference is named as written, never by its value
        yield doc.problem(place, _message({**detail, "loc": loc}, model, given))


def _message(detail: ErrorDetails, model: type[BaseModel], given: object) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "docktor":
        return str(context["message"]).replace("{value}", describe(given))
    if kind == "value_error":
        return str(context["error"])
    if kind == "extra_forbidden":
        name = str(detail["loc"][-1])
        return f"unknown field {describe(name)}; {suggest(name, _fields_at(model, detail['loc'][:-1]))}"
    if kind == "missing":
        return "is missing"
    if given is None:
        return "has no value; give one or remove the line"
    if kind == "string_too_short":
        return "must not be empty"
    if kind in _KINDS:
        return f"must be {_KINDS[kind]}, not {describe(given)}"
    if kind in _RANGES:
        word = _RANGES[kind]
        return f"must be {_RANGE_WORDS[word].format(context[word])}, not {describe(given)}"
    return f"{detail['msg'][:1].lower()}{detail['msg'][1:]}"


def _fields_at(model: type[BaseModel], place: tuple[str | int, ...]) -> Mapping[str, object]:
    """The fields of the model that stands at that place below `model`."""
    for part in place:
        if isinstance(part, str):
            model = next(_models_in(model.model_fields[part].annotation), model)
    return model.model_fields


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
