import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from docktor.errors import PermanentError, StorageError
from docktor.memory.home import Home, default_home


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"DOCKTOR_HOME": "/data", "XDG_STATE_HOME": "/state", "HOME": "/home/ann"}, "/data"),
        ({"DOCKTOR_HOME": "", "XDG_STATE_HOME": "/state", "HOME": "/home/ann"}, "/state/docktor"),
        ({"XDG_STATE_HOME": "relative", "HOME": "/home/ann"}, "/home/ann/.local/state/docktor"),
        ({"HOME": "/home/ann"}, "/home/ann/.local/state/docktor"),
    ],
)
def test_the_default_home(environment: dict[str, str], expected: str) -> None:
    assert default_home(environment) == Path(expected)


def test_a_relative_home_is_made_absolute() -> None:
    assert default_home({"DOCKTOR_HOME": "here"}) == Path.cwd() / "here"


def test_a_person_without_any_setting_has_a_home() -> None:
    assert default_home({}).is_absolute()


def test_it_is_made_for_its_owner_only_and_keeps_its_mode(tmp_path: Path) -> None:
    home = Home(tmp_path / "state" / "docktor")
    home.create()
    assert home.path.stat().st_mode & 0o777 == 0o700
    home.path.chmod(0o750)
    home.create()
    assert home.path.stat().st_mode & 0o777 == 0o750


def test_the_paths_are_those_of_the_contract(tmp_path: Path) -> None:
    home = Home(tmp_path)
    paths = (home.sock, home.pid, home.log, home.decisions, home.duckdb, home.token)
    assert [path.relative_to(tmp_path).name for path in paths] == [
        *("docktor.sock", "daemon.pid", "daemon.log", "decisions.jsonl", "docktor.duckdb", "token")
    ]


def test_a_file_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "docktor").write_text("")
    with pytest.raises(StorageError, match="cannot use"):
        Home(tmp_path / "docktor").create()


def test_a_path_too_long_for_a_socket_is_told(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match=r"too long for a socket .* set DOCKTOR_HOME"):
        Home(tmp_path / ("x" * 100)).create()


def test_the_second_is_told_who_holds_the_home(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.holder() is None
    with home.lock():
        assert home.holder() == os.getpid()
        with pytest.raises(PermanentError, match=rf"PID {os.getpid()}.*{tmp_path}.*docktor daemon stop"):
            home.lock()
        assert home.holder() == os.getpid()
    assert home.holder() is None
    home.lock().release()


def test_two_homes_can_be_held_side_by_side(tmp_path: Path) -> None:
    first, second = Home(tmp_path / "a"), Home(tmp_path / "b")
    first.create()
    second.create()
    with first.lock(), second.lock():
        assert (first.holder(), second.holder()) == (os.getpid(), os.getpid())


HOLDER = """
import sys, pathlib
from docktor.memory.home import Home
lock = Home(pathlib.Path(sys.argv[1])).lock()
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def holding(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process


def test_a_holder_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with holding(tmp_path) as process:
        assert home.holder() == process.pid
        with pytest.raises(PermanentError, match=f"PID {process.pid}"):
            home.lock()
        process.kill()
        process.wait()
        assert home.pid.read_text().strip() == str(process.pid)
        assert home.holder() is None
        with home.lock():
            assert home.pid.read_text() == f"{os.getpid()}\n"


def test_a_pid_file_with_rubbish_is_nobody(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.pid.write_text("rubbish that is longer than any number of a process\n" * 3)
    assert home.holder() is None
    with home.lock():
        assert home.pid.read_text() == f"{os.getpid()}\n"


def test_where_no_file_can_be_made_it_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot use"):
        Home(tmp_path / "gone").lock()
