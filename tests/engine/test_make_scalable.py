"""The override of make-scalable, on a real engine with real Compose: same address, more replicas, none left out."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Literal

import pytest

from docktor.cli.scalable import make_scalable_command
from tests.compose_project import BUSYBOX, ComposeProject, EngineNetwork, docker
from tests.conftest import MakeProject
from tests.real_parts import require

HAPROXY = "docktor-local/haproxy:latest"
SHARE_SECONDS = 5
# Answers its own name. Told to stop it stops listening, finishes what it has begun, and ends.
SERVE = (
    "mkdir -p /www; hostname >/www/index.html; httpd -f -p 8080 -h /www & trap 'kill %1; sleep 1; exit 0' TERM; wait"
)
ASK = """
import json, sys, time, urllib.request
url, count, pause = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
for _ in range(count):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            line = answer.read().decode().strip()
    except OSError as error:
        line = f"FAILED {error!r}"
    print(json.dumps([time.monotonic(), line]), flush=True)
    time.sleep(pause)
"""

FIRST = """
import sys, time, urllib.request
for _ in range(100):
    try:
        with urllib.request.urlopen(sys.argv[1], timeout=5) as answer:
            sys.exit(sys.stdout.write(answer.read().decode()) and 0)
    except OSError as error:
        last = error
        time.sleep(0.1)
sys.exit(repr(last))
"""


@pytest.fixture
def port(port: int) -> int:
    """For the balancer."""
    require(docker("image", "inspect", HAPROXY, check=False).returncode == 0, f"{HAPROXY} (scripts/images.sh)")
    return port


class Requests:
    """Requests one after another, from where the engine publishes, until `stop`."""

    def __init__(self, network: EngineNetwork, url: str) -> None:
        enter = ["nsenter", "-n", "-t", network.pid, "--"] if network.pid else []
        argv = [*enter, sys.executable, "-c", ASK, url, "5000", "0.01"]
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        self.answers = [self._read(), self._read()]

    def until(self, at: float) -> None:
        """Reads on until an answer of that (monotonic) time has come."""
        while self.answers[-1][0] < at:
            self.answers.append(self._read())

    def stop(self) -> list[tuple[float, str]]:
        """Every (time, body) there was."""
        self.process.terminate()
        rest, _ = self.process.communicate(timeout=30)
        return self.answers + [(at, body) for at, body in map(json.loads, rest.splitlines())]

    def _read(self) -> tuple[float, str]:
        assert self.process.stdout is not None
        at, body = json.loads(self.process.stdout.readline())
        return at, body


def web(port: int, **more: object) -> dict[str, object]:
    ports = [f"127.0.0.1:${{WEB_PORT:-{port}}}:8080"]
    spec = {"image": BUSYBOX, "command": ["sh", "-c", SERVE], "ports": ports, "stop_grace_period": "5s", **more}
    return {"services": {"web": spec}}


def lay_over(one: ComposeProject, mode: Literal["auto", "tcp"] = "auto") -> Callable[..., None]:
    """Writes the override; answers `docker compose -f … -f … up -d ARGS`, which is all it takes."""
    override = one.file.with_name("docktor.web.yaml")
    make_scalable_command("web", write=override, compose_file=[one.file], mode=mode, image=HAPROXY)

    def up(*args: str) -> None:
        docker("compose", "-p", one.name, "-f", str(one.file), "-f", str(override), "up", "-d", *args)

    return up


def names(one: ComposeProject) -> set[str]:
    """What the replicas call themselves."""
    return {container[:12] for container in one.ps_ids("web")}


def failures(answers: Iterable[tuple[float, str]]) -> list[str]:
    return [body for _, body in answers if body.startswith("FAILED")]


@pytest.mark.engine
@pytest.mark.parametrize("mode", ["auto", "tcp"])
def test_the_old_address_answers_and_new_replicas_get_their_share(
    project: MakeProject, engine_network: EngineNetwork, port: int, mode: Literal["auto", "tcp"]
) -> None:
    url = f"http://127.0.0.1:{port}/"
    one = project(web(port, container_name=f"dkt-named-{port}"))
    one.up()
    assert engine_network.get(url).strip() in names(one)
    refused = one.compose("up", "-d", "--no-recreate", "--scale", "web=2", check=False)
    assert refused.returncode != 0

    up = lay_over(one, mode)
    up()
    assert wait_for_answer(engine_network, url) in names(one)
    requests = Requests(engine_network, url)
    up("--no-recreate", "--scale", "web=4")
    since = time.monotonic()
    assert len(names(one)) == 4
    requests.until(since + SHARE_SECONDS + 2)
    answers = requests.stop()
    assert not failures(answers)
    settled = Counter(body for at, body in answers if at > since + SHARE_SECONDS)
    assert set(settled) == names(one)
    assert min(settled.values()) * 4 > 0.8 * settled.total()


@pytest.mark.engine
@pytest.mark.parametrize("mode", ["auto", "tcp"])
def test_replicas_go_unnoticed(
    project: MakeProject, engine_network: EngineNetwork, port: int, mode: Literal["auto", "tcp"]
) -> None:
    one = project(web(port))
    up = lay_over(one, mode)
    up("--scale", "web=6")
    wait_for_answer(engine_network, f"http://127.0.0.1:{port}/")
    requests = Requests(engine_network, f"http://127.0.0.1:{port}/")
    up("--no-recreate", "--scale", "web=2")
    requests.until(time.monotonic() + 2)
    answers = requests.stop()
    # A connection that waits in a listening socket goes with it. HTTP asks again; TCP can't know that it may.
    gone = 4 if mode == "tcp" else 0
    assert len(failures(answers)) <= gone
    assert {body for _, body in answers[-10:]} == names(one)


@pytest.mark.engine
def test_a_namesake_on_a_shared_network_and_a_static_address_are_told_apart(
    project: MakeProject, engine_network: EngineNetwork, port: int
) -> None:
    """Another project's `web` on the same outside network must get none of our requests."""
    stranger = project(web(port, ports=[], command=["sh", "-c", SERVE.replace("hostname", "echo stranger")]))
    stranger.up()
    document = web(port, networks={"own": {"ipv4_address": "172.30.213.10"}, "outside": None})
    subnet = {"ipam": {"config": [{"subnet": "172.30.213.0/24"}]}}
    one = project(
        {**document, "networks": {"own": subnet, "outside": {"external": True, "name": f"{stranger.name}_default"}}}
    )
    one.up()
    up = lay_over(one)
    up("--scale", "web=2")
    wait_for_answer(engine_network, f"http://127.0.0.1:{port}/")
    heard = {engine_network.get(f"http://127.0.0.1:{port}/").strip() for _ in range(8)}
    assert heard == names(one)
    label = f"label=com.docker.compose.project={one.name}"
    (balancer,) = docker("ps", "-q", "--filter", label, "--filter", "label=docktor.balances=web").stdout.split()
    addresses = docker("inspect", balancer, "--format", "{{json .NetworkSettings.Networks}}").stdout
    assert json.loads(addresses)[f"{one.name}_own"]["IPAddress"] == "172.30.213.10"
    one.down()


def wait_for_answer(network: EngineNetwork, url: str) -> str:
    """The first body that comes once the balancer listens."""
    return network.run(sys.executable, "-c", FIRST, url).stdout.strip()
