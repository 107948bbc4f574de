"""The tutorial of docs/extending.md, done as it says: written, installed, and scaled with."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.real_parts import require

PAGE = Path(__file__).parents[2] / "docs" / "extending.md"
PATIENCE_S = 120


def written(folder: Path) -> None:
    """Every file the page shows, under the name in its first line."""
    for name, text in re.findall(r"```\w+\n# (\S+)\n(.*?)```", PAGE.read_text(), re.DOTALL):
        (folder / name).write_text(text)


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """Of a machine where the tutorial's package is installed; its daemon is stopped in the end."""
    uv = shutil.which("uv")
    require(uv, "uv (scripts/setup.sh)")
    written(tmp_path)
    installed = tmp_path / "installed"
    argv = [str(uv), "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target", str(installed)]
    subprocess.run([*argv, "--python", sys.executable, str(tmp_path)], check=True, timeout=120)
    (tmp_path / "spool").mkdir()
    found = {
        **os.environ,
        "PYTHONPATH": str(installed),
        "SPOOL": str(tmp_path / "spool"),
        "DOCKTOR_HOME": str(tmp_path / "home"),
    }
    yield found
    docktor(tmp_path, found, "daemon", "stop")


def docktor(folder: Path, environment: Mapping[str, str], *argv: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "docktor", *argv]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=60, cwd=folder, env=dict(environment)
    )


def until_replicas(folder: Path, environment: Mapping[str, str], count: int) -> None:
    until = time.monotonic() + PATIENCE_S
    last = ""
    while time.monotonic() < until:
        last = docktor(folder, environment, "status", "--json").stdout
        if [service["replicas"] for service in json.loads(last)] == [count]:
            return
        time.sleep(0.3)
    raise AssertionError(f"never {count} replicas: {last}")


def test_the_tutorial_works_as_it_says(tmp_path: Path, environment: Mapping[str, str]) -> None:
    checked = docktor(tmp_path, environment, "config", "validate")
    assert checked.returncode == 0, checked.stderr
    for number in range(12):
        (tmp_path / "spool" / f"{number}.job").touch()
    read = docktor(tmp_path, environment, "config", "test-source", "worker", "--json")
    assert read.returncode == 0, read.stderr
    assert json.loads(read.stdout)[0]["numbers"] == {"queue.backlog": 12}

    started = docktor(tmp_path, environment, "daemon", "start", "--engine", "simulated")
    assert started.returncode == 0, started.stderr
    until_replicas(tmp_path, environment, 5)
    for file in (tmp_path / "spool").iterdir():
        file.unlink()
    until_replicas(tmp_path, environment, 1)


def test_a_fault_in_its_settings_is_told_like_any_other(tmp_path: Path, environment: Mapping[str, str]) -> None:
    config = tmp_path / "docktor.yaml"
    config.write_text(config.read_text().replace("folder:", "foldr:"))
    checked = docktor(tmp_path, environment, "config", "validate")
    assert checked.returncode == 2
    assert 'services[0].queue.foldr: unknown field "foldr"; did you mean folder?' in checked.stderr
    assert "services[0].queue.folder: is missing" in checked.stderr
