"""What the contract needs of a kind: a server, and the hands of those who use a queue of it beside Docktor."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Generic, TypeVar

from tests.brokers.process import Server
from tests.signals.asking import Changes

S = TypeVar("S", bound=Server)

USER, PASSWORD = "dock", "open-sesame"
WRONG: Changes = {"password": "wrong-sesame"}


class Rig(ABC, Generic[S]):
    """One queue of that name on `server`, which several rigs share. `make` may be called again, after a restart."""

    kind: ClassVar[str]
    main: ClassVar[str] = "backlog"
    """What the provider calls the number that waits."""
    hands_out: ClassVar[bool] = True
    """Whether the server knows what was handed out and is not finished, so that it doesn't wait any more."""
    tells_in_flight: ClassVar[bool] = True
    """Whether it tells how many those are."""
    counts: ClassVar[bool] = True
    """Whether it tells totals, `rate_in` and `rate_out`."""
    keeps: ClassVar[bool] = True
    """Whether what was put is sure to be there again after a kill."""
    purges: ClassVar[bool] = True
    wrong_password: ClassVar[Changes | None] = WRONG
    """What to change to be refused."""
    user: ClassVar[str] = USER
    connections: ClassVar[int] = 1
    """At most so many, however many queues are read one after the other."""
    connections_at_once: ClassVar[int] = 1
    """Likewise when ten are read at the same time."""

    def __init__(self, server: S, name: str) -> None:
        self.server = server
        self.name = name

    @classmethod
    @abstractmethod
    def new_server(cls) -> Server:
        """With a password, where the kind has one."""

    @property
    def port(self) -> int:
        """Where the provider connects to."""
        return self.server.port

    @abstractmethod
    def options(self, **changes: object) -> dict[str, object]:
        """As in docktor.yaml, for this queue."""

    @abstractmethod
    def at(self, port: int) -> Changes:
        """What to change to reach the server through a proxy on that port."""

    @abstractmethod
    def nowhere(self) -> Mapping[str, Changes]:
        """By a word that the fault must hold: what to change so that what is asked for isn't there."""

    async def make(self) -> None:
        """The queue, empty. It is there when this returns."""

    @abstractmethod
    async def put(self, count: int) -> None: ...

    async def hand_out(self, count: int) -> None:
        """To a consumer that doesn't acknowledge."""
        raise NotImplementedError

    @abstractmethod
    async def finish(self, count: int) -> None:
        """So many of those handed out; of those waiting, where the server doesn't know the difference."""

    async def purge(self) -> None:
        """Nothing waits any more."""
        raise NotImplementedError

    async def close(self) -> None:
        """Let go of all connections, as before a kill."""
