"""`docktor replay`, against a real daemon on the simulated engine, and how its answer is told."""

import json
from datetime import timedelta
from pathlib import Path

from docktor.api.examples import AT, REPLAY, REPLAYED
from docktor.cli.replay import BARS, replay_lines, sparkline
from docktor.core.world import ServiceId
from tests.unit.cli.conftest import Cli

PROPOSED = """\
version: "1"
project: demo
services:
  - name: web
    max_replicas: 3
    target: {metric: cpu.avg, value: 40}
"""


def test_replay_of_what_is_in_force(cli: Cli) -> None:
    told = cli("replay", "--service", "web", "--hours", "1")
    assert told.code == 0, told.err
    assert told.out.startswith("demo/web: 0.0 of 1 h are recorded\n")
    assert "NOW" in told.out and "PROPOSED" not in told.out
    assert "This takes for granted:" in told.out
    assert "\x1b" not in told.out


def test_replay_of_a_file(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(PROPOSED)
    told = json.loads(cli("replay", "--service", "demo/web", "--config", str(file), "--json").out)
    assert set(told) == {"now", "proposed", "assumptions", "hours_found", "problems"}
    assert (told["proposed"]["metric"], told["now"]["metric"]) == ("cpu.avg", "cpu.avg")
    assert cli("replay", "--service", "demo/web", "--config", str(file)).out.count("PROPOSED") == 2


def test_a_file_with_faults_or_without_the_service(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(PROPOSED.replace("max_replicas: 3", "max_replicas: 0"))
    told = cli("replay", "--service", "web", "--config", str(file))
    assert told.code == 2 and "max_replicas" in told.err
    file.write_text(PROPOSED)
    told = cli("replay", "--service", "worker", "--config", str(file))
    assert told.code == 2 and "says nothing of worker" in told.complaint


def test_wrong_usage(cli: Cli) -> None:
    assert cli("replay").code == 2
    assert cli("replay", "--service", "web", "--hours", "200").code == 2
    told = cli("replay", "--service", "nobody")
    assert told.code == 1 and "no service 'nobody'" in told.complaint


def test_figures_stand_side_by_side() -> None:
    lines = [line.plain for line in replay_lines(ServiceId("shop", "worker"), REPLAY, 24)]
    assert lines[0] == "shop/worker: 24.0 of 24 h are recorded"
    (row,) = [line for line in lines if line.startswith("min queue.backlog")]
    assert row.split()[-2:] == ["12.5", "3.5"]
    assert any("2 to 4: queue.backlog 731 > 100; at most 4 (max_replicas)" in line for line in lines)
    assert any(line.startswith("rules: latency.p95 is not recorded") for line in lines)
    alone = replay_lines(ServiceId("shop", "worker"), REPLAY.__class__(REPLAYED, None, (), 0, ()), 24)
    assert not any("PROPOSED" in line.plain for line in alone)


def test_a_sparkline_holds_steps_and_leaves_out_what_is_unknown() -> None:
    steps = [(AT, 1.0), (AT + timedelta(minutes=5), 2.0), (AT + timedelta(minutes=10), 2.0)]
    assert sparkline(steps, steps=True, width=10) == BARS[4] * 5 + BARS[7] * 5
    values = [(AT, 0.0), (AT + timedelta(minutes=5), None), (AT + timedelta(minutes=10), 8.0)]
    assert sparkline(values, steps=False, width=3) == BARS[0] + " " + BARS[7]
