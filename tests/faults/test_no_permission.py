"""A socket that may not be used: which group would help is said, once, and it goes on trying."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import MakeProject
from tests.e2e.shop import until
from tests.faults.patient import RULES, Patient, burner
from tests.faults.private_engine import PrivateEngine

pytestmark = pytest.mark.engine

NOBODY = 65534
# May read everything, so that it runs wherever Python and the tests lie, but use nothing.
AS_NOBODY = (
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
    *("--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search", "--"),
)


def test_nobody_may_not(engine: PrivateEngine, project: MakeProject, patient: Patient, tmp_path: Path) -> None:
    compose = project({"services": {"web": burner(tmp_path / "load")}})
    compose.up()
    patient.configure(compose, [{"name": "web", **RULES}])
    os.chown(patient.home.parent, NOBODY, NOBODY)
    os.chown(engine.socket, 0, 0)
    engine.socket.chmod(0o600)
    started = subprocess.run(
        [*AS_NOBODY, sys.executable, "-m", "docktor", "daemon", "start", "--engine", "docker"],
        check=False,
        capture_output=True,
        text=True,
        cwd=patient.cwd,
        env=os.environ | {"DOCKTOR_HOME": str(patient.home), "USER": "nobody", "NO_COLOR": "1"},
        timeout=60,
    )
    assert started.returncode == 0, started.stderr
    until(lambda: patient.view().reason.startswith("engine away"), "it is noticed")
    remedy = f"nobody may not use {engine.socket}: it belongs to group root (0); join it with `sudo usermod -aG root"
    for said in (patient.ok("status"), patient.ok("daemon", "status"), patient.view().reason):
        assert remedy in " ".join(said.split())
    assert patient.view().state == "blind"
    until(lambda: patient.log.count(remedy) >= 1, "it is in the log")

    os.chown(engine.socket, NOBODY, 0)
    until(lambda: patient.health().status == "ok" and patient.view().ready == 1, "it sees the service")
    assert patient.log.count(remedy) <= 3, patient.log
