"""The token commands, with a daemon and without, and what `daemon start` says of its TCP door."""

import json
import socket
import stat
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from docktor.cli.main import run
from tests.unit.cli.conftest import Cli, Result, spawn

START = ("daemon", "start", "--engine", "simulated")


@pytest.fixture
def alone(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command in this process; no daemon runs."""
    monkeypatch.setenv("DOCKTOR_HOME", str(home))

    def call(*arguments: str) -> Result:
        code = run(arguments)
        out, err = capsys.readouterr()
        return Result(code, out, err)

    return call


@pytest.fixture
def base(running_home: Path) -> str:
    """Where the running daemon listens over TCP."""
    words = (running_home / "daemon.log").read_text().split("docktor: listens on ")[1]
    return words.partition(",")[0]


def status(base: str, token: str, path: str = "/api/projects") -> int:
    return answered(urllib.request.Request(base + path, headers={"Authorization": f"Bearer {token}"}))


def answered(request: urllib.request.Request) -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_by_default_a_daemon_answers_over_tcp_behind_its_token(cli: Cli, base: str, running_home: Path) -> None:
    shown = cli("token", "show")
    assert (shown.code, shown.complaint) == (0, f"docktor: the owner's token is in {running_home}/token")
    assert status(base, shown.out.strip()) == 200
    assert status(base, "wrong") == 401


def test_a_rotated_token_is_in_force_at_once(cli: Cli, base: str) -> None:
    old = cli("token", "show").out.strip()
    told = cli("token", "rotate")
    assert told.code == 0 and old not in told.out
    new = cli("token", "show").out.strip()
    assert new not in told.out
    assert (status(base, old), status(base, new)) == (401, 200)


def test_tokens_come_and_go_in_a_running_daemon(cli: Cli, base: str) -> None:
    added = cli("token", "add", "viewer", "--name", "grafana", "--days", "90")
    token = added.out.strip()
    assert added.code == 0 and added.complaint.startswith("docktor: token 'grafana', viewer, until 20")
    assert status(base, token) == 200 and status(base, token, "/api/tokens") == 403
    assert cli("token", "list").out.splitlines()[1].split()[:2] == ["grafana", "viewer"]
    (listed,) = json.loads(cli("token", "list", "--json").out)
    assert (listed["name"], listed["role"], listed["expired"]) == ("grafana", "viewer", False)
    assert token not in cli("token", "list", "--json").out
    again = cli("token", "add", "admin", "--name", "grafana")
    assert again.code == 1 and "already" in again.complaint
    assert cli("token", "remove", "grafana").code == 0
    assert status(base, token) == 401
    gone = cli("token", "remove", "grafana")
    assert gone.code == 1 and "docktor token list" in gone.complaint
    none = cli("token", "list")
    assert (none.out, "alone" in none.complaint) == ("", True)


def test_without_a_daemon_the_files_are_changed(alone: Cli, home: Path) -> None:
    token = alone("token", "show").out
    assert stat.S_IMODE((home / "token").stat().st_mode) == 0o600
    assert alone("token", "rotate").code == 0
    assert alone("token", "show").out != token
    made = json.loads(alone("token", "add", "operator", "--json").out)
    assert made["role"] == "operator" and made["expires"] is None
    assert made["token"] not in (home / "tokens.json").read_text()
    assert made["name"] in alone("token", "list").out
    assert alone("token", "remove", made["name"]).code == 0
    assert json.loads(alone("token", "list", "--json").out) == []


def test_a_broken_file_is_said_and_kept(alone: Cli, home: Path) -> None:
    home.mkdir()
    (home / "tokens.json").write_text("{canary")
    for command in (("list",), ("add", "viewer"), ("remove", "x")):
        told = alone("token", *command)
        assert told.code == 1 and "restore it, or delete it" in told.complaint
        assert "canary" not in told.complaint
    assert (home / "tokens.json").read_text() == "{canary"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("token", "add", "king"), "viewer"),
        (("token", "add", "viewer", "--days", "0"), "--days"),
        (("token", "add", "viewer", "--days", "nan"), "--days"),
        ((*START, "--allow-host", "http://a.example"), "docktor.example.com"),
    ],
)
def test_wrong_usage(alone: Cli, arguments: tuple[str, ...], part: str) -> None:
    told = alone(*arguments)
    assert (told.code, told.out) == (2, "")
    assert part in told.complaint


@pytest.fixture
def taken() -> Iterator[int]:
    """The first of twenty ports that somebody else has."""
    with ExitStack() as stack:
        for first in range(21000, 60000, 20):
            with ExitStack() as attempt:
                try:
                    for port in range(first, first + 20):
                        holder = attempt.enter_context(socket.socket())
                        holder.bind(("127.0.0.1", port))
                        holder.listen()
                except OSError:
                    continue
                stack.push(attempt.pop_all())
                break
        yield first


def test_without_a_free_port_it_starts_all_the_same_and_says_so(home: Path, tmp_path: Path, taken: int) -> None:
    started = spawn(*START, "--listen", f"127.0.0.1:{taken}", home=home, cwd=tmp_path)
    try:
        assert started.code == 0, started.err
        assert f"not over TCP: ports {taken} to {taken + 19} on 127.0.0.1 are all taken" in started.out
        assert spawn("status", home=home, cwd=tmp_path).code == 0
    finally:
        spawn("daemon", "stop", home=home, cwd=tmp_path)


def test_an_address_that_others_reach_is_warned_of(home: Path, tmp_path: Path) -> None:
    started = spawn(*START, "--listen", "0.0.0.0:8099", "--allow-host", "docktor.example.com", home=home, cwd=tmp_path)
    try:
        assert started.code == 0, started.err
        assert "docktor: warning: others can reach" in started.err
        (line,) = [line for line in started.out.splitlines() if "listens on" in line]
        port = int(line.split("http://0.0.0.0:")[1].partition(",")[0])
        token = spawn("token", "show", home=home, cwd=tmp_path).out.strip()
        for host, expected in ((f"127.0.0.1:{port}", 200), ("docktor.example.com", 200), ("evil.example", 421)):
            request = urllib.request.Request(f"http://127.0.0.1:{port}/api/projects")
            request.add_header("Authorization", f"Bearer {token}")
            request.add_header("Host", host)
            assert answered(request) == expected
    finally:
        spawn("daemon", "stop", home=home, cwd=tmp_path)


def test_listening_can_be_switched_off(home: Path, tmp_path: Path) -> None:
    started = spawn(*START, "--listen", "off", home=home, cwd=tmp_path)
    spawn("daemon", "stop", home=home, cwd=tmp_path)
    assert started.code == 0 and "listens" not in started.out and "TCP" not in started.out
    assert not (home / "token").exists()
