"""An engine to be mistreated, and a daemon that has to live with it."""

import contextlib
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compose_project import BUSYBOX, docker
from tests.conftest import MakeProject
from tests.faults.patient import Patient
from tests.faults.private_engine import PrivateEngine, private_engine, require_second_engine
from tests.real_parts import require


@pytest.fixture(scope="package")
def second_engine() -> Iterator[PrivateEngine]:
    require_second_engine()
    require(docker("image", "inspect", BUSYBOX, check=False).returncode == 0, f"{BUSYBOX} (scripts/images.sh)")
    with private_engine(BUSYBOX) as engine:
        yield engine


@pytest.fixture
def engine(second_engine: PrivateEngine, monkeypatch: pytest.MonkeyPatch) -> PrivateEngine:
    """The private engine; every docker command and every daemon of the test speaks to it."""
    monkeypatch.setenv("DOCKER_HOST", second_engine.host)
    return second_engine


@pytest.fixture
def engine_ready(engine: PrivateEngine) -> None:
    """The projects of these tests live on the private engine."""
    require(docker("compose", "version", check=False).returncode == 0, "Compose v2 (scripts/engine.sh ensure)")


@pytest.fixture
def patient(engine: PrivateEngine, project: MakeProject, tmp_path: Path) -> Iterator[Patient]:
    """Ended before the project goes; by then the engine is there again, whatever was done to it."""
    cwd = tmp_path / "work"
    cwd.mkdir()
    with tempfile.TemporaryDirectory(prefix="dkt-") as home:  # a socket's path must be short
        one = Patient(Path(home) / "home", cwd)
        yield one
        engine.start()
        engine.thaw()
        with contextlib.suppress(OSError, ValueError):
            one.thaw()
        one.run("daemon", "stop")
        with contextlib.suppress(OSError, ValueError):
            os.kill(one.pid, signal.SIGKILL)
        assert "Traceback" not in one.log, one.log
