"""A real RabbitMQ with its management plugin."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from typing import ClassVar

from tests.brokers.process import HOST, Server, ask, end, free_ports, get, wait_until

STATISTICS_MS = 500
EPMD_S = 10.0


class RabbitMQ(Server):
    """Durable queues and their persistent messages outlive a stop, and mostly a kill.

    Its management plugin counts once a second, not every five as it would by itself.
    """

    programs: ClassVar[tuple[str, ...]] = ("rabbitmq-server", "epmd")

    def __init__(self, *, user: str = "dock", password: str = "tor") -> None:
        super().__init__()
        self.user, self.password = user, password
        self.port, self.management_port, self._epmd_port, self._peer_port = free_ports(4)
        self._epmd: subprocess.Popen[bytes] | None = None
        settings = {
            "listeners.tcp.1": f"{HOST}:{self.port}",
            "management.tcp.ip": HOST,
            "management.tcp.port": self.management_port,
            "default_user": user,
            "default_pass": password,
            "collect_statistics_interval": STATISTICS_MS,
            **{f"management.sample_retention_policies.{kind}.minute": 1 for kind in ("global", "basic", "detailed")},
            "disk_free_limit.absolute": "1MB",
            "log.console": "true",
            "log.console.level": "warning",
            "log.file": "false",
        }
        lines = [f"{name} = {value}\n" for name, value in settings.items()]
        (self.folder / "rabbitmq.conf").write_text("".join(lines), encoding="utf-8")
        (self.folder / "enabled_plugins").write_text("[rabbitmq_management].\n", encoding="utf-8")

    @property
    def bare_url(self) -> str:
        return f"amqp://{HOST}:{self.port}/"

    @property
    def url(self) -> str:
        return f"amqp://{self.user}:{self.password}@{HOST}:{self.port}/"

    @property
    def bare_management_url(self) -> str:
        return f"http://{HOST}:{self.management_port}"

    @property
    def management_url(self) -> str:
        return f"http://{self.user}:{self.password}@{HOST}:{self.management_port}"

    def command(self) -> Sequence[str]:
        return ["rabbitmq-server"]

    def environment(self) -> Mapping[str, str]:
        return {
            "HOME": str(self.folder),  # its cookie is there
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": HOST,
            "RABBITMQ_NODENAME": f"docktor{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(self._peer_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "none"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "generated"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false",
            "RUNNING_UNDER_SYSTEMD": "true",  # no shell between the tests and the server
        }

    def answers(self) -> bool:
        if not ask(self.port, b"AMQP\x00\x00\x09\x01").startswith(b"\x01"):
            return False
        overview = get(f"{self.bare_management_url}/api/overview", (self.user, self.password))
        return overview is not None and overview.is_success

    def start(self) -> "RabbitMQ":
        self._start_epmd()
        return super().start()

    def close(self) -> None:
        epmd, self._epmd = self._epmd, None
        try:
            if epmd is not None:
                end(epmd, signal.SIGKILL)
        finally:
            super().close()

    def _start_epmd(self) -> None:
        """The names' server, which RabbitMQ would leave behind if it had to start one."""
        if self._epmd is not None:
            return
        self._epmd = self.spawn(["epmd", "-address", HOST, "-port", str(self._epmd_port)], {})
        wait_until(self._epmd_answers, EPMD_S, lambda: f"epmd does not answer: {self.said()}")

    def _epmd_answers(self) -> bool:
        try:
            return bool(ask(self._epmd_port, b"\x00\x01n"))  # NAMES
        except OSError:
            return False
