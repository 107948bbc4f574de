"""Runs the image as Docker Desktop does: our Compose file, and what Desktop adds to it."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from docktor.api.listeners import answers
from tests.compose_project import docker, run

ROOT = Path(__file__).parents[2]
WAIT_S = 90
Found = TypeVar("Found")
EXTENSION_LABELS = {"com.docker.desktop.extension": "true", "com.docker.desktop.extension.name": "Docktor"}


def wait_for(look: Callable[[], Found], what: str, seconds: float = WAIT_S) -> Found:
    """The first answer that isn't empty; AssertionError after `seconds`. A connection that fails is no answer."""
    end = time.monotonic() + seconds
    while True:
        try:
            if found := look():
                return found
        except (OSError, httpx2.TransportError, KeyError) as error:
            what = f"{what} ({error})" if time.monotonic() > end else what
        assert time.monotonic() < end, f"waited {seconds:g} s for {what}"
        time.sleep(0.2)


@dataclass(frozen=True, slots=True)
class Running:
    """One Docktor in a container. `folder` is what Desktop mounts at /run/guest-services."""

    project: str
    folder: Path
    files: tuple[Path, ...]

    def compose(self, *args: str, image: str) -> None:
        files = [part for file in self.files for part in ("-f", str(file))]
        environment = [f"DESKTOP_PLUGIN_IMAGE={image}", f"DOCKTOR_IMAGE={image}", "DOCKTOR_PORT=0"]
        run(["env", *environment, "docker", "compose", "-p", self.project, *files, *args])

    @property
    def container(self) -> str:
        """Its id."""
        label = f"label=com.docker.compose.project={self.project}"
        return docker("ps", "-aq", "--no-trunc", "--filter", label).stdout.strip()

    def ask(self, path: str, body: object = None, method: str = "POST") -> Any:
        """The JSON that the guest socket answers, as Desktop would get it. `method`: for what has a body."""
        guest = self.folder / "docktor.sock"
        if not answers(guest):  # asked first: the HTTP client leaves a socket open when it can't connect
            raise ConnectionRefusedError(f"nobody listens on {guest}")
        transport = httpx2.HTTPTransport(uds=str(guest))
        with httpx2.Client(transport=transport, base_url="http://docktor", timeout=30) as http:
            answer = http.get(path) if body is None else http.request(method, path, json=body)
        assert answer.status_code < 400, answer.text
        return answer.json()

    def health(self) -> Any:
        return wait_for(lambda: self.ask("/api/health"), f"the API; the log says:\n{self.log()}")

    def inside(self, *command: str, check: bool = True) -> str:
        """What a command prints that is run in the container as Docktor's user."""
        done = docker("exec", "-u", "docktor", self.container, *command, check=check)
        return (done.stdout + done.stderr).strip()

    def log(self) -> str:
        done = docker("logs", "--tail", "20", self.container, check=False)
        return done.stdout + done.stderr


def additions(project: str, guest: Path, changes: Mapping[str, object]) -> str:
    """The Compose file to lay over ours. There is no .raw socket without Desktop, so the plain one takes its place."""
    service: dict[str, object] = {
        "container_name": f"{project}-service",
        "labels": EXTENSION_LABELS,
        "deploy": {"restart_policy": {"condition": "always"}},
        "volumes": [f"{guest}:/run/guest-services", "/var/run/docker.sock:/var/run/docker.sock"],
        **changes,
    }
    return json.dumps({"services": {"docktor": service}})
