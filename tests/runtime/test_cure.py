"""The override of a service that a daemon keeps, from the files that its containers name."""

from dataclasses import replace
from pathlib import Path

import pytest

from docktor.core.loadmodel import ServiceModel
from docktor.core.world import Origin, ServiceId
from docktor.engine.simulated.engine import SimulatedEngine
from docktor.engine.simulated.world import SimulatedService, World
from docktor.errors import ServiceNotFoundError
from docktor.runtime.clock import Clock
from docktor.runtime.cure import Cures
from tests.runtime.stage import API, WEB, Load, daemon_on

FILE = "services: {web: {image: app, ports: ['8080:80']}}"


def engine(origin: Origin | None) -> SimulatedEngine:
    model = ServiceModel(capacity=100, startup=0.2)
    web = SimulatedService(WEB, Load(), model, host_port=8080, origin=origin)
    free = replace(web, service=ServiceId("shop", "worker"), host_port=None)
    return SimulatedEngine(Clock().now, World((web, replace(web, service=API, origin=None), free)))


async def test_it_is_made_from_the_files_the_containers_name(tmp_path: Path) -> None:
    (tmp_path / "my shop.yaml").write_text(FILE)
    origin = Origin(str(tmp_path), (f"{tmp_path}/my shop.yaml",))
    async with daemon_on(engine(origin), tmp_path / "home") as daemon:
        found = await daemon.office.override("shop/web")
        assert found.text and "web-lb:" in found.text and found.why is None
        assert found.command == f"docktor make-scalable web --compose-file '{tmp_path}/my shop.yaml'"
        assert found.file == f"{tmp_path}/docktor.web.yaml"
        (tmp_path / "my shop.yaml").unlink()
        gone = await daemon.office.override("web")
        assert gone.text is None and gone.command == found.command
        assert gone.why == f"its Compose file {tmp_path}/my shop.yaml can't be read from where Docktor runs"
        unnamed = await daemon.office.override("api")
        assert (unnamed.text, unnamed.command) == (None, "docktor make-scalable api")
        assert unnamed.why == "this is the simulated engine: there is no Compose file to change"
        free = await daemon.office.override("worker")
        assert (free.text, free.why) == (None, "worker needs nothing: it can have replicas as it is")
        with pytest.raises(ServiceNotFoundError):
            await daemon.office.override("nobody")


async def test_nobody_says_what_it_is_made_from() -> None:
    cures, service = Cures(), ServiceId("shop", "web")
    found = await cures.look(service, None, "compose")
    assert found.why == "nothing of it runs, so nobody says which Compose files it is made from"
    state = await engine(None).state(WEB)
    found = await cures.look(service, state, "compose")
    assert found.why == "its containers don't say which Compose files they are made from"


async def test_a_name_that_would_upset_a_terminal_is_not_in_the_command() -> None:
    state = await engine(Origin("/", ("/a\x1b[2J.yaml",))).state(WEB)
    found = await Cures().look(WEB, state, "compose")
    assert found.command == "docktor make-scalable web"
    assert found.why and "\x1b" not in found.why
