"""The engine is restarted, hangs, is killed: the daemon says so, does nothing rash, and recovers by itself."""

from pathlib import Path

import pytest

from tests.conftest import MakeProject
from tests.e2e.shop import until
from tests.faults.patient import RULES, Footprint, Patient, burner, containers
from tests.faults.private_engine import PrivateEngine

pytestmark = pytest.mark.engine

BY_HAND = {"rules": {"scale_up_when": [{"metric": "cpu.avg", "op": ">", "value": 1000}]}}
MANY = 40  # more replicas than an engine can make while a test looks twice
ENOUGH_DESCRIPTORS = 15  # a request or two of each part of the daemon


def limited(patient: Patient, name: str = "web") -> bool:
    """All replicas known and busy, and no more of them allowed."""
    view = patient.view(name)
    return view.state == "limited" and view.ready == 3


def test_it_hangs_and_it_restarts(
    engine: PrivateEngine, project: MakeProject, patient: Patient, tmp_path: Path
) -> None:
    """`web` comes back with the engine; the replicas of `worker` end with it, which is no reason to have fewer."""
    load = tmp_path / "load"
    services = {"web": burner(load, restart="unless-stopped"), "worker": burner(load)}
    compose = project({"services": services})
    (load / "on").touch()
    compose.up("--scale", "web=3", "--scale", "worker=3")
    patient.configure(compose, [{"name": name, **RULES} for name in services])
    patient.start()
    until(lambda: limited(patient) and limited(patient, "worker"), "both are known to be busy")

    hang(engine, patient)
    until(lambda: limited(patient) and limited(patient, "worker"), "both are known to be busy again")

    engine.stop()
    until(lambda: away(patient), "it is noticed")
    assert patient.health().status == "degraded"
    assert "engine away: " in patient.ok("status")
    assert "start Docker" in patient.ok("daemon", "status")
    engine.start()
    until(lambda: limited(patient), "web is known to be busy again")
    assert patient.health().status == "ok"
    assert (patient.view("worker").replicas, patient.view("worker").ready) == (3, 0)
    compose.compose("start", "worker")
    until(lambda: limited(patient, "worker"), "worker is known to be busy again")

    assert patient.wrongs() == []
    for name in services:
        assert [one.state for one in containers(compose, name)] == ["running"] * 3


def hang(engine: PrivateEngine, patient: Patient) -> None:
    """For as long as it takes the daemon to say so: it answers all the while, and what it asks does not pile up."""
    before = patient.footprint()
    during: list[Footprint] = []

    def noticed() -> bool:
        during.append(patient.footprint())
        return away(patient)

    engine.freeze()
    until(noticed, "it is noticed")
    assert "did not answer" in patient.ok("status")
    engine.thaw()
    until(lambda: patient.health().status == "ok", "it is noticed that it answers again")
    assert max(one.descriptors for one in during) <= before.descriptors + ENOUGH_DESCRIPTORS
    until(lambda: patient.footprint().descriptors <= before.descriptors + 3, "nothing is left open")
    assert patient.footprint().threads <= before.threads + 3


def away(patient: Patient) -> bool:
    return patient.view().state == "blind" and patient.health().engine.state == "down"


def test_it_is_killed_while_a_service_grows(
    engine: PrivateEngine, project: MakeProject, patient: Patient, tmp_path: Path
) -> None:
    compose = project({"services": {"web": burner(tmp_path / "load")}})
    compose.up("--scale", "web=2")
    patient.configure(compose, [{"name": "web", **RULES, "min_replicas": 2, "max_replicas": MANY, **BY_HAND}])
    patient.start()

    def kill_it(there: int) -> None:
        """When so many replicas are there; the operation has been asked for with two."""
        until(lambda: patient.view().ready == 2, "both replicas are known")
        before = len(patient.lines())
        asking = patient.begin("scale", "web", str(MANY))
        until(lambda: len(patient.lines()) > before and len(containers(compose)) >= there, "it is under way")
        engine.kill()
        said = " ".join(asking.communicate(timeout=60))
        assert asking.returncode == 1 and "engine" in said, said
        assert [(line["phase"], line["target_replicas"]) for line in patient.lines()[before:]] == [
            ("intended", MANY),
            ("failed", MANY),
        ]
        engine.start()
        until(lambda: patient.health().status == "ok", "it is noticed that the engine is back")
        until(lambda: {one.state for one in containers(compose)} <= {"exited"}, "no half-made one is left")
        found = [one.number for one in containers(compose)]
        assert len(found) == len(set(found)) >= 2
        compose.compose("start", "web")
        until(lambda: patient.view().ready == len(found), "all that are left are known")
        patient.ok("scale", "web", "2")

    for there in (2, 4):  # as soon as it is on record; when some of the new ones are there
        kill_it(there)
    assert [line for line in patient.lines() if "outside Docktor" in str(line["reason"])] == []
