"""A real daemon in a process of its own: the simulated engine, over TCP, behind its token."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.brokers.process import free_ports

START_S = 30.0
ROOT = Path(__file__).parents[2]
CONFIG = """\
version: "1"
project: shop
services:
  - name: web
    min_replicas: 1
    max_replicas: 6
    rules:
      scale_up_when: [{metric: cpu.avg, op: ">", value: 75}]
"""


@dataclass(frozen=True)
class Target:
    url: str
    token: str

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("fuzz")
    home = folder / "home"
    (folder / "docktor.yaml").write_text(CONFIG, encoding="utf-8")
    [port] = free_ports(1)
    command = [
        sys.executable,
        "-m",
        "tests.api_fuzz.daemon",
        "daemon",
        "start",
        "--foreground",
        "--engine",
        "simulated",
    ]
    log = folder / "log"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [*command, "--listen", f"127.0.0.1:{port}"],
            cwd=folder,
            env={
                **os.environ,
                "DOCKTOR_HOME": str(home),
                "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "backend"))),
            },
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        ) as daemon,
    ):
        try:
            wait(f"http://127.0.0.1:{port}", log)
            yield Target(f"http://127.0.0.1:{port}", (home / "token").read_text(encoding="ascii").strip())
            assert daemon.poll() is None, log.read_text()
        finally:
            daemon.terminate()
            daemon.wait(timeout=60)
    assert "Traceback" not in log.read_text()


def wait(url: str, log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            if httpx2.get(f"{url}/api/health", trust_env=False).is_success:
                return
        except httpx2.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"no daemon: {log.read_text()}")
