"""The blocks that name sources of numbers (`queue`, `metrics`): checked by the model of their kind."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol, get_args

from pydantic import BaseModel, SecretStr, ValidationError

from docktor.compose.document import Document, Place, Value
from docktor.config.model import SourceEntry
from docktor.config.schema import MetricSource, Queue
from docktor.config.secrets import is_secret
from docktor.config.words import describe, problems_of, suggest
from docktor.errors import ConfigError, PermanentError, Problem

_PASSWORD = re.compile(r"://[^/?#@]*?:(?P<password>[^/?#@]+)@")
_REFERENCE, _FILLED = re.compile(r"\$\{[^}]*\}"), "\0"
_WRITE = "credentials come from the environment only: write it as ${NAME}"
_COMMON = {*Queue.model_fields, *MetricSource.model_fields}


class Kinds(Protocol):
    """Who knows the kinds of sources that are installed."""

    def kinds(self) -> tuple[str, ...]:
        """Every one."""
        ...

    def options_of(self, kind: str) -> type[BaseModel]:
        """The model of its settings. Raises PermanentError when it can't be loaded."""
        ...

    def missing(self, kind: str) -> str | None:
        """The command that brings the client library it lacks."""
        ...


def blocks(services: Value) -> Iterator[tuple[Place, Mapping[str, Value]]]:
    """Every block that names a source, with its place."""
    for index, service in enumerate(services if isinstance(services, list) else []):
        if not isinstance(service, dict):
            continue
        at: Place = ("services", index)
        if isinstance(queue := service.get("queue"), dict):
            yield (*at, "queue"), queue
        listed = service.get("metrics")
        for number, metric in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(metric, dict):
                yield (*at, "metrics", number), metric


def read_block(doc: Document, block: Mapping[str, Value], kinds: Kinds) -> SourceEntry:
    """The source of a whole document that is one `queue` block. Raises ConfigError with every fault in it."""
    problems = [*doc.problems]
    try:
        queue = Queue.model_validate(block)
    except ValidationError as error:
        raise ConfigError((*problems, *problems_of(error, Queue, doc))) from None
    problems += check_block(doc, (), block, kinds)
    if problems:
        raise ConfigError(tuple(problems))
    return SourceEntry(queue.kind, queue.model_extra or {}, queue.timeout)


def check_sources(doc: Document, services: Value, kinds: Kinds) -> Iterator[Problem]:
    """Faults in the blocks' own settings."""
    for at, block in blocks(services):
        yield from check_block(doc, at, block, kinds)


def check_block(doc: Document, at: Place, block: Mapping[str, Value], kinds: Kinds) -> Iterator[Problem]:
    """Faults in one block."""
    kind = block.get("kind")
    if not isinstance(kind, str) or not kind:
        return
    if kind not in kinds.kinds():
        yield doc.problem((*at, "kind"), f"unknown kind {describe(kind)}; {suggest(kind, kinds.kinds())}")
        return
    try:
        model = kinds.options_of(kind)
    except PermanentError as error:
        yield doc.problem((*at, "kind"), str(error))
        return
    options = {name: value for name, value in block.items() if name not in _COMMON}
    try:
        model.model_validate(options)
    except ValidationError as error:
        yield from problems_of(error, model, doc, at)
    yield from _literal_secrets(doc, at, model, options)


def missing_libraries(doc: Document, services: Value, kinds: Kinds) -> Iterator[Problem]:
    """A warning for each block whose client library is not installed."""
    for at, block in blocks(services):
        if install := kinds.missing(str(block.get("kind"))):
            yield doc.problem(
                (*at, "kind"), f"{block['kind']} can't be read until its client library is there: {install}"
            )


def _literal_secrets(
    doc: Document, at: Place, model: type[BaseModel], options: Mapping[str, Value]
) -> Iterator[Problem]:
    for name, value in options.items():
        place = (*at, name)
        secret = name in model.model_fields and _holds_secret(model.model_fields[name].annotation)
        if isinstance(value, str):
            written = doc.written.get(place)
            if secret and value and written is None:
                yield doc.problem(place, _WRITE)
            found = _PASSWORD.search(_REFERENCE.sub(_FILLED, value if written is None else written))
            if found and _FILLED not in found["password"]:
                yield doc.problem(place, f"has a password in it; {_WRITE}")
        elif isinstance(value, dict):
            for key, item in value.items():
                if is_secret(key) and item and (*place, key) not in doc.written:
                    yield doc.problem((*place, key), _WRITE)


def _holds_secret(annotation: Any) -> bool:
    return annotation is SecretStr or any(_holds_secret(part) for part in get_args(annotation))
