"""Labels decide what a container is; what is read from it; when an inspect may be used again."""

from datetime import UTC, datetime

import pytest

from docktor.compose import labels as names
from docktor.core.world import Health, Origin, RunState, ServiceId
from docktor.engine.docker.events import event_of
from docktor.engine.docker.find import _Kept, _still_true, cpu_limit, project_states, replica, service_state
from docktor.engine.docker.marks import Marks
from docktor.engine.docker.own import own_ids
from docktor.engine.docker.wire import Json, service_of, time_of
from tests.unit.engine.inspects import LABEL, WEB, labelled, rich, small

ID = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("host_config", "cores"),
    [
        ({"NanoCpus": 500_000_000, "CpuQuota": 1, "CpusetCpus": "0-3"}, 0.5),
        ({"CpuQuota": 150_000, "CpuPeriod": 50_000}, 3.0),
        ({"CpuQuota": 50_000, "CpuPeriod": 0, "CpusetCpus": "0-3"}, 0.5),
        ({"CpuQuota": -1, "CpusetCpus": "0-2,5,5, 7"}, 5.0),
        ({"CpusetCpus": ""}, None),
        ({"NanoCpus": 0, "CpuQuota": 0}, None),
        ({}, None),
    ],
)
def test_cpu_limit(host_config: Json, cores: float | None) -> None:
    assert cpu_limit(host_config) == cores


@pytest.mark.parametrize(("memory", "limit"), [(256 * 1024**2, 256 * 1024**2), (0, None), (None, None)])
def test_memory_limit(memory: int | None, limit: int | None) -> None:
    inspect = small(1)
    inspect["HostConfig"] = {**(inspect.get("HostConfig") or {}), "Memory": memory}
    assert replica(inspect).memory_limit == limit


def test_a_replica() -> None:
    found = replica(rich())
    assert (found.name, found.number, found.state, found.health) == (
        "shop-web-2",
        2,
        RunState.RUNNING,
        Health.HEALTHY,
    )
    assert found.started_at == datetime(2026, 11, 23, 19, 17, 6, 413989, UTC)
    assert found.exit_code is None and found.cpu_limit == 0.5 and not found.oom_killed


def test_an_ended_replica_has_an_exit_code_and_no_health() -> None:
    ended = small(1, State__Status="exited", State__ExitCode=137, State__OOMKilled=True, RestartCount=3)
    ended["State"]["Health"] = {"Status": "unhealthy"}
    ended["State"]["FinishedAt"] = "2026-11-23T10:02:00.123456789Z"
    found = replica(ended)
    assert found.finished_at == datetime(2026, 11, 23, 10, 2, 0, 123456, UTC)
    assert (found.exit_code, found.oom_killed, found.restarts, found.health) == (137, True, 3, Health.NONE)


def test_never_started_and_unknown_states() -> None:
    never = "0001-01-01T00:00:00Z"
    assert replica(small(1, State__StartedAt=never)).started_at is None
    assert replica(small(1, State__Status="exited", State__FinishedAt=never)).finished_at is None
    assert replica(small(1, State__FinishedAt="2026-11-23T10:00:30Z")).finished_at is None
    assert replica(small(1, State__Status="hibernating")).state is RunState.DEAD
    assert replica(small(1, State__Health={"Status": "mystery"})).health is Health.NONE


def test_labels_of_the_newest_without_our_own_mark() -> None:
    old, new = small(1), small(2)
    old["Config"]["Labels"] |= {"docktor.max": "3"}
    new["Config"]["Labels"] |= {"docktor.max": "9", "docktor.op": "op-1", "team": "x"}
    state = service_state(WEB, [old, new])
    assert dict(state.labels) == {"docktor.max": "9"} and state.unscalable is None


def test_where_compose_was_run_and_what_it_read() -> None:
    old, new = small(1), small(2)
    assert service_state(WEB, [old, new]).origin is None
    old["Config"]["Labels"] |= {names.CONFIG_FILES: "/srv/old.yaml"}
    new["Config"]["Labels"] |= {names.CONFIG_FILES: "/srv/a.yaml,/srv/b.yaml", names.WORKING_DIR: "/srv"}
    assert service_state(WEB, [old, new]).origin == Origin("/srv", ("/srv/a.yaml", "/srv/b.yaml"))
    assert service_state(WEB, [old]).origin == Origin("", ("/srv/old.yaml",))


def test_projects_and_services_are_sorted() -> None:
    services = {ServiceId("b", "y"): [small(1)], ServiceId("a", "z"): [small(1)], ServiceId("b", "x"): [small(1)]}
    found = [(one.name, one.kind, [str(each.service) for each in one.services]) for one in project_states(services)]
    assert found == [("a", "compose", ["a/z"]), ("b", "compose", ["b/x", "b/y"])]


@pytest.mark.parametrize(
    ("labels", "service"),
    [
        ({"project": "p", "service": "s", "oneoff": "False"}, ServiceId("p", "s")),
        ({"project": "p", "service": "s"}, ServiceId("p", "s")),
        ({"project": "p", "service": "s", "oneoff": "True"}, None),
        ({"project": "p"}, None),
        ({"service": "s"}, None),
        ({"project": "docktor_docktor-desktop-extension", "service": "s"}, None),
    ],
)
def test_what_is_a_service(labels: dict[str, str], service: ServiceId | None) -> None:
    assert service_of({LABEL + key: value for key, value in labels.items()}) == service


def test_extensions_are_no_services() -> None:
    labels = small(1)["Config"]["Labels"] | {"com.docker.desktop.extension": "true"}
    assert service_of(labels) is None


def row(state: str, status: str) -> Json:
    return {"Id": ID, "State": state, "Status": status}


@pytest.mark.parametrize(
    ("status", "age", "now", "usable"),
    [
        ("Up 5 seconds", 10, "Up 15 seconds", True),
        ("Up 5 seconds", 10, "Up 9 seconds", False),  # restarted since
        ("Up 5 seconds", 10, "Up 11 seconds", False),  # too close to tell
        ("Up 2 minutes", 40, "Up 3 minutes", True),
        ("Up 2 minutes", 40, "Up Less than a second", False),
        ("Up 2 minutes", 40, "Up 20 seconds", False),
        ("Up About an hour", 40, "Up About an hour", True),
        ("Up 2 minutes (healthy)", 5, "Up 2 minutes (healthy)", True),
        ("Up 2 minutes (healthy)", 5, "Up 2 minutes (unhealthy)", False),
        ("Up 2 minutes (health: starting)", 5, "Up 2 minutes (healthy)", False),
        ("Up 2 minutes", 5, "Up 2 minutes (Paused)", False),
    ],
)
def test_an_inspect_is_used_again_only_while_the_list_proves_it(
    status: str, age: float, now: str, usable: bool
) -> None:
    kept = _Kept(small(1), "running", status, at=100.0)
    assert _still_true(kept, row("running", now), 100.0 + age) is usable


def test_another_state_is_another_inspect() -> None:
    kept = _Kept(small(1), "running", "Up 2 minutes", at=100.0)
    assert not _still_true(kept, row("exited", "Exited (0) 2 minutes ago"), 101.0)
    ended = _Kept(small(1, State__Status="exited"), "exited", "Exited (137) 2 minutes ago", at=100.0)
    assert _still_true(ended, row("exited", "Exited (137) 2 minutes ago"), 130.0)
    assert not _still_true(ended, row("exited", "Exited (1) 10 seconds ago"), 130.0)
    raced = _Kept(small(1, State__Status="exited"), "running", "Up 2 minutes", at=100.0)
    assert not _still_true(raced, row("running", "Up 2 minutes"), 101.0)
    restarting = _Kept(small(1, State__Status="restarting"), "restarting", "Restarting (1) 2 seconds ago", at=100.0)
    assert not _still_true(restarting, row("restarting", "Restarting (1) 2 seconds ago"), 100.0)


def test_own_container() -> None:
    mount = f"636 615 254:0 /var/lib/docker/containers/{ID}/hostname /etc/hostname rw - ext4 /dev/vda rw"
    assert own_ids("box", mount, "") == {ID}
    assert own_ids("0123456789ab", "", "") == {"0123456789ab"}
    assert own_ids("box", "", f"4:memory:/docker/{ID}") == {ID}
    assert own_ids("box", "", f"0::/system.slice/docker-{ID}.scope") == {ID}


def test_a_machine_that_runs_the_engine_is_no_container() -> None:
    host = f"700 29 0:60 / /var/lib/docker/containers/{ID}/mounts/shm rw - tmpfs shm rw"
    assert own_ids("server", host, "0::/user.slice") == frozenset()


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-23T10:00:00.5+02:00", datetime(2026, 11, 23, 8, 0, 0, 500000, UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("2026-11-23T10:00:00", None),
        ("soon", None),
        (None, None),
        (7, None),
    ],
)
def test_times(text: object, at: datetime | None) -> None:
    assert time_of(text) == at


def message(action: str, **attributes: str) -> Json:
    labels = {f"{LABEL}project": "shop", f"{LABEL}service": "web", "name": "shop-web-1"}
    return {
        "Action": action,
        "timeNano": 1_795_000_000_500_000_000,
        "Actor": {"ID": ID, "Attributes": labels | attributes},
    }


async def test_events() -> None:
    marks = Marks()
    died = event_of(message("die", exitCode="137"), marks)
    assert died is not None and (died.kind, died.detail, died.op_id) == ("die", "exit code 137", None)
    assert (died.service, died.replica, died.at.microsecond) == (WEB, "shop-web-1", 500000)
    sick = event_of(message("health_status: unhealthy"), marks)
    assert sick is not None and (sick.kind, sick.detail) == ("health", "unhealthy")
    assert event_of(message("exec_create: sh"), marks) is None
    assert event_of(message("die", **{f"{LABEL}oneoff": "True"}), marks) is None
    assert event_of({"Action": "die"}, marks) is None


async def test_marks_tell_ours_from_others() -> None:
    marks = Marks()
    marks.starting(ID, "op-1")
    assert (marks.cause(ID, "start"), marks.cause(ID, "die")) == ("op-1", None)
    marks.removing(ID, "op-2")
    assert (marks.cause(ID, "start"), marks.cause(ID, "destroy")) == ("op-1", "op-2")
    with marks.operation("op-3", WEB):
        assert marks.is_active("op-3")
    assert not marks.is_active("op-3") and marks.cause("other", "die") is None


def test_one_without_number_comes_first() -> None:
    assert replica(labelled(small(3), container_number=None)).number == 0
