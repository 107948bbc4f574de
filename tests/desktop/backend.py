"""The backend inside Docker Desktop: the real daemon on the simulated engine, over its socket and nothing else."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from docktor.api.listeners import answers

START_S = 60.0
STOP_S = 60.0
# `web` is nobody's yet. `worker` is not scaled by itself: it soon has a proposal that waits for a person.
CONFIG = """\
version: "1"
project: demo
services:
  - name: worker  # the queue's
    mode: review
    min_replicas: 1
    max_replicas: 6
    scale_up_by: 1
    check_interval: 1s
    metrics_window: 5s
    approval_expires: 1h
    rules:
      scale_up_when: [{metric: replicas.ready, op: ">", value: 0}]
"""


class Backend:
    """`folder`: with a short path, for a socket is in it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "docktor.yaml"
        self.file.write_text(CONFIG, encoding="utf-8")
        self.socket = folder / "home" / "docktor.sock"
        self._log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "docktor", "daemon", "start", "--foreground", "--engine", "simulated"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--listen", "off"],
                cwd=self.file.parent,
                env=os.environ | {"DOCKTOR_HOME": str(self.socket.parent)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + START_S
        while not answers(self.socket):
            assert self._process.poll() is None and time.monotonic() < end, self.log()
            time.sleep(0.1)

    def kill(self) -> None:
        """At once, as when Docker Desktop's machine goes away."""
        assert self._process
        self._process.kill()
        self._process.wait(timeout=STOP_S)

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=STOP_S)

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """As another client, over the socket."""
        transport = httpx2.HTTPTransport(uds=str(self.socket))
        with httpx2.Client(transport=transport, base_url="http://docktor", timeout=30) as http:
            answer = http.request(method, path, json=body) if body is not None else http.request(method, path)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json()

    def wait(self, path: str, found: Callable[[Any], object]) -> Any:
        """The first answer in which something is found."""
        end = time.monotonic() + START_S
        while not found(answer := self.ask("GET", path)):
            assert time.monotonic() < end, f"never in {path}: {answer}"
            time.sleep(0.1)
        return answer

    def service(self, name: str) -> Any:
        [project] = self.ask("GET", "/api/projects")
        return next(one for one in project["services"] if one["name"] == name)


@contextmanager
def running(folder: Path) -> Iterator[Backend]:
    backend = Backend(folder)
    try:
        backend.start()
        yield backend
    finally:
        backend.stop()
    assert "Traceback" not in backend.log(), backend.log()
