"""A real Compose project that a test can put under load, and the `docktor` command on a home of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.compose_project import BUSYBOX, ComposeProject

PATIENCE_S = 120.0
# Burns CPU while the file is there; ends at once when told to.
BUSY = 'trap "exit 0" TERM; while :; do while [ -e /load/on ]; do :; done; sleep 0.2; done'

RULES = {
    "min_replicas": 1,
    "max_replicas": 4,
    "scale_up_by": 2,
    "scale_down_by": 2,
    "check_interval": 1,
    "metrics_window": 3,
    "cooldown": {"up": 0, "down": 2},
    "stabilization": {"up": 0, "down": 2},
    "rules": {
        "scale_up_when": [{"metric": "cpu.avg", "op": ">", "value": 60}],
        "scale_down_when": [{"metric": "cpu.avg", "op": "<", "value": 20}],
    },
}


def shop(load: Path, **web: object) -> dict[str, object]:
    """The project: `web` burns a tenth of a core while `load/on` exists; `db` is nobody's business."""
    load.mkdir(exist_ok=True)
    burner = {
        "image": BUSYBOX,
        "command": ["sh", "-c", BUSY],
        "cpus": 0.1,
        "stop_grace_period": "2s",
        "volumes": [f"{load}:/load"],
    }
    return {"services": {"web": burner | web, "db": {"image": BUSYBOX, "command": ["sleep", "600"], "init": True}}}


@dataclass
class Docktor:
    """The command line of the installed package, on its own state directory."""

    home: Path
    cwd: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def begin(self, *args: str) -> subprocess.Popen[str]:
        """The command, running by itself."""
        return subprocess.Popen(
            [sys.executable, "-m", "docktor", *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            cwd=self.cwd,
            env=os.environ | {"DOCKTOR_HOME": str(self.home), "NO_COLOR": "1"} | dict(self.environment),
        )

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        """The command, to its end."""
        with self.begin(*args) as process:
            out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(args, process.returncode, out, err)

    def ok(self, *args: str) -> str:
        done = self.run(*args)
        assert done.returncode == 0, f"docktor {' '.join(args)}: {done.stdout}{done.stderr}"
        return done.stdout

    def configure(self, project: ComposeProject, services: list[dict[str, object]]) -> Path:
        file = self.cwd / "docktor.yaml"
        content = {"version": "1", "project": project.name, "compose_file": str(project.file), "services": services}
        file.write_text(json.dumps(content), encoding="utf-8")
        return file

    def start(self, *args: str) -> None:
        self.ok("daemon", "start", "--engine", "docker", *args)

    @property
    def pid(self) -> int:
        return int((self.home / "daemon.pid").read_text(encoding="ascii"))

    def service(self, name: str = "web") -> dict[str, object]:
        services: list[dict[str, object]] = json.loads(self.ok("status", "--json"))
        return next((one for one in services if one["name"] == name and one["managed"]), {})

    def metrics(self, name: str = "web") -> dict[str, float]:
        """Those of a service that are known now."""
        found: dict[str, float | None] = self.service(name).get("metrics", {})  # type: ignore[assignment]
        return {metric: value for metric, value in found.items() if value is not None}

    def decisions(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(self.ok("explain", "--tail", "100", "--json"))
        return found


def until(found: Callable[[], object], what: str, patience_s: float = PATIENCE_S) -> None:
    """Waits for something to become true; fails the test when it never does."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        if found():
            return
        time.sleep(0.2)
    raise AssertionError(f"never: {what}")
