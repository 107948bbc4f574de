"""What an interrupted scale left half-made is not counted: it goes, and nobody took a replica away."""

from docktor.core.world import RunState, ServiceId
from docktor.engine.docker.find import service_state
from docktor.engine.docker.wire import Json
from tests.unit.engine.inspects import small


def ours(number: int, state: str) -> Json:
    made = small(number, State__Status=state)
    made["Config"]["Labels"]["docktor.op"] = "op-1"
    return made


def test_a_half_made_container_is_no_replica() -> None:
    found = service_state(ServiceId("shop", "web"), [small(1), ours(2, "running"), ours(3, "created")])
    assert [one.number for one in found.replicas] == [1, 2]


def test_one_that_somebody_else_created_and_one_of_ours_that_ended_are_replicas() -> None:
    inspects = [small(1, State__Status="created"), ours(2, "exited")]
    found = service_state(ServiceId("shop", "web"), inspects)
    assert [one.state for one in found.replicas] == [RunState.CREATED, RunState.EXITED]
