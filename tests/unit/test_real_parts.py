"""What every test leans on: absent parts skip at home and fail in CI, and no test leaves a task behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import real_parts

ROOT = Path(__file__).parents[2]
LEAVES_ONE = """
import asyncio

kept = []

async def test_leaves_a_task():
    kept.append(asyncio.create_task(asyncio.sleep(60), name="forgotten"))

async def test_cancels_its_task():
    task = asyncio.create_task(asyncio.sleep(60))
    task.cancel()

def test_has_no_loop():
    pass
"""


def test_a_task_left_behind_fails_the_test(tmp_path: Path) -> None:
    tests = tmp_path / "test_leaving.py"
    tests.write_text(LEAVES_ONE, encoding="utf-8")
    settings = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), "-p", "no:cacheprovider"]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", *settings, str(tests)],
        cwd=ROOT,
        env={**os.environ, "CI": "", "PYTEST_ADDOPTS": ""},  # in CI a second try would be counted, too
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "3 passed, 1 error" in ran.stdout, ran.stdout + ran.stderr
    assert "left 1 asyncio task(s)" in ran.stdout
    assert "forgotten" in ran.stdout


@pytest.mark.parametrize(("ci", "outcome"), [(False, pytest.skip.Exception), (True, pytest.fail.Exception)])
def test_an_absent_part(monkeypatch: pytest.MonkeyPatch, ci: bool, outcome: type[BaseException]) -> None:
    monkeypatch.setattr(real_parts, "CI", ci)
    real_parts.require(True, "here")
    with pytest.raises(outcome, match="a part"):
        real_parts.require(False, "a part")
