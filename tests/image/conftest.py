"""The image, built once from the Dockerfile as it is, and containers of it that are gone afterwards."""

import secrets
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.compose_project import BUSYBOX, SESSION_PREFIX, docker
from tests.faults.private_engine import PrivateEngine, private_engine, require_second_engine
from tests.image.desktop import ROOT, Running, additions
from tests.real_parts import require

BASES = {"PYTHON_IMAGE": "docktor-local/python-slim:latest", "NODE_IMAGE": "docktor-local/node-slim:latest"}
BUILD_SECONDS = 900


@pytest.fixture(scope="session")
def image(engine_ready: None) -> Iterator[str]:
    for base in BASES.values():
        require(docker("image", "inspect", base, check=False).returncode == 0, f"{base} (scripts/images.sh)")
    name = f"docktor-imgtest-{secrets.token_hex(3)}"
    tag = f"{name}:0.1.0"
    bases = [part for name, base in BASES.items() for part in ("--build-arg", f"{name}={base}")]
    argv = ["docker", "build", "--network", "host", *bases, "-t", tag, "-t", f"{name}:0.1.1", str(ROOT)]
    done = subprocess.run(argv, check=False, capture_output=True, text=True, timeout=BUILD_SECONDS)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    yield tag
    docker("image", "rm", "-f", tag, f"{name}:0.1.1")


RunImage = Callable[..., Running]


@pytest.fixture
def desktop(image: str, tmp_path: Path) -> Iterator[RunImage]:
    """`desktop(key=...)` installs the extension as Desktop does, with these keys of the service changed."""
    running: list[Running] = []

    def install(**changes: object) -> Running:
        project = f"{SESSION_PREFIX}{secrets.token_hex(2)}_docktor-desktop-extension"
        guest = tmp_path / f"guest{len(running) or ''}"
        guest.mkdir()
        added = tmp_path / f"additions{len(running)}.yaml"
        added.write_text(additions(project, guest, changes))
        running.append(Running(project, guest, (ROOT / "docker-compose.yaml", added)))
        running[-1].compose("up", "-d", image=image)
        return running[-1]

    yield install
    for one in running:
        one.compose("down", "-v", "--timeout", "5", image=image)


@pytest.fixture(scope="session")
def second_engine(image: str) -> Iterator[PrivateEngine]:
    """An engine that may be restarted, with the image."""
    require_second_engine()
    with private_engine(BUSYBOX, image) as engine:
        yield engine


@pytest.fixture
def own_engine(second_engine: PrivateEngine, monkeypatch: pytest.MonkeyPatch) -> PrivateEngine:
    """Every docker command of the test speaks to it; name it before `desktop` and `project`."""
    monkeypatch.setenv("DOCKER_HOST", second_engine.host)
    return second_engine


@pytest.fixture
def server(image: str, tmp_path: Path) -> Iterator[Running]:
    """Docktor as a server of its own, without Desktop."""
    files = (ROOT / "docker-compose.yaml", ROOT / "docker-compose.server.yaml")
    one = Running(f"{SESSION_PREFIX}{secrets.token_hex(2)}", tmp_path, files)
    one.compose("up", "-d", image=image)
    yield one
    one.compose("down", "-v", "--timeout", "5", image=image)
