"""A `docktor` of the test's own, stopped after it however the test ends."""

import contextlib
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.shop import Docktor


@pytest.fixture
def docktor(tmp_path: Path) -> Iterator[Docktor]:
    cwd = tmp_path / "work"
    cwd.mkdir()
    with tempfile.TemporaryDirectory(prefix="dkt-") as home:  # a socket's path must be short
        one = Docktor(Path(home) / "home", cwd)
        yield one
        one.run("daemon", "stop")
        with contextlib.suppress(OSError, ValueError):
            os.kill(one.pid, signal.SIGKILL)
