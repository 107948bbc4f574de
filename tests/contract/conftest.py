"""`rig`: every contract test runs once on each engine."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import MakeProject
from tests.contract.rigs import DockerRig, Rig, SimulatedRig, compose_content


@pytest.fixture(params=["simulated", pytest.param("docker", marks=pytest.mark.engine)])
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    made: Rig
    if request.param == "simulated":
        made = SimulatedRig()
    else:
        make: MakeProject = request.getfixturevalue("project")
        compose = make("")
        compose.write(compose_content(f"{compose.name}-one"))
        compose.up()
        made = DockerRig(compose)
    yield made
    await made.engine.close()
