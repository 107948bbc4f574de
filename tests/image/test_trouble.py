"""The image where something is missing: it answers, and says what to do. And the image without Docker Desktop."""

import json
import os
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.compose_project import docker
from tests.faults.private_engine import PrivateEngine
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


def test_an_engine_that_is_too_old(desktop: RunImage, tmp_path: Path) -> None:
    with old_engine(tmp_path / "old.sock") as sock:
        docktor = desktop(volumes=[f"{tmp_path / 'guest'}:/run/guest-services", f"{sock}:/var/run/docker.sock"])
        engine = docktor.health()["engine"]
    assert engine["state"] == "down" and "update Docker" in engine["error"], engine


@pytest.mark.parametrize(("owner", "state"), [(0, "ok"), (1234, "down")])
def test_an_engine_socket_for_its_owner_alone(
    own_engine: PrivateEngine, desktop: RunImage, tmp_path: Path, owner: int, state: str
) -> None:
    """Root's is used by staying root; another's not even root may use, which has no capability left to."""
    before = own_engine.socket.stat()
    try:
        os.chown(own_engine.socket, owner, owner)
        own_engine.socket.chmod(0o600)
        guest = f"{tmp_path / 'guest'}:/run/guest-services"
        docktor = desktop(volumes=[guest, f"{own_engine.socket}:/var/run/docker.sock"])
        engine = docktor.health()["engine"]
        assert engine["state"] == state, engine
        assert "only root may use" in docktor.log() and (state == "ok" or "may not use" in engine["error"])
    finally:
        os.chown(own_engine.socket, before.st_uid, before.st_gid)
        own_engine.socket.chmod(before.st_mode & 0o777)


def test_two_on_one_engine(desktop: RunImage) -> None:
    first, second = desktop(), desktop()
    second.health()
    for one, other in ((first, second), (second, first)):
        health = wait_for(partial(told, one), "health to tell of the other")
        assert health["status"] == "degraded" and other.project in health["engine"]["error"]
    docker("stop", second.container)
    wait_for(lambda: first.ask("/api/health")["status"] == "ok", "the first to be well again")


def told(docktor: Running) -> Any:
    health = docktor.health()
    return health if "another Docktor" in (health["engine"]["error"] or "") else None


@contextmanager
def old_engine(sock: Path) -> Iterator[Path]:
    """What a Docker of 2016 answers when it is asked who it is."""

    class Old(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"Version": "1.12.6", "ApiVersion": "1.24", "MinAPIVersion": "1.12"}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Api-Version", "1.24")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def address_string(self) -> str:
            return "unix"

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with socketserver.ThreadingUnixStreamServer(str(sock), Old) as server:
        sock.chmod(0o666)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield sock
        server.shutdown()


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
    [own] = [one["services"][0] for one in projects.json() if one["name"] == server.project]
    assert not own["managed"] and "is Docktor itself" in own["unscalable"]


def test_it_knows_its_own_container(server: Running) -> None:
    wait_for(lambda: "pid" in server.inside("docktor", "daemon", "status", check=False), "the daemon")
    program = "from docktor.engine.docker.own import read_own_ids; print(*read_own_ids())"
    assert server.container in server.inside("python", "-c", program).split()
    said = server.inside("docktor", "scale", f"{server.project}/docktor", "2", check=False)
    assert "docktor" in said and len(docker("ps", "-q", "--filter", f"name={server.project}").stdout.split()) == 1
