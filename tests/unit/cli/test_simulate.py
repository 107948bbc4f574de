"""`docktor simulate`, the real command: its files, its words, its errors."""

import csv
import json
import struct
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from docktor.cli.main import run
from tests.unit.cli.conftest import Result

CONFIG = """\
version: "1"
project: shop
services:
  - name: web
    min_replicas: 1
    max_replicas: 12
    target: {metric: cpu.avg, value: 60}
  - name: worker
    min_replicas: 0
    max_replicas: 12
    target: {metric: queue.backlog, value: 100}
    queue: {kind: nats, url: "nats://nats:4222", stream: EVENTS, consumer: WORKERS}
"""
HEAD = "time_s,load,desired,ready,cpu_avg,backlog,action,reason"
EXAMPLE = Path(__file__).parents[3] / "examples" / "simulate"
Simulate = Callable[..., Result]


@pytest.fixture
def simulate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Simulate:
    """Runs it in a folder with a docktor.yaml and an hour's load, which rises and falls again, as t.csv."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCKTOR_HOME", str(tmp_path / "home"))
    (tmp_path / "docktor.yaml").write_text(CONFIG)
    loads = [40 + 15 * min(minute, 60 - minute) for minute in range(60)]
    lines = [f"{60 * minute},{load}\n" for minute, load in enumerate(loads) if minute not in (50, 51)]
    (tmp_path / "t.csv").write_text("time_s,load\n" + "".join(lines))

    def call(*arguments: str, service: str = "web", trace: str = "t.csv") -> Result:
        code = run(["simulate", "--service", service, "--trace", trace, *arguments])
        out, err = capsys.readouterr()
        return Result(code, out, err)

    return call


def test_the_csv(simulate: Simulate, tmp_path: Path) -> None:
    told = simulate("--out", "o.csv", "--startup", "45")
    assert told.code == 0, told.err
    assert told.complaint == "docktor: every check is in o.csv"
    text = (tmp_path / "o.csv").read_text()
    assert text.splitlines()[0] == HEAD
    rows = list(csv.DictReader(text.splitlines()))
    assert [float(row["time_s"]) for row in rows] == [10.0 * index for index in range(360)]
    assert (rows[0]["load"], rows[0]["ready"], rows[0]["cpu_avg"]) == ("40", "1", "40")
    for before, row in pairwise(rows):
        action = "hold" if row["desired"] == before["desired"] else row["action"]
        assert row["action"] == action and row["reason"]
        expected = min(100.0, float(row["load"]) / int(row["ready"]))
        assert float(row["cpu_avg"]) == pytest.approx(expected)
    asked = next(index for index, row in enumerate(rows) if row["action"] == "scale_up")
    ready = next(index for index, row in enumerate(rows) if int(row["ready"]) > 1)
    assert ready - asked == 5  # 45 s, seen at the check after


@pytest.mark.parametrize("more", [(), ("--queue",)])
def test_the_same_again_to_the_byte(simulate: Simulate, tmp_path: Path, more: tuple[str, ...]) -> None:
    service = "worker" if more else "web"
    for name in ("one", "two"):
        done = simulate("--out", f"{name}.csv", "--plot", f"{name}.png", *more, service=service)
        assert done.code == 0, done.err
    for kind in ("csv", "png"):
        assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()


def test_the_picture(simulate: Simulate, tmp_path: Path) -> None:
    assert simulate("--plot", "p.png").code == 0
    data = (tmp_path / "p.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", data[16:24]) == (1200, 900)


def test_without_matplotlib(simulate: Simulate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    told = simulate("--plot", "p.png")
    assert told.code == 1 and "pip install 'docktor[plot]'" in told.complaint
    assert simulate().code == 0


def test_the_table_and_the_words(simulate: Simulate) -> None:
    told = simulate()
    assert told.out.startswith("shop/web under t.csv: 60 min, 360 checks, one every 10 s\n")
    assert "lost load, %" in told.out and "HPA" not in told.out and "\x1b" not in told.out
    assert "1 gap in the trace, 2 min in all" in told.out
    beside = simulate("--baselines", "--queue", service="shop/worker")
    (head,) = [line for line in beside.out.splitlines() if "Docktor" in line]
    for name in ("HPA 70 %", "KEDA 100", "ancestor", "static 5", "optimum"):
        assert name in head
    assert "backlog over 100 a replica" in beside.out


def test_json(simulate: Simulate) -> None:
    told = json.loads(simulate("--json", "--baselines").out)
    assert set(told) == {"service", "trace", "checks", "check_interval", "model", "scores", "assumptions"}
    assert list(told["scores"]) == ["Docktor", "HPA 60 %", "ancestor", "static 5", "optimum"]
    assert told["scores"]["optimum"]["lost"] == 0
    assert told["scores"]["optimum"]["cost_over_optimum"] == 1
    assert told["scores"]["Docktor"]["cost_over_optimum"] > 1


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (("--capacity", "0"), 2, "--capacity is 0"),
        (("--capacity", "nan"), 2, "--capacity is nan"),
        (("--startup", "-1"), 2, "--startup is -1"),
        (("--config", "none.yaml"), 2, "none.yaml"),
        (("--out", "none/o.csv"), 1, "none/o.csv can't be written"),
        (("--plot", "."), 1, ". can't be written: Is a directory"),
    ],
)
def test_wrong_usage(simulate: Simulate, arguments: tuple[str, ...], code: int, complaint: str) -> None:
    told = simulate(*arguments)
    assert told.code == code and complaint in told.complaint


def test_services_that_cant_be_simulated(simulate: Simulate, tmp_path: Path) -> None:
    told = simulate(service="nobody")
    assert told.code == 2 and "says nothing of nobody; it has shop/web, shop/worker" in told.complaint
    told = simulate(service="worker")
    assert told.code == 1 and "go by queue.backlog" in told.complaint and "--queue" in told.complaint
    (tmp_path / "docktor.yaml").write_text(CONFIG.replace("cpu.avg", "memory.avg"))
    told = simulate()
    assert told.code == 1 and "go by memory.avg" in told.complaint and "--queue" not in told.complaint
    (tmp_path / "docktor.yaml").unlink()
    told = simulate()
    assert told.code == 2 and "no docktor.yaml here" in told.complaint


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "t.csv has no rows"),
        ("time_s,load\n0,1\n60,x\n", "t.csv, line 3: load is 'x', no number"),
        ("0,1\n1e12,2\n", "would be more than"),
    ],
)
def test_bad_traces(simulate: Simulate, tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "t.csv").write_text(text)
    told = simulate("--out", "o.csv")
    assert told.code == 1 and complaint in told.complaint
    assert not (tmp_path / "o.csv").exists()


def test_a_trace_that_is_not_there(simulate: Simulate, tmp_path: Path) -> None:
    told = simulate(trace="nix.csv")
    assert told.code == 1 and "nix.csv can't be read: No such file" in told.complaint


def test_the_documented_example(simulate: Simulate) -> None:
    told = simulate("--config", str(EXAMPLE / "docktor.yaml"), "--json", trace=str(EXAMPLE / "day.csv"))
    assert told.code == 0, told.err
    assert json.loads(told.out)["scores"]["Docktor"]["lost"] < 1
