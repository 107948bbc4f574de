"""A real NATS server with JetStream."""

import json
from collections.abc import Sequence
from typing import ClassVar

from tests.brokers.process import HOST, Server, ask, free_ports


class Nats(Server):
    """`monitor_url` is that of its HTTP pages. Streams outlive stop and kill."""

    programs: ClassVar[tuple[str, ...]] = ("nats-server",)

    def __init__(self, *, user: str = "", password: str = "") -> None:
        super().__init__()
        self.user, self.password = user, password
        self.port, self.monitor_port = free_ports(2)

    @property
    def bare_url(self) -> str:
        return f"nats://{HOST}:{self.port}"

    @property
    def url(self) -> str:
        return f"nats://{self.user}:{self.password}@{HOST}:{self.port}" if self.user else self.bare_url

    @property
    def monitor_url(self) -> str:
        return f"http://{HOST}:{self.monitor_port}"

    def command(self) -> Sequence[str]:
        options = {"addr": HOST, "port": self.port, "http_port": self.monitor_port, "store_dir": self.folder / "data"}
        if self.user:
            options |= {"user": self.user, "pass": self.password}
        return ["nats-server", "--jetstream", *(f"--{name}={value}" for name, value in options.items())]

    def answers(self) -> bool:
        word, _, info = ask(self.port, b"").partition(b" ")
        return word == b"INFO" and bool(json.loads(info).get("jetstream"))
