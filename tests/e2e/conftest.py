"""A `docktor` and examples of the test's own, gone after it however it ends."""

import contextlib
import os
import secrets
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compose_project import SESSION_PREFIX, ComposeProject
from tests.conftest import fail_on_leftovers
from tests.e2e.examples import Bring, Example
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


@pytest.fixture
def bring(engine_ready: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bring]:
    made: list[ComposeProject] = []

    def up(example: Example, **settings: str) -> ComposeProject:
        example.require_images()
        for name, value in {**example.environment, **settings}.items():
            monkeypatch.setenv(name, value)
        made.append(example.project(f"{SESSION_PREFIX}{secrets.token_hex(3)}"))
        others = made[-1].compose("config", "--services").stdout.split()
        made[-1].up(*sorted({*others} - {"producer"}))
        return made[-1]

    yield up
    for one in made:
        one.down()
        fail_on_leftovers(one.name)
