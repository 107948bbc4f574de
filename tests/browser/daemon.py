"""The daemon that is attacked, and whether anything of it has changed."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from tests.browser.changes import READER
from tests.daemon_process import DaemonProcess, daemon_process

NAME = "docktor.example"  # it answers to that one too; plain HTTP by a name is where browsers protect least
WAIT_S = 60.0
HEARD = "heard"
# `web` never scales by itself; `waiting` soon has a proposal that nobody answers. Nothing listens on port 9.
CONFIG = """\
version: "1"
project: shop
llm: {provider: openai, base_url: "http://127.0.0.1:9/v1", model: none, mode: "off"}
services:
  - name: web
    min_replicas: 1
    max_replicas: 6
    rules:
      scale_up_when: [{metric: cpu.avg, op: ">", value: 1000}]
  - name: waiting
    mode: review
    min_replicas: 1
    max_replicas: 6
    check_interval: 1s
    metrics_window: 5s
    approval_expires: 1h
    rules:
      scale_up_when: [{metric: replicas.ready, op: ">", value: 0}]
"""


@dataclass(frozen=True)
class Heard:
    """A request that came in from a browser, and how it was answered."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Daemon:
    """`http`: as its owner."""

    process: DaemonProcess
    http: httpx2.Client

    @property
    def port(self) -> int:
        return self.process.port

    @property
    def token(self) -> str:
        return self.process.token

    def get(self, path: str) -> Any:
        answer = self.http.get(path)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json()

    def post(self, path: str, body: object) -> Any:
        answer = self.http.post(path, json=body)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json()

    def now(self) -> int:
        """A point in time for `heard`."""
        return (self.process.folder / HEARD).stat().st_size

    def heard(self, since: int) -> list[Heard]:
        """All that browsers have sent since then, but for the icon that they ask every site for."""
        with (self.process.folder / HEARD).open("rb") as file:
            file.seek(since)
            everything = [Heard(**json.loads(line)) for line in file if line.endswith(b"\n")]
        browsers = (one for one in everything if one.headers.get("user-agent", "").startswith("Mozilla"))
        return [one for one in browsers if one.path != "/favicon.ico"]

    @property
    def waiting(self) -> int:
        """The proposal that waits for a person."""
        end = time.monotonic() + WAIT_S
        while not (found := self.get("/api/approvals")):
            assert time.monotonic() < end, "nothing was ever proposed"
            time.sleep(0.1)
        return int(found[0]["decision"]["id"])

    def state(self) -> dict[str, object]:
        """All that a person can change, and all that tells of it afterwards."""
        services = {one["name"]: one for project in self.get("/api/projects") for one in project["services"]}
        return {
            "services": {
                name: (one["mode"], one["replicas"], one["min"], one["max"]) for name, one in services.items()
            },
            "holds": {name: self.get(f"/api/projects/shop/services/{name}")["hold"] for name in services},
            "decisions": [(one["id"], one["phase"], one["approval"]) for one in self.get("/api/decisions")],
            "events": [one["text"] for one in self.get("/api/events")["events"] if one["kind"] != "state"],
            "pulls": self.get("/api/models/pulls"),
            "tokens": [one["name"] for one in self.get("/api/tokens")],
            "file": (self.process.folder / "docktor.yaml").read_text(encoding="utf-8"),
            "owner": self.token,
        }


@contextmanager
def attacked(folder: Path) -> Iterator[Daemon]:
    with (
        daemon_process(folder, CONFIG, "--allow-host", NAME, DOCKTOR_HEARD=str(folder / HEARD)) as process,
        httpx2.Client(base_url=process.url, headers=dict(process.headers), trust_env=False) as http,
    ):
        daemon = Daemon(process, http)
        daemon.post("/api/tokens", {"role": "viewer", "name": READER})
        assert daemon.waiting
        yield daemon
