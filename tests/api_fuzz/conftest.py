"""The daemon that is asked everything."""

from collections.abc import Iterator

import pytest

from tests.daemon_process import DaemonProcess, daemon_process

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


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaemonProcess]:
    with daemon_process(tmp_path_factory.mktemp("fuzz"), CONFIG) as daemon:
        yield daemon
