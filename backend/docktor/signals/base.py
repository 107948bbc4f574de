"""The port: a provider reads named numbers from one place."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from docktor.signals.connections import Connections, Lease

C = TypeVar("C")

Numbers = Mapping[str, float]
"""By short name: `backlog` is what rules know as `queue.backlog`. What isn't known is left out."""


class Total(float):
    """A count that only ever grows (messages published since the start, say). Docktor makes it a rate a second.

    It may begin anew (a restart, a purge, a wrap-around): the rate leaves such a step out.
    """


class Options(BaseModel):
    """What a person writes beside `kind:`. Credentials are `SecretStr`, so that they can't be shown by mistake."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


async def _as_written(host: str, port: int) -> tuple[str, int]:
    return host, port


@dataclass(frozen=True, slots=True)
class Library:
    """A client library that need not be there. `requirement` is what pip is asked for to have it."""

    module: str
    requirement: str

    @property
    def missing(self) -> bool:
        """Looked up, not imported."""
        return find_spec(self.module) is None

    @property
    def install(self) -> str:
        return f"pip install '{self.requirement}'"


@dataclass(frozen=True, slots=True)
class Around:
    """What a provider finds around itself.

    `locate` turns the host and port of an address as written into the ones to connect to: a name that only
    containers of the project know (`nats`) becomes where that service can be reached from here.
    """

    project: str
    connections: Connections
    locate: Callable[[str, int], Awaitable[tuple[str, int]]] = _as_written

    def share(
        self, key: Hashable, open_: Callable[[], Awaitable[C]], close: Callable[[C], Awaitable[None]]
    ) -> Lease[C]:
        """A connection shared with every source of the project that asks with an equal key.

        `open_` runs when it is first needed, and again after a failure; `close` then, and when its last user is gone.
        Take its deadlines from the caller: opening is cancelled when a read's time is up, and must leave nothing open.
        """
        return self.connections.lease((self.project, key), open_, close)


class Provider(ABC):
    """Reads numbers from one place. Made once per source, read again and again, closed at the end.

    `Options`: the pydantic model of its settings. `about`: one line for people. `library`: its client library, which
    is imported inside methods only, so that the settings can be checked without it.
    """

    Options: ClassVar[type[BaseModel]]
    about: ClassVar[str] = ""
    library: ClassVar[Library | None] = None

    def __init__(self, options: Any, around: Around) -> None:
        self.options = options
        self.around = around

    @property
    def where(self) -> str:
        """The place in a few words, for people; no credentials."""
        url = getattr(self.options, "url", None)
        return hostport(str(url)) if url else ""

    @abstractmethod
    async def read(self) -> Numbers:
        """The numbers now. Raises SignalUnavailableError when they can't be had; never guesses 0.

        May be cancelled at any moment, when its time is up.
        """

    async def close(self) -> None:
        """Lets go of everything. Called once."""
        return


def hostport(url: str) -> str:
    """`host:port` of an address, without credentials and path."""
    return urlsplit(url).netloc.rpartition("@")[2] or "?"
