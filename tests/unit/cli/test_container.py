"""The way into the image. What root does there is tried in tests/image, in a container."""

import os
import socket
import stat
from pathlib import Path

import pytest

from docktor.api.listeners import SOCKET_VARIABLE, answers, further_listener
from docktor.cli.container import groups_for, healthy, open_socket, usable_home
from docktor.errors import DocktorError
from docktor.memory.home import HOME_LOST

START = ["daemon", "start", "--foreground"]


def engine_socket(mode: int, gid: int) -> os.stat_result:
    return os.stat_result((stat.S_IFSOCK | mode, 1, 1, 1, 0, gid, 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("engine", "groups"),
    [
        (None, []),
        (os.stat_result((stat.S_IFDIR | 0o755, 1, 1, 1, 0, 0, 0, 0, 0, 0)), []),
        (engine_socket(0o660, 998), [998]),
        (engine_socket(0o660, 0), [0]),  # Docker Desktop's
        (engine_socket(0o666, 998), []),
        (engine_socket(0o600, 0), None),
        (engine_socket(0o640, 998), None),
    ],
)
def test_the_group_of_the_engines_socket_is_enough(engine: os.stat_result | None, groups: list[int] | None) -> None:
    assert groups_for(engine) == groups


def test_the_socket_is_handed_on_open(tmp_path: Path) -> None:
    path = tmp_path / "guest" / "docktor.sock"
    environment = {SOCKET_VARIABLE: str(path)}
    open_socket(environment)
    handed_on = further_listener(environment)
    assert handed_on is not None
    with handed_on:
        assert answers(path)
    open_socket({})  # nothing asked for: nothing done


def test_a_socket_that_cannot_be_had_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DocktorError, match="can't listen on"):
        open_socket({SOCKET_VARIABLE: str(tmp_path / "file" / "docktor.sock")})


def test_a_home_one_can_write_to_is_used(tmp_path: Path) -> None:
    environment = {"DOCKTOR_HOME": str(tmp_path / "new")}
    assert usable_home(environment, START) == START
    assert environment == {"DOCKTOR_HOME": str(tmp_path / "new")} and (tmp_path / "new").is_dir()


@pytest.mark.parametrize(("arguments", "then"), [(START, [*START, "--manual"]), (["status"], ["status"])])
def test_without_a_home_it_only_proposes(tmp_path: Path, arguments: list[str], then: list[str]) -> None:
    (tmp_path / "file").touch()
    environment = {"DOCKTOR_HOME": str(tmp_path / "file" / "home")}
    assert usable_home(environment, arguments) == then
    assert "mount a volume" in environment[HOME_LOST] and environment["DOCKTOR_HOME"] == "/tmp/docktor"


def test_nobody_there_or_no_daemon_is_not_healthy(tmp_path: Path) -> None:
    assert not healthy([tmp_path])
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "docktor.sock"))
    assert not healthy([tmp_path])
