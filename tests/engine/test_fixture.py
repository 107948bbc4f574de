"""The project fixture itself: a real project comes up, Compose sees it, and it is gone afterwards."""

import pytest

from tests.compose_project import BUSYBOX, EngineNetwork, docker, remove_leftovers
from tests.conftest import MakeProject

WEB: dict[str, object] = {
    "services": {
        "web": {
            "image": BUSYBOX,
            "command": ["httpd", "-f", "-p", "8080", "-h", "/etc"],
            "ports": ["127.0.0.1::8080"],
        }
    }
}


@pytest.mark.engine
def test_a_project_comes_up_and_its_port_answers(project: MakeProject, engine_network: EngineNetwork) -> None:
    web = project(WEB)
    web.up("--scale", "web=2")
    assert len(web.ps_ids("web")) == 2
    address = web.compose("port", "web", "8080").stdout.strip()
    assert "root" in engine_network.get(f"http://{address}/passwd")


@pytest.mark.engine
def test_what_a_project_leaves_is_found_and_removed(project: MakeProject) -> None:
    web = project(WEB)
    web.up()
    (container,) = web.ps_ids("web")
    left = remove_leftovers(web.name)
    assert [line.split()[0] for line in left] == ["container", "network"]
    assert docker("inspect", container, check=False).returncode != 0
