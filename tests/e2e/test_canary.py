"""A password that may be used and must not be seen: not in answers, texts, logs or files."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.brokers.fixtures import *  # noqa: F403
from tests.brokers.fixtures import MakePrivate
from tests.brokers.nats import Nats
from tests.brokers.rabbitmq import RabbitMQ
from tests.brokers.redis import Redis

CANARY = "canary-Zq7/%40pa55"
QUOTED = "canary-Zq7%2F%2540pa55"
WRONG = "kanarie-Xw3pa55"
PATIENCE_S = 120


def queues(nats: Nats, rabbitmq: RabbitMQ, redis: Redis) -> Mapping[str, Mapping[str, object]]:
    """Sources that let us in, that refuse us, and that are not there; the password in every place it may stand in."""
    return {
        "nats-in": {"kind": "nats", "url": nats.bare_url, "user": "me", "password": "${CANARY}", "stream": "S"},
        "nats-out": {"kind": "nats", "url": f"nats://me:${{WRONG}}@127.0.0.1:{nats.port}", "stream": "S"},
        "nats-gone": {"kind": "nats", "url": "nats://me:${QUOTED}@127.0.0.1:1", "token": "${CANARY}", "stream": "S"},
        "rabbit-in": {"kind": "rabbitmq", "url": f"amqp://me:${{QUOTED}}@127.0.0.1:{rabbitmq.port}/", "queue": "q"},
        "rabbit-out": {
            "kind": "rabbitmq",
            "url": rabbitmq.bare_url,
            "user": "me",
            "password": "${WRONG}",
            "queue": "q",
        },
        "rabbit-http": {
            "kind": "rabbitmq",
            "url": rabbitmq.bare_management_url,
            "user": "me",
            "password": "${WRONG}",
            "queue": "q",
        },
        "redis-in": {"kind": "redis-streams", "url": redis.bare_url, "password": "${CANARY}", "stream": "s"},
        "redis-out": {"kind": "redis-streams", "url": f"redis://:${{WRONG}}@127.0.0.1:{redis.port}", "stream": "s"},
        "kafka-gone": {
            "kind": "kafka",
            "brokers": "127.0.0.1:1",
            "topic": "t",
            "group": "g",
            "security": "sasl_plaintext",
            "user": "me",
            "password": "${CANARY}",
        },
        "sqs-gone": {
            "kind": "sqs",
            "queue": "q",
            "region": "eu-west-1",
            "endpoint_url": "http://127.0.0.1:1",
            "access_key_id": "${CANARY}",
            "secret_access_key": "${CANARY}",
        },
        "prometheus-gone": {"kind": "prometheus", "url": "http://127.0.0.1:1", "token": "${CANARY}", "query": "up"},
        "http-gone": {
            "kind": "http-json",
            "url": "http://me:${QUOTED}@127.0.0.1:1/x",
            "path": "a",
            "headers": {"X-Api-Key": "${CANARY}"},
        },
    }


class Daemon:
    """One in the foreground on the simulated engine, everything it prints kept."""

    def __init__(self, folder: Path, sources: Mapping[str, Mapping[str, object]]) -> None:
        self.folder = folder
        rules = {"scale_up_when": [{"metric": "queue.backlog", "op": ">", "value": 5}]}
        services = [
            {"name": name, "rules": rules, "check_interval": 1, "fallback_replicas": 3, "queue": queue}
            for name, queue in sources.items()
        ]
        (folder / "docktor.yaml").write_text(json.dumps({"project": "shop", "services": services}))
        secrets = {"CANARY": CANARY, "QUOTED": QUOTED, "WRONG": WRONG}
        self.environment = {**os.environ, **secrets, "DOCKTOR_HOME": str(folder / "home")}
        with (folder / "printed").open("w") as printed:
            self.process = subprocess.Popen(
                self._argv("daemon", "start", "--foreground", "--engine", "simulated"),
                cwd=folder,
                env=self.environment,
                stdout=printed,
                stderr=subprocess.STDOUT,
            )

    def _argv(self, *argv: str) -> Sequence[str]:
        return [sys.executable, "-m", "docktor", *argv]

    def said(self, *argv: str) -> str:
        """Everything a command prints."""
        done = subprocess.run(
            self._argv(*argv),
            check=False,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        return done.stdout

    def states(self) -> dict[str, str]:
        told = self.said("daemon", "status", "--json")
        sources = json.loads(told)["sources"] if told.startswith("{") else []
        return {source["services"][0].removeprefix("shop/"): source["state"] for source in sources}

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)


@pytest.fixture
def daemon(tmp_path: Path, private: MakePrivate) -> Iterator[Daemon]:
    nats, redis = private(Nats, user="me", password=CANARY), private(Redis, password=CANARY)
    found = Daemon(tmp_path, queues(nats, private(RabbitMQ, user="me", password=CANARY), redis))
    yield found
    found.stop()


def until_told(daemon: Daemon) -> dict[str, str]:
    until = time.monotonic() + PATIENCE_S
    states: dict[str, str] = {}
    while time.monotonic() < until:
        states = daemon.states()
        if len(states) == 12 and "connecting" not in states.values():
            return states
        time.sleep(0.5)
    raise AssertionError(f"never all told: {states}; {(daemon.folder / 'printed').read_text()}")


def test_the_password_is_seen_nowhere(daemon: Daemon) -> None:
    states = until_told(daemon)
    expected = {"in": "wrong", "out": "refused", "http": "refused", "gone": "down"}
    assert states == {name: expected[name.rsplit("-", maxsplit=1)[-1]] for name in states}
    time.sleep(4)  # so that the fallback has raised, and decisions with reasons are on record

    told = [daemon.said("config", "test-source", name) for name in states]
    for command in ("daemon status", "status", "explain --tail 50", "events", "config show", "config validate"):
        told += [daemon.said(*command.split()), daemon.said(*command.split(), "--json")]
    assert any("fallback_replicas" in text for text in told)
    daemon.stop()
    files = [file for file in daemon.folder.rglob("*") if file.is_file() and file.name != "docktor.yaml"]
    assert {"decisions.jsonl", "docktor.duckdb", "printed"} <= {file.name for file in files}
    everything = "\n".join(told).encode() + b"".join(file.read_bytes() for file in files)
    for secret in (CANARY, QUOTED, WRONG, "pa55"):
        assert secret.encode() not in everything, everything[everything.find(secret.encode()) - 300 :][:600]
