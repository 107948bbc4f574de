"""Past decisions of a real daemon, read over its socket to compare models by."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from docktor.api.app import create_app
from docktor.api.server import Server
from docktor.cli.past import past_situations
from docktor.core.policy import Pair
from tests.runtime.stage import config_of, policy, stage


async def test_what_was_decided_becomes_situations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = policy(stabilization=Pair(0, 0), cooldown=Pair(0, 0), max_replicas=4, scale_up_by=1)
    monkeypatch.setenv("DOCKTOR_HOME", str(tmp_path / "home"))
    async with stage(tmp_path / "home", kept, load=90) as on:
        server = Server(create_app(on.daemon.office), uds=tmp_path / "home" / "docktor.sock")
        await server.start()
        await on.until(lambda view: view.replicas >= 2)
        on.load.value = 4
        await on.until(lambda view: view.replicas == 1)
        await on.daemon.office.scale("shop/web", 3, "a person's word is none of a model's business", "person")
        config = config_of(replace(kept))
        found, source = await asyncio.to_thread(past_situations, config, None, 1)
        elsewhere, _ = await asyncio.to_thread(past_situations, config, "shop/other", 1)
        ids = {f"#{one.id}" for one in await on.daemon.office.decisions() if one.source != "person"}
        await server.stop()
    assert source == "the last 1 h"
    assert {one.name for one in found} <= ids and len(found) >= 2
    assert {one.question.current for one in found} >= {1, 2}
    assert elsewhere == []


def test_without_a_daemon_there_is_no_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKTOR_HOME", str(tmp_path))
    assert past_situations(config_of(policy()), None, 1) == ([], "no daemon runs")
