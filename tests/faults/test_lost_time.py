"""The daemon itself is stopped for a while: what it saw before tells nothing of now."""

import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.conftest import MakeProject
from tests.e2e.shop import until
from tests.faults.patient import RULES, Patient, burner
from tests.faults.private_engine import PrivateEngine

pytestmark = pytest.mark.engine

WINDOW_S = 4
STOPPED_S = 6  # intervals of a second, and longer than a window: a sample from before is still there
SPARE_TICKS = 4  # for events and for having been woken


def test_a_daemon_that_was_stopped_looks_for_a_whole_window_before_it_takes_away(
    engine: PrivateEngine, project: MakeProject, patient: Patient, tmp_path: Path
) -> None:
    load = tmp_path / "load"
    compose = project({"services": {"web": burner(load)}})
    (load / "on").touch()
    compose.up("--scale", "web=3")
    patient.configure(compose, [{"name": "web", **RULES, "metrics_window": WINDOW_S}])
    patient.start()
    until(lambda: patient.view().state == "limited", "web is known to be busy")
    before = patient.lines()[-1]

    patient.freeze()
    (load / "on").unlink()
    time.sleep(STOPPED_S)
    resumed = time.time()
    patient.thaw()

    until(lambda: bool(patient.wrongs()), "it takes away what is idle")
    first = next(line for line in patient.lines() if line["action"] == "scale_down")
    assert moment(first) >= resumed + WINDOW_S, first["reason"]
    awake = moment(first) - moment(before) - STOPPED_S
    assert int(str(first["iteration"])) - int(str(before["iteration"])) <= awake + SPARE_TICKS
    assert "stood still" in patient.ok("events")


def moment(line: dict[str, object]) -> float:
    return datetime.fromisoformat(str(line["timestamp"])).timestamp()
