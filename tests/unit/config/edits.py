"""Files whose services are edited, and the edit, for tests."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from docktor.config.edit_service import set_service
from docktor.config.model import Config, Flags
from docktor.config.resolve import resolve
from docktor.config.rewrite import Changed
from docktor.core.world import ServiceId
from docktor.errors import ConfigError
from docktor.signals import registry
from tests.unit.config.places import shop

HEAD = """\
# ours
version: "1"
compose_file: docker-compose.yaml  # beside it
"""
WEB = """\
  # the shop window
  - name: web
    max_replicas: 8   # as many as fit
    rules:
      # any
      scale_up_when:
        - {metric: cpu.avg, op: ">", value: 75}   # hot
      scale_down_when: [{metric: cpu.avg, op: "<", value: 20}]
"""
API = """\
  - name: api   # behind it
    target: {metric: cpu.avg, value: 60}
"""
TAIL = "# the end\nretention: {decisions_days: 90}\n"
TEXT = f"{HEAD}services:\n{WEB}\n{API}{TAIL}"
WEB_ENTRY: dict[str, Any] = {
    "name": "web",
    "max_replicas": 8,
    "rules": {
        "scale_up_when": [{"metric": "cpu.avg", "op": ">", "value": 75}],
        "scale_down_when": [{"metric": "cpu.avg", "op": "<", "value": 20}],
    },
}
TARGET: Any = {"metric": "cpu.avg", "value": 60}
QUEUE = """\
version: "1"
services:
  - name: consumer
    target: {metric: queue.backlog, value: 100}
    queue:
      kind: rabbitmq
      url: "http://guest:${RABBIT}@rabbit:15672"   # the management port
      queue: jobs
      timeout: ${PATIENCE:-5}
"""
ENV = {"RABBIT": "hunter2", "PATIENCE": "3"}


def read(candidate: Path) -> Config:
    return resolve(Flags(config=candidate), ENV, candidate.parent, registry)


def put(path: Path, entry: Mapping[str, Any], name: str = "web", project: str = "shop") -> Changed:
    return set_service(path, ServiceId(project, name), entry, project="shop", check=read)


def refused(path: Path, entry: Mapping[str, Any], name: str = "web", project: str = "shop") -> list[tuple[str, str]]:
    before = path.read_bytes() if path.exists() else None
    files = sorted(path.parent.iterdir())
    with pytest.raises(ConfigError) as caught:
        put(path, entry, name, project)
    assert (path.read_bytes() if path.exists() else None) == before
    assert sorted(path.parent.iterdir()) == files
    return [(problem.path, problem.message) for problem in caught.value.problems]


def file(tmp_path: Path, text: str | bytes | None) -> Path:
    return shop(tmp_path, text) / "docktor.yaml"


ONE = "version: '1'  # one\nservice: web\nscaling:\n  cpu_high: 80  # hot\n  max_replicas: 6\n"
