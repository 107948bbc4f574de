"""A real daemon in a process of its own: the simulated engine, over TCP, behind its token."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.brokers.process import free_ports

START_S = 30.0
STOP_S = 60.0
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class DaemonProcess:
    """`folder` has its docktor.yaml and, in `home`, its token."""

    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        """The owner's."""
        return (self.folder / "home/token").read_text(encoding="ascii").strip()

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@contextmanager
def daemon_process(folder: Path, config: str, *options: str, **environment: str) -> Iterator[DaemonProcess]:
    """One that may be asked as often as one likes. `options` go to `daemon start`."""
    (folder / "docktor.yaml").write_text(config, encoding="utf-8")
    [port] = free_ports(1)
    daemon = DaemonProcess(port, folder)
    start = ["daemon", "start", "--foreground", "--engine", "simulated", "--listen", f"127.0.0.1:{port}", *options]
    log = folder / "log"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [sys.executable, "-m", "tests.daemon_unhurried", *start],
            cwd=folder,
            env={**os.environ, "DOCKTOR_HOME": str(folder / "home"), "PYTHONPATH": _python_path(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        ) as process,
    ):
        try:
            _wait(daemon, log)
            yield daemon
            assert process.poll() is None, log.read_text()
        finally:
            process.terminate()
            process.wait(timeout=STOP_S)
    assert "Traceback" not in log.read_text(), log.read_text()


def _python_path() -> str:
    return os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))


def _wait(daemon: DaemonProcess, log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            if httpx2.get(f"{daemon.url}/api/health", trust_env=False).is_success:
                return
        except httpx2.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"no daemon: {log.read_text()}")
