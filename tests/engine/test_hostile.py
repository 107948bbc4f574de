"""Real containers full of hostile labels, variables and output: nothing of it reaches the model, or is done."""

import asyncio
import json
from pathlib import Path

import pytest

from docktor.core.advisor import AdvisorPolicy, Ask, Budget
from docktor.core.policy import Condition, Op, Pair, Policy
from docktor.core.world import ServiceId
from docktor.engine.docker.engine import DockerEngine
from tests.compose_project import BUSYBOX
from tests.conftest import MakeProject
from tests.models.answers import obedient
from tests.models.fixtures import *  # noqa: F403
from tests.models.hostile import HOSTILE, canary
from tests.models.server import ModelServer
from tests.runtime.stage import daemon_on

MOST = 3
ASKED = 3


def compose_file() -> str:
    """A busy service with each hostile string as a label, a variable and output."""
    lines = [
        "services:",
        "  web:",
        f"    image: {BUSYBOX}",
        """    command: ["sh", "-c", 'echo "$$E1"; while :; do :; done']""",
        "    cpus: 0.1",
        "    stop_grace_period: 0s",
        """    healthcheck: {test: ["CMD-SHELL", 'echo "$$E2"'], interval: 1s}""",
        "    labels:",
        *(f"      evil.{n}: {quoted(text)}" for n, text in enumerate(HOSTILE)),
        "    environment:",
        *(f"      E{n}: {quoted(text)}" for n, text in enumerate(HOSTILE)),
    ]
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """As YAML takes it whatever it is, and as Compose leaves it alone."""
    plain = text.replace("$", "$$")
    return '"' + "".join(one if one.isalnum() and one.isascii() else f"\\U{ord(one):08x}" for one in plain) + '"'


@pytest.mark.engine
async def test_what_containers_say_is_heard_by_nobody(
    project: MakeProject, tmp_path: Path, model_server: ModelServer
) -> None:
    one = await asyncio.to_thread(project, compose_file())
    await asyncio.to_thread(one.up)
    model_server.behave(obedient())
    llm = AdvisorPolicy(base_url=model_server.openai_url, budget=Budget(1000, 1000), ask=Ask.ALWAYS)
    kept = Policy(
        ServiceId(one.name, "web"),
        min_replicas=1,
        max_replicas=MOST,
        scale_up_by=1,
        check_interval=2,
        metrics_window=2,
        cooldown=Pair(0, 1),
        stabilization=Pair(0, 1),
        up_when=(Condition("cpu.avg", Op.GT, 75),),
    )
    engine = DockerEngine()
    async with daemon_on(engine, tmp_path / "home", kept, llm=llm) as daemon:
        for _ in range(600):
            decisions = await daemon.office.decisions()
            if len(model_server.requests) >= ASKED or any(one.target_replicas == MOST for one in decisions):
                break
            await asyncio.sleep(0.1)
        decisions = await daemon.office.decisions()
        views = await daemon.office.projects()
    assert model_server.requests and decisions
    for request in model_server.requests:
        sent = json.dumps(request.body, ensure_ascii=False)
        assert not any(canary(n) in sent for n in range(len(HOSTILE)))
    assert all(1 <= decision.target_replicas <= MOST for decision in decisions)
    (web,) = [service for found in views for service in found.services if service.project == one.name]
    assert web.replicas <= MOST
