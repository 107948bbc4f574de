"""A daemon under faults, watched from outside: its API, its journal, its log, and what it holds open."""

import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from docktor.api.client import Client
from docktor.runtime.views import HealthView, ServiceView
from tests.compose_project import BUSYBOX, ComposeProject, docker
from tests.e2e.shop import BUSY, Docktor

WINDOW_S = 2
RULES: dict[str, object] = {
    "min_replicas": 1,
    "max_replicas": 3,
    "check_interval": 1,
    "metrics_window": WINDOW_S,
    "cooldown": {"up": 0, "down": 0},
    "stabilization": {"up": 0, "down": 0},
    "rules": {
        "scale_up_when": [{"metric": "cpu.avg", "op": ">", "value": 60}],
        "scale_down_when": [{"metric": "cpu.avg", "op": "<", "value": 20}],
    },
}


def burner(load: Path, **more: object) -> dict[str, object]:
    """A service of which each replica burns a tenth of a core while `load/on` is there."""
    load.mkdir(exist_ok=True)
    return {
        "image": BUSYBOX,
        "command": ["sh", "-c", BUSY],
        "cpus": 0.1,
        "stop_grace_period": "2s",
        "volumes": [f"{load}:/load"],
        **more,
    }


@dataclass(frozen=True, slots=True)
class Footprint:
    descriptors: int
    threads: int


class Patient(Docktor):
    @property
    def journal(self) -> Path:
        return self.home / "decisions.jsonl"

    @property
    def log(self) -> str:
        file = self.home / "daemon.log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def health(self) -> HealthView:
        with Client(self.home / "docktor.sock") as client:
            return client.health()

    def view(self, name: str = "web") -> ServiceView:
        with Client(self.home / "docktor.sock") as client:
            return client.find(name)

    def lines(self) -> list[dict[str, object]]:
        """The journal as it is on the disk, oldest first."""
        if not self.journal.exists():
            return []
        return [json.loads(line) for line in self.journal.read_text(encoding="utf-8").splitlines()]

    def wrongs(self) -> list[str]:
        """What no fault may lead to while every replica is busy and nobody runs Compose: less, or blaming somebody."""
        return [
            f"{line['phase']} {line['action']}: {line['reason']}"
            for line in self.lines()
            if line["action"] == "scale_down" or "outside Docktor" in str(line["reason"])
        ]

    def footprint(self) -> Footprint:
        process = Path("/proc") / str(self.pid)
        return Footprint(len(list((process / "fd").iterdir())), len(list((process / "task").iterdir())))

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)


@dataclass(frozen=True, slots=True, order=True)
class Container:
    number: int
    state: str


def containers(project: ComposeProject, service: str = "web") -> list[Container]:
    """Those of a service, in any state, as the engine lists them, by number."""
    labels = {"project": project.name, "service": service}
    filters = [f"--filter=label=com.docker.compose.{key}={value}" for key, value in labels.items()]
    shown = '{{.Label "com.docker.compose.container-number"}} {{.State}}'
    found = (line.split() for line in docker("ps", "-a", *filters, "--format", shown).stdout.splitlines())
    return sorted(Container(int(number), state) for number, state in found)
