"""A real Compose project of one test, with a name of its own."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

BUSYBOX = "docktor-local/busybox:latest"
# Of this run alone: runs side by side on one engine don't take each other's containers for leftovers.
SESSION_PREFIX = f"dkt-test-{secrets.token_hex(3)}"
TRIES = 5
COMMAND_SECONDS = 120
GET = """
import sys, urllib.request
with urllib.request.urlopen(sys.argv[1], timeout=float(sys.argv[2])) as answer:
    sys.stdout.write(answer.read().decode())
"""


def run(argv: Sequence[str], *, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command to its end. With `check`, a failure is an AssertionError that shows what it printed."""
    done = subprocess.run(
        argv,
        check=False,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        stdin=subprocess.DEVNULL,
    )
    if check and done.returncode:
        raise AssertionError(f"{' '.join(argv)} exited {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def docker(*args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return run(["docker", *args], check=check)


@dataclass(frozen=True, slots=True)
class ComposeProject:
    """`name` is the Compose project's name, `file` its compose.yaml."""

    name: str
    file: Path

    def compose(self, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """`docker compose ARGS` on this project and file."""
        return docker("compose", "-p", self.name, "-f", str(self.file), *args, check=check)

    def up(self, *args: str) -> None:
        """`docker compose up -d ARGS`; answers when the containers run."""
        self.compose("up", "-d", "--quiet-pull", *args)

    def ps_ids(self, service: str, *, every: bool = True) -> list[str]:
        """Full container ids as Compose sees them; `every` includes those that don't run.

        Compose lists and then looks at each: one that is removed meanwhile makes it fail, and it is asked again.
        """
        argv = ("ps", "-q", *(["-a"] if every else []), service)
        for _ in range(TRIES):
            found = self.compose(*argv, check=False)
            if found.returncode == 0:
                return found.stdout.split()
            if "No such container" not in found.stderr:
                break
        return self.compose(*argv).stdout.split()

    def write(self, content: Mapping[str, object] | str) -> None:
        """Replace compose.yaml."""
        text = content if isinstance(content, str) else json.dumps(content, indent=1)
        self.file.write_text(text, encoding="utf-8")

    def down(self) -> None:
        self.compose("down", "-v", "--timeout", "1", "--remove-orphans")


def new_project(folder: Path, content: Mapping[str, object] | str) -> ComposeProject:
    project = ComposeProject(f"{SESSION_PREFIX}{secrets.token_hex(3)}", folder / "compose.yaml")
    project.write(content)
    return project


def remove_leftovers(prefix: str) -> list[str]:
    """Remove what the projects of this run left behind; answers what that was."""
    label = '{{.Label "com.docker.compose.project"}}'
    kinds = {
        "container": (["ps", "-a", "--format", f"{{{{.Names}}}} {label}"], ["rm", "-f", "-v"]),
        "network": (["network", "ls", "--format", f"{{{{.Name}}}} {label}"], ["network", "rm"]),
        "volume": (["volume", "ls", "--format", f"{{{{.Name}}}} {label}"], ["volume", "rm", "-f"]),
    }
    found = []
    for kind, (listing, removal) in kinds.items():
        for line in docker(*listing).stdout.splitlines():
            name, _, project = line.partition(" ")
            if project.startswith(prefix):
                found.append(f"{kind} {name} of {project}")
                docker(*removal, name)
    return found


@dataclass(frozen=True, slots=True)
class EngineNetwork:
    """The network that the engine publishes ports in: the machine's own, or that of process `pid`."""

    pid: str | None = os.environ.get("DOCKTOR_TEST_ENGINE_NETNS") or None

    def run(self, *argv: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command there."""
        return run([*(["nsenter", "-n", "-t", self.pid, "--"] if self.pid else []), *argv], check=check)

    def get(self, url: str, seconds: float = 5) -> str:
        """The body of `GET url`, asked from there; AssertionError when it fails."""
        return self.run(sys.executable, "-c", GET, url, str(seconds)).stdout
