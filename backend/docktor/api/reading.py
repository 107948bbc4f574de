"""What the daemon answers, read: events as they stream, and errors as the ones they stand for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from pydantic import TypeAdapter

from docktor.errors import (
    ConfigError,
    DocktorError,
    EngineUnavailableError,
    Problem,
    ScaleRefusedError,
    ServiceNotFoundError,
    StorageError,
)
from docktor.runtime.views import LogEvent

T = TypeVar("T")


def log_events(lines: Iterable[str]) -> Iterator[LogEvent]:
    """The events in a stream of server-sent lines; comments and `resync` notices are passed over."""
    kind = ""
    for line in lines:
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data: ") and kind != "resync":
            yield adapter(LogEvent).validate_json(line.removeprefix("data: "))


def to_error(fault: Mapping[str, object]) -> DocktorError:
    """The error a problem+json document stands for."""
    detail, code = str(fault.get("detail", "")), str(fault.get("code", ""))
    match fault.get("status"), code:
        case _, "service-not-found":
            return ServiceNotFoundError(detail)
        case 409, _:
            return ScaleRefusedError(code, detail)
        case _, "engine-unavailable":
            return EngineUnavailableError(detail)
        case _, "storage-unavailable":
            return StorageError(detail)
        case 422, _:
            return ConfigError(_problems(fault.get("problems")) or (Problem("", detail),))
        case _:
            return DocktorError(detail)


def _problems(given: object) -> tuple[Problem, ...]:
    if not isinstance(given, Sequence):
        return ()
    return tuple(adapter(Problem).validate_python(problem) for problem in given)


def adapter(shape: type[T]) -> TypeAdapter[T]:
    """Reads what the daemon answers as that type."""
    return TypeAdapter(shape)
