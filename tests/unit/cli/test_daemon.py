"""The daemon as a process: no daemon, bad configuration, kill -9, two homes, the foreground."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from docktor.cli.lines import LinePrinter
from docktor.cli.main import run
from docktor.cli.process import tail
from docktor.memory.home import Home
from tests.unit.cli.conftest import spawn

START = ("daemon", "start", "--engine", "simulated")

FAULTY = """\
version: "1"
services:
  - name: web
    project: shop
    min_replicas: 5
    max_replicas: 2
    rules:
      scale_up_when: [{metric: cpu.avgg, op: ">", value: 75}]
"""


@pytest.mark.parametrize(
    "command",
    ["status", "explain", "events", "watch", "scale web 2", "hold web 5m", "resume web", "mode web auto",
     "check web", "daemon status", "daemon stop"],
)  # fmt: skip
def test_without_a_daemon_every_command_ends_with_3(
    command: str, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOCKTOR_HOME", str(home))
    assert run(command.split()) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"docktor: no daemon answers on {home}/docktor.sock: start one with `docktor daemon start`\n"


def test_a_configuration_with_faults_starts_nothing_and_says_each(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "docktor.yaml"
    path.write_text(FAULTY)
    for command in (START, ("config", "validate")):
        told = spawn(*command, "--config", str(path), home=home, cwd=tmp_path)
        assert (told.code, told.out) == (2, "")
        lines = told.err.splitlines()
        assert len(lines) >= 2
        assert all(line.startswith("docktor: ") and "docktor.yaml" in line for line in lines)
        assert any("min_replicas" in line for line in lines)
        assert any("cpu.avg" in line and "line 8" in line for line in lines)
    assert not (home / "daemon.pid").exists()


def test_faults_as_json(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "docktor.yaml"
    path.write_text(FAULTY)
    told = spawn("config", "validate", "--config", str(path), "--json", home=home, cwd=tmp_path)
    found = json.loads(told.out)
    assert (told.code, found["valid"]) == (2, False)
    assert all(problem.keys() == {"path", "message", "line"} for problem in found["problems"])


def test_config_show_without_a_daemon_says_what_a_start_would_use(home: Path, tmp_path: Path) -> None:
    (tmp_path / "docktor.yaml").write_text('version: "1"\nproject: shop\nservice: api\nscaling: {max_replicas: 7}\n')
    told = spawn("config", "show", home=home, cwd=tmp_path)
    assert told.code == 0
    assert "no daemon runs" in told.complaint
    (line,) = [line for line in told.out.splitlines() if line.startswith("max_replicas ")]
    assert line.split() == ["max_replicas", "7", "docktor.yaml"]


def test_killed_hard_it_starts_again_over_its_stale_socket(home: Path, tmp_path: Path) -> None:
    assert spawn(*START, home=home, cwd=tmp_path).code == 0
    pid = Home(home).holder()
    assert pid
    os.kill(pid, signal.SIGKILL)
    while Home(home).holder() is not None:
        pass
    assert (home / "docktor.sock").exists()
    assert spawn("status", home=home, cwd=tmp_path).code == 3
    again = spawn(*START, home=home, cwd=tmp_path)
    assert (again.code, again.err) == (0, "")
    assert Home(home).holder() not in (None, pid)
    stopped = spawn("daemon", "stop", home=home, cwd=tmp_path)
    assert (stopped.code, stopped.out) == (0, "Docktor has stopped.\n")
    assert not (home / "docktor.sock").exists()
    assert spawn("daemon", "status", home=home, cwd=tmp_path).code == 3
    assert spawn("daemon", "logs", home=home, cwd=tmp_path).out.endswith("docktor: stopped\n")


def test_in_the_foreground_a_pipe_gets_plain_lines_and_sigterm_ends_it_well(home: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "docktor", *START, "--foreground"],
        cwd=tmp_path,
        env={**os.environ, "DOCKTOR_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    with process.stdout as lines:
        assert f"pid {process.pid}, socket {home}/docktor.sock" in next(lines)
        assert "manages demo/web, demo/worker" in next(lines)
        assert "listens on http://127.0.0.1:" in next(lines)
        assert "simulated" in next(lines)
        process.terminate()
        assert list(lines)[-1] == "docktor: stopped\n"
    assert process.wait() == 0


def test_two_homes_run_side_by_side(home: Path, tmp_path: Path) -> None:
    homes = (home / "a", home / "b")
    home.mkdir()
    pids = set()
    for one in homes:
        assert spawn(*START, home=one, cwd=tmp_path).code == 0
        pids.add(json.loads(spawn("daemon", "status", "--json", home=one, cwd=tmp_path).out)["pid"])
    assert len(pids) == 2
    for one in homes:
        assert spawn("daemon", "stop", home=one, cwd=tmp_path).code == 0


def test_a_home_that_cannot_be_made_is_one_line_and_1(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = spawn(*START, home=tmp_path / "file" / "home", cwd=tmp_path)
    assert (told.code, told.out) == (1, "")
    assert str(tmp_path / "file") in told.complaint


def test_tail_reads_only_what_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("".join(f"line {n}\n" for n in range(50_000)))
    assert tail(path, 2) == ["line 49998", "line 49999"]
    assert tail(path, 10, start=path.stat().st_size - len("line 49999\n")) == ["line 49999"]
    assert tail(tmp_path / "none", 5) == []


def test_a_full_log_is_set_aside(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from docktor.cli.lines import LinePrinter;"
        "p = LinePrinter(Path(sys.argv[1]), 100); [p.print(f'line {n:02}') for n in range(40)]"
    )
    log = tmp_path / "daemon.log"
    with log.open("ab") as out:
        subprocess.run([sys.executable, "-c", program, str(log)], stdout=out, check=True)
    former = log.with_name("daemon.log.1").read_text()
    assert len(log.read_text()) <= 110
    assert (former + log.read_text()).endswith("line 38\nline 39\n")


def test_other_output_than_the_log_is_never_moved(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    printer = LinePrinter(tmp_path / "daemon.log", largest=1)
    for _ in range(3):
        printer.print("a line")
    assert not (tmp_path / "daemon.log.1").exists()
    assert capfd.readouterr().out == "a line\n" * 3
