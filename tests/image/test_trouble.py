"""The image where something is missing: it answers, and says what to do. And the image without Docker Desktop."""

from pathlib import Path

import httpx2
import pytest

from tests.compose_project import docker
from tests.image.conftest import RunImage
from tests.image.desktop import Running, wait_for

pytestmark = pytest.mark.engine


def test_without_an_engine_socket_it_says_so(desktop: RunImage) -> None:
    docktor = desktop(environment={"DOCKER_HOST": "unix:///var/run/nowhere.sock"})
    engine = docktor.health()["engine"]
    assert engine["state"] == "down" and "mount the socket" in engine["error"]


def test_a_folder_in_place_of_the_engine_socket(desktop: RunImage, tmp_path: Path) -> None:
    """That is what Docker mounts when the source is not there."""
    (tmp_path / "folder").mkdir()
    guest = f"{tmp_path / 'guest'}:/run/guest-services"
    docktor = desktop(volumes=[guest, f"{tmp_path / 'folder'}:/var/run/docker.sock"])
    engine = docktor.health()["engine"]
    assert engine["state"] == "down" and "/var/run/docker.sock" in engine["error"]


def test_without_a_volume_it_can_write_to_it_only_proposes(desktop: RunImage, tmp_path: Path) -> None:
    guest = f"{tmp_path / 'guest'}:/run/guest-services"
    docktor = desktop(volumes=[guest, "/var/run/docker.sock:/var/run/docker.sock", "docktor-data:/data:ro"])
    health = docktor.health()
    assert health["status"] == "degraded" and health["store"]["state"] == "degraded"
    assert "mount a volume" in health["store"]["error"] and health["home"] == "/tmp/docktor"
    assert docktor.inside("/opt/venv/bin/python", "-m", "docktor.cli.container", "healthy") == ""


def test_a_server_of_its_own_asks_for_the_token(server: Running) -> None:
    address = docker("port", server.container, "8099").stdout.strip()
    assert address.startswith("127.0.0.1:")

    def get(path: str, **headers: str) -> httpx2.Response:
        return httpx2.get(f"http://{address}{path}", headers={"Host": "127.0.0.1:8099", **headers})

    wait_for(lambda: get("/api/health").status_code == 200, "the API over TCP")
    assert get("/api/projects").status_code == 401
    token = server.inside("cat", "/data/token")
    projects = get("/api/projects", Authorization=f"Bearer {token}")
    assert projects.status_code == 200
    assert server.project not in {one["name"] for one in projects.json()}, "Docktor offers itself"


def test_it_knows_its_own_container(server: Running) -> None:
    wait_for(lambda: "pid" in server.inside("docktor", "daemon", "status", check=False), "the daemon")
    program = "from docktor.engine.docker.own import read_own_ids; print(*read_own_ids())"
    assert server.container in server.inside("python", "-c", program).split()
    said = server.inside("docktor", "scale", f"{server.project}/docktor", "2", check=False)
    assert "docktor" in said and len(docker("ps", "-q", "--filter", f"name={server.project}").stdout.split()) == 1
