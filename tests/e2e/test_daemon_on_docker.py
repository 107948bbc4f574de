"""The whole of it, as a person uses it: the installed command, a real engine, a real Compose project."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import MakeProject
from tests.e2e.shop import RULES, Docktor, shop, until

pytestmark = pytest.mark.engine


def test_grows_under_load_shrinks_after_it_and_says_why(project: MakeProject, docktor: Docktor, tmp_path: Path) -> None:
    load = tmp_path / "load"
    compose = project(shop(load))
    compose.up()
    docktor.configure(compose, [{"name": "web", **RULES}])
    docktor.start()
    until(lambda: docktor.service().get("state") == "steady", "the service is known")
    (load / "on").touch()
    until(lambda: len(compose.ps_ids("web")) == 4, "four replicas under load")
    until(lambda: docktor.service()["state"] == "limited", "the limit is said")
    (load / "on").unlink()
    until(lambda: len(compose.ps_ids("web")) == 1, "one replica after it")
    changes = [
        (d["action"], d["current_replicas"], d["target_replicas"]) for d in docktor.decisions() if d["phase"] == "done"
    ]
    assert changes == [("scale_up", 1, 3), ("scale_up", 3, 4), ("scale_down", 4, 2), ("scale_down", 2, 1)]
    assert "cpu.avg" in docktor.ok("explain", "--tail", "10")
    assert len(compose.ps_ids("db")) == 1


def test_killed_in_the_middle_of_a_scale_it_loses_nothing_and_cleans_up(
    project: MakeProject, docktor: Docktor, tmp_path: Path
) -> None:
    load = tmp_path / "load"
    compose = project(shop(load))
    compose.up()
    docktor.configure(compose, [{"name": "web", **RULES, "min_replicas": 1, "max_replicas": 20}])
    journal = docktor.home / "decisions.jsonl"
    for wanted in (9, 3, 12):
        docktor.start()
        until(lambda: docktor.service().get("replicas"), "the service is known")
        more = grown(docktor.home / "decisions.jsonl")
        asking = docktor.begin("scale", "web", str(wanted))
        until(more, "the intent is on record")
        os.kill(docktor.pid, signal.SIGKILL)
        asking.communicate(timeout=60)
        acknowledged = [json.loads(line)["id"] for line in journal.read_text(encoding="utf-8").splitlines()]
        docktor.start()
        states = compose.compose("ps", "-a", "--format", "{{.State}}", "web").stdout.split()
        assert "created" not in states
        known = docktor.decisions()
        assert set(acknowledged) <= {decision["id"] for decision in known}
        assert not [decision for decision in known if decision["phase"] == "intended"]
        docktor.ok("daemon", "stop")


def grown(file: Path) -> Callable[[], bool]:
    """Whether the file has grown since now."""

    def size() -> int:
        return file.stat().st_size if file.exists() else 0

    before = size()
    return lambda: size() > before


def test_told_to_stop_it_finishes_what_it_is_doing(project: MakeProject, docktor: Docktor, tmp_path: Path) -> None:
    (tmp_path / "load").mkdir()
    compose = project(shop(tmp_path / "load"))
    compose.up()
    docktor.configure(compose, [{"name": "web", **RULES, "min_replicas": 4}])
    docktor.start()
    os.kill(docktor.pid, signal.SIGTERM)
    until(lambda: docktor.run("daemon", "status").returncode == 3, "the daemon has ended")
    decisions = [json.loads(line) for line in (docktor.home / "decisions.jsonl").read_text().splitlines()]
    if decisions:
        assert decisions[-1]["phase"] == "done"
        assert len(compose.ps_ids("web")) == 4


def test_a_faulty_edit_leaves_the_last_good_configuration_in_force(
    project: MakeProject, docktor: Docktor, tmp_path: Path
) -> None:
    compose = project(shop(tmp_path / "load"))
    compose.up()
    file = docktor.configure(compose, [{"name": "web", **RULES}])
    good = file.read_text(encoding="utf-8")
    docktor.start()
    file.write_text(good.replace('"max_replicas": 4', '"max_replicas": 0'), encoding="utf-8")
    until(lambda: "rejected" in docktor.ok("daemon", "status", "--json"), "the fault is said")
    assert docktor.service()["max"] == 4
    file.write_text(good.replace('"max_replicas": 4', '"max_replicas": 7'), encoding="utf-8")
    until(lambda: docktor.service()["max"] == 7, "the good edit is in force")
    assert "rejected" not in docktor.ok("daemon", "status", "--json")


def test_labels_alone_are_enough(project: MakeProject, docktor: Docktor, tmp_path: Path) -> None:
    labels = {"docktor.enable": "true", "docktor.min": "2", "docktor.max": "5"}
    compose = project(shop(tmp_path / "load", labels=labels))
    compose.up()
    docktor.start("--project", compose.name)
    until(lambda: len(compose.ps_ids("web")) == 2, "the minimum of the label")
    assert docktor.service()["max"] == 5


def test_a_service_that_can_not_have_replicas_is_refused_with_the_cure(
    project: MakeProject, docktor: Docktor, tmp_path: Path
) -> None:
    compose = project(shop(tmp_path / "load", ports=["127.0.0.1:18931:80"]))
    compose.up()
    docktor.configure(compose, [{"name": "web", **RULES, "min_replicas": 2}])
    docktor.start()
    until(lambda: docktor.service().get("state") == "unscalable", "it is said")
    assert "make-scalable" in str(docktor.service()["unscalable"])
    refused = docktor.run("scale", "web", "3")
    assert refused.returncode == 1
    assert "18931" in refused.stderr
    assert len(compose.ps_ids("web")) == 1
