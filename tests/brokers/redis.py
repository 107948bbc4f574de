"""A real Redis, of the version at hand or of one before 7."""

from collections.abc import Sequence
from typing import ClassVar

from tests.brokers.process import HOST, Server, ask


class Redis(Server):
    """What was written outlives stop and kill."""

    programs: ClassVar[tuple[str, ...]] = ("redis-server",)

    def __init__(self, *, password: str = "") -> None:
        super().__init__()
        self.password = password

    @property
    def bare_url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{HOST}:{self.port}/0" if self.password else self.bare_url

    def command(self) -> Sequence[str]:
        options = {
            "bind": HOST,
            "port": str(self.port),
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "always",
        }
        if self.password:
            options["requirepass"] = self.password
        return [self.programs[0], *(word for name, value in options.items() for word in (f"--{name}", value))]

    def answers(self) -> bool:
        greeting = f"AUTH {self.password}\r\n" if self.password else "PING\r\n"
        return ask(self.port, greeting.encode()) in {b"+OK\r\n", b"+PONG\r\n"}


class Redis6(Redis):
    """Redis 6: `XINFO GROUPS` tells no lag."""

    programs: ClassVar[tuple[str, ...]] = ("redis-server-6",)
