"""A real daemon in the background, started and stopped by the command line itself."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from docktor.cli.main import run

Cli = Callable[..., "Result"]


class Result:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def complaint(self) -> str:
        """The one line on stderr."""
        (line,) = self.err.splitlines()
        return line


def spawn(*arguments: str, home: Path, cwd: Path, timeout: float = 90, **environment: str) -> Result:
    """`docktor ARGUMENTS` as a process of its own, as a shell would start it."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "docktor", *arguments],
        cwd=cwd,
        env={**os.environ, "DOCKTOR_HOME": str(home), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def home() -> Iterator[Path]:
    """A home of its own, with a path short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="dk-"))
    yield folder / "home"
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def running_home() -> Iterator[Path]:
    """The home of a daemon on the simulated engine that runs while the module's tests do."""
    folder = Path(tempfile.mkdtemp(prefix="dk-"))
    home = folder / "home"
    started = spawn("daemon", "start", "--engine", "simulated", home=home, cwd=folder)
    assert started.code == 0, started.err
    yield home
    stopped = spawn("daemon", "stop", home=home, cwd=folder)
    assert stopped.code == 0, stopped.err
    shutil.rmtree(folder)


@pytest.fixture
def cli(running_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command in this process, against the running daemon."""
    monkeypatch.setenv("DOCKTOR_HOME", str(running_home))
    monkeypatch.chdir(running_home)

    def call(*arguments: str) -> Result:
        code = run(arguments)
        out, err = capsys.readouterr()
        return Result(code, out, err)

    return call
