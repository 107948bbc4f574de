"""The image as Docker Desktop runs it."""

import stat
import time
from pathlib import Path

import pytest

from docktor.api.listeners import answers
from scripts.extension_lint import from_image
from scripts.extension_rules import findings
from tests.compose_project import BUSYBOX, docker
from tests.conftest import MakeProject
from tests.e2e.shop import RULES, shop
from tests.faults.private_engine import PrivateEngine
from tests.image.conftest import RunImage
from tests.image.desktop import ROOT, wait_for

pytestmark = pytest.mark.engine
SCALED = {"docktor.enable": "true", "docktor.min": "1", "docktor.max": "3"}


def test_the_image_keeps_the_rules(image: str) -> None:
    assert findings(from_image(ROOT, image)) == []


def test_it_answers_on_the_socket_that_desktop_exposes(desktop: RunImage) -> None:
    docktor = desktop()
    health = docktor.health()
    assert health["engine"]["state"] == "ok", health
    assert health["home"] == "/data" and health["store"]["state"] == "ok"
    assert stat.S_IMODE((docktor.folder / "docktor.sock").stat().st_mode) == 0o666
    assert docktor.inside("/opt/venv/bin/python", "-m", "docktor.cli.container", "healthy") == ""
    assert "pid" in docktor.inside("docktor", "daemon", "status")


def test_it_has_left_root(desktop: RunImage) -> None:
    docktor = desktop()
    pid = docktor.health()["pid"]
    status = docker("exec", docktor.container, "cat", f"/proc/{pid}/status").stdout
    told = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    gid = str(Path("/var/run/docker.sock").stat().st_gid)
    assert set(told["Uid"].split()) == {"65532"} and told["Groups"].split() == [gid]
    assert int(told["CapEff"], 16) == 0 and told["NoNewPrivs"] == "1"
    # The health check runs as root without capabilities, which may not enter what belongs to another.
    check = ["/opt/venv/bin/python", "-m", "docktor.cli.container", "healthy"]
    assert docker("exec", docktor.container, *check, check=False).returncode == 0


def test_it_scales_a_service_of_another_project(desktop: RunImage, project: MakeProject) -> None:
    command = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"]
    other = project({"services": {"web": {"image": BUSYBOX, "command": command, "labels": SCALED}}})
    other.up()
    docktor = desktop()
    docktor.health()
    path = f"/api/projects/{other.name}/services/web"
    wait_for(lambda: docktor.ask(path)["service"]["managed"], "the service to be managed")
    for replicas in (3, 1):
        decision = docktor.ask(f"{path}/scale", {"replicas": replicas, "reason": "a test"})
        assert decision["phase"] == "done", decision
        assert len(other.ps_ids("web")) == replicas


def test_it_keeps_a_service_under_load_by_rules_set_in_its_tab(
    desktop: RunImage, project: MakeProject, tmp_path: Path
) -> None:
    """Nobody wrote a docktor.yaml before."""
    load = tmp_path / "load"
    busy = project(shop(load))
    busy.up()
    docktor = desktop()
    docktor.health()
    path = f"/api/projects/{busy.name}/services/web"
    wait_for(lambda: not docktor.ask(path)["service"]["managed"], "the service to be known")
    docktor.ask(f"{path}/rules", {"name": "web", "project": busy.name, **RULES}, "PUT")
    assert docktor.inside("cat", "/data/docktor.yaml")
    wait_for(lambda: docktor.ask(path)["service"]["state"] == "steady", "the service to be steady")
    (load / "on").touch()
    wait_for(lambda: len(busy.ps_ids("web")) == 4, "four replicas under load", 60)
    (load / "on").unlink()
    wait_for(lambda: len(busy.ps_ids("web")) == 1, "one replica after it", 60)
    made = [(one["action"], one["phase"]) for one in docktor.ask("/api/decisions") if one["phase"] != "blocked"]
    assert {("scale_up", "done"), ("scale_down", "done")} == set(made)


def test_it_survives_a_restart_of_the_engine(
    own_engine: PrivateEngine, desktop: RunImage, project: MakeProject, tmp_path: Path
) -> None:
    command = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"]
    web = {"image": BUSYBOX, "command": command, "labels": SCALED, "restart": "unless-stopped"}
    other = project({"services": {"web": web}})
    other.up()
    socket = f"{own_engine.socket}:/var/run/docker.sock"
    docktor = desktop(volumes=[f"{tmp_path / 'guest'}:/run/guest-services", socket])
    path = f"/api/projects/{other.name}/services/web"
    wait_for(lambda: docktor.ask(path)["service"]["managed"], "the service to be managed")
    docktor.ask(f"{path}/scale", {"replicas": 2, "reason": "before the restart"})
    started = docktor.health()["started_at"]
    own_engine.stop()
    own_engine.start()
    wait_for(lambda: docktor.ask("/api/health")["started_at"] != started, "the daemon after the engine's restart", 60)
    wait_for(lambda: docktor.ask("/api/health")["engine"]["state"] == "ok", "the engine")
    wait_for(lambda: docktor.ask(path)["service"]["ready"] == 2, "both replicas")
    assert any("before the restart" in one["reason"] for one in docktor.ask("/api/decisions"))
    assert docktor.ask(f"{path}/scale", {"replicas": 1, "reason": "after it"})["phase"] == "done"


def test_it_leaves_itself_and_other_extensions_alone(desktop: RunImage, project: MakeProject) -> None:
    labels = {**SCALED, "com.docker.desktop.extension": "true"}
    other = project({"services": {"web": {"image": BUSYBOX, "command": ["sleep", "600"], "labels": labels}}})
    other.up()
    docktor = desktop(labels={**SCALED, "com.docker.desktop.extension": "true"})
    assert docktor.health()["services"] == 0
    services = {one["project"]: one for project in docktor.ask("/api/projects") for one in project["services"]}
    assert "an extension of Docker Desktop" in services[other.name]["unscalable"]
    assert "is Docktor itself" in services[docktor.project]["unscalable"]
    for one in (services[other.name], services[docktor.project]):
        path = f"/api/projects/{one['project']}/services/{one['name']}"
        with pytest.raises(AssertionError, match=r"left alone|does not scale itself"):
            docktor.ask(f"{path}/scale", {"replicas": 2})
        with pytest.raises(AssertionError, match=r"left alone|does not scale itself"):
            docktor.ask(f"{path}/rules", {"name": one["name"]}, "PUT")


def test_it_stops_at_once_and_survives_a_restart(desktop: RunImage) -> None:
    docktor = desktop()
    docktor.health()
    socket = docktor.folder / "docktor.sock"
    begin = time.monotonic()
    docker("stop", docktor.container)
    assert time.monotonic() - begin < 5
    assert docker("inspect", "-f", "{{.State.ExitCode}}", docktor.container).stdout.strip() == "0"
    assert socket.exists() and not answers(socket)  # stale, as after a kill: it is replaced
    docker("start", docktor.container)
    time.sleep(0.3)  # while it loads
    begin = time.monotonic()
    docker("stop", docktor.container)
    assert time.monotonic() - begin < 5
    docker("start", docktor.container)
    first = docktor.health()["started_at"]
    docker("restart", docktor.container)
    wait_for(lambda: docktor.ask("/api/health")["started_at"] != first, "the daemon after a restart")


def test_an_update_keeps_what_it_remembers(desktop: RunImage, image: str, project: MakeProject) -> None:
    other = project({"services": {"web": {"image": BUSYBOX, "command": ["sleep", "600"], "labels": SCALED}}})
    other.up()
    docktor = desktop()
    docktor.health()
    path = f"/api/projects/{other.name}/services/web"
    wait_for(lambda: docktor.ask(path)["service"]["managed"], "the service to be managed")
    docktor.ask(f"{path}/scale", {"replicas": 2, "reason": "before the update"})
    docktor.compose("down", image=image)
    docktor.compose("up", "-d", image=image.replace("0.1.0", "0.1.1"))
    docktor.health()
    reasons = [decision["reason"] for decision in docktor.ask("/api/decisions")]
    assert any("before the update" in reason for reason in reasons), reasons
