"""Whose a service is, by what the engine lists of its containers."""

import pytest

from docktor.core.world import RunState
from docktor.engine.docker.offlimits import off_limits
from docktor.engine.docker.wire import Json
from tests.unit.engine.inspects import LABEL

EXTENSION = {"com.docker.desktop.extension": "true", "com.docker.desktop.extension.name": "Volumes"}


def row(id_: str, project: str = "shop", service: str = "web", *, state: str = "running", **labels: str) -> Json:
    composed = {LABEL + "project": project, LABEL + "service": service, LABEL + "container-number": "1"}
    return {"Id": id_, "Names": [f"/{project}-{service}-1"], "State": state, "Labels": composed | labels}


def nobody(row: Json) -> bool:
    return False


def test_what_is_a_persons_is_not_among_them() -> None:
    assert off_limits([row("a"), row("b", service="db")], nobody) == []


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (row("a", **EXTENSION), "Volumes"),
        (row("a", **{"com.docker.desktop.extension": ""}), "shop"),
        (row("a", project="me_tool-desktop-extension"), "me_tool-desktop-extension"),
    ],
)
def test_an_extensions(found: Json, name: str) -> None:
    [state] = off_limits([found, row("b", project="other")], nobody)
    assert state.off_limits and f"belongs to {name}, an extension" in (state.unscalable or "")
    assert not state.labels, "what its labels ask for must not be heeded"
    assert [(one.id, one.number, one.state) for one in state.replicas] == [("a", 1, RunState.RUNNING)]


def test_its_own_whichever_container_that_is_in() -> None:
    [state] = off_limits([row("a"), row("b", state="hibernating")], lambda row: row["Id"] == "b")
    assert state.off_limits and "is Docktor itself" in (state.unscalable or "")
    assert [one.state for one in state.replicas] == [RunState.RUNNING, RunState.DEAD]


def test_a_service_with_one_container_of_a_person_is_a_persons() -> None:
    assert off_limits([row("a", **EXTENSION), row("b")], nobody) == []
