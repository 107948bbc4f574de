"""Every error Docktor raises on purpose. Anything else that escapes is a bug.

DocktorError
├── ConfigError                 .problems: every fault, each with its path
├── TemporaryError              try again later; .delay says when, if known
│   ├── EngineUnavailableError  no answer from the engine; the message says why and what to do
│   ├── StorageError            the journal could not be written
│   ├── BusyError               the daemon does such a thing already
│   ├── SignalUnavailableError  a source gave no numbers; .state says in what way
│   └── AdvisorUnavailableError a model gave no answer; .state says in what way
├── PermanentError              trying again changes nothing
│   ├── ServiceNotFoundError
│   ├── ApprovalNotFoundError
│   └── ScaleRefusedError       .code says which limit or obstacle
└── DaemonUnreachableError      the command line found no daemon
"""

from dataclasses import dataclass


class DocktorError(Exception):
    """Base of all of them; its text is one line that a person can act on."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in something a person wrote: where (`services[1].rules`), what, and the line (from 1) if known."""

    path: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.path}: {self.message}" if self.path else f"{where}{self.message}"


class ConfigError(DocktorError):
    """The configuration can't be used; `problems` has every fault found, `source` names the file."""

    def __init__(self, problems: tuple[Problem, ...], source: str = "") -> None:
        self.problems = problems
        self.source = source
        super().__init__("; ".join(str(problem) for problem in problems))


class TemporaryError(DocktorError):
    """May go away by itself. `delay`: seconds to wait before trying again, if known."""

    def __init__(self, message: str, delay: float | None = None) -> None:
        super().__init__(message)
        self.delay = delay


class EngineUnavailableError(TemporaryError):
    """The engine did not answer, or not in time."""


class StorageError(TemporaryError):
    """The journal could not be written; nothing may be acted on until it can."""


class BusyError(TemporaryError):
    """What is asked for is much work, and somebody else's is being done."""


class SignalUnavailableError(TemporaryError):
    """A source (queue, Prometheus, …) gave no numbers. `state`, in words shown to people:

    down (no answer), refused (credentials), wrong (what is asked for isn't there, or the answer makes no sense),
    lying (a number that can't be), not-installed (its client library is missing).
    """

    def __init__(self, message: str, state: str = "down") -> None:
        super().__init__(message)
        self.state = state


class AdvisorUnavailableError(TemporaryError):
    """A model's endpoint gave no answer that can be used. `state`, in words shown to people:

    down (no answer), loading (the model is being loaded), refused (credentials), missing (the model isn't there),
    busy (too many questions), wrong (it doesn't take such a question), spoilt (an answer in another form than asked).
    """

    def __init__(self, message: str, state: str = "down", delay: float | None = None) -> None:
        super().__init__(message, delay)
        self.state = state


class PermanentError(DocktorError):
    """Trying the same again can't help."""


class ServiceNotFoundError(PermanentError):
    """No container of that service exists (never started, or taken down)."""


class ApprovalNotFoundError(PermanentError):
    """There was never a proposal of that number."""


class ScaleRefusedError(PermanentError):
    """A scale that will not be tried. `code` is stable, for programs; the message is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class DaemonUnreachableError(DocktorError):
    """No daemon answers on the socket."""
