"""The API of a real daemon on the simulated engine, over its unix socket."""

import stat
from typing import Any

import httpx2
import pytest

from tests.serving import Served

WEB = "/api/projects/demo/services/web"
SECRET = "hunter2-do-not-repeat"
SERVICE_KEYS = {
    "project", "name", "kind", "managed", "mode", "state", "reason", "replicas", "ready", "desired", "min", "max",
    "metrics", "next_check_s", "unscalable",
}  # fmt: skip
DECISION_KEYS = {
    "id", "timestamp", "iteration", "project", "service", "action", "current_replicas", "target_replicas", "reason",
    "avg_cpu", "observations", "rules", "limits", "source", "metadata", "approval", "phase", "took_ms", "error",
    "outcome",
}  # fmt: skip


def problem(answer: httpx2.Response, status: int) -> dict[str, Any]:
    """The problem+json document of an answer that must be one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["title"] and body["detail"]
    return body


async def test_health(served: Served) -> None:
    body = (await served.http.get("/api/health")).json()
    assert body["status"] in ("ok", "degraded")
    assert {"version", "engine", "advisor", "sources", "notifiers"} <= body.keys()
    assert body["engine"]["kind"] == "simulated"


async def test_the_socket_is_private(served: Served) -> None:
    assert stat.S_IMODE(served.sock.stat().st_mode) == 0o600


async def test_projects_hold_services_as_the_contract_says(served: Served) -> None:
    (project,) = (await served.http.get("/api/projects")).json()
    assert (project["name"], project["kind"]) == ("demo", "simulated")
    assert {"web", "worker"} <= {service["name"] for service in project["services"]}
    for service in project["services"]:
        assert service.keys() >= SERVICE_KEYS


async def test_a_service_after_a_check_has_rules_and_replicas(served: Served) -> None:
    checked = (await served.http.post(f"{WEB}/check")).json()
    detail = (await served.http.get(WEB)).json()
    assert detail["service"]["replicas"] == len(detail["replicas"]) > 0
    assert [rule["metric"] for rule in detail["rules"]] == [rule["metric"] for rule in checked["rules"]] != []


async def test_scale_is_a_decision_and_is_found_again(served: Served) -> None:
    answer = await served.http.post(f"{WEB}/scale", json={"replicas": 4, "reason": "a test"})
    decision = answer.json()
    assert answer.status_code == 200, answer.text
    assert decision.keys() == DECISION_KEYS
    assert (decision["target_replicas"], decision["source"], decision["phase"]) == (4, "person", "done")
    assert (await served.http.post(f"{WEB}/check")).json()["service"]["replicas"] == 4
    again = (await served.http.get(f"/api/decisions/{decision['id']}")).json()
    assert again == decision
    for wanted, there in (
        ({"q": "A TEST"}, True), ({"q": "demo/web"}, True), ({"q": "a%test"}, False), ({"q": ""}, True),
        ({"phase": "done", "source": "person"}, True), ({"phase": "failed"}, False), ({"source": "advisor"}, False),
        ({"since": decision["timestamp"]}, True), ({"since": "2999-01-01T00:00:00+05:30"}, False),
    ):  # fmt: skip
        found = (await served.http.get("/api/decisions", params=wanted)).json()
        assert (decision["id"] in [one["id"] for one in found]) == there, wanted
    for wrong in (
        {"q": "x" * 201}, {"phase": "x"}, {"source": ""}, {"since": "2026-03-01"}, {"since": "2026-03-01T12:00:00"},
        {"since": "0.5"},        {"since": "0001-01-01T00:00:00+14:00"},
    ):  # fmt: skip
        problem(await served.http.get("/api/decisions", params=wrong), 422)
    told = (await served.http.get(f"/api/decisions/{decision['id']}/explain")).json()
    assert told.keys() == {"text"} and told["text"].startswith(f"#{decision['id']}  ")
    assert "a test" in told["text"] and "\n  result  done in " in told["text"]
    problem(await served.http.get("/api/decisions/999999/explain"), 404)
    query = {"project": "demo", "service": "web", "action": decision["action"], "limit": 1}
    (latest,) = (await served.http.get("/api/decisions", params=query)).json()
    assert latest["id"] >= decision["id"]
    older = (await served.http.get("/api/decisions", params={"before": decision["id"]})).json()
    assert all(one["id"] < decision["id"] for one in older)


async def test_beyond_the_limits_is_409_with_the_limit(served: Served) -> None:
    body = problem(await served.http.post(f"{WEB}/scale", json={"replicas": 9000}), 409)
    assert "max_replicas" in body["detail"]
    assert body["code"]


async def test_hold_resume_and_mode(served: Served) -> None:
    held = (await served.http.post(f"{WEB}/hold", json={"minutes": 10, "reason": "tests"})).json()
    assert held["hold"]["reason"] == "tests"
    assert held["service"]["state"] == "held"
    resumed = (await served.http.delete(f"{WEB}/hold")).json()
    assert resumed["hold"] is None
    changed = (await served.http.post(f"{WEB}/mode", json={"mode": "observe"})).json()
    assert changed["service"]["mode"] == "observe"
    two = {"mode": {"down": "review", "up": "auto"}}
    assert (await served.http.post(f"{WEB}/mode", json=two)).json()["service"]["mode"] == "up auto, down review"
    same = {"mode": {"down": "auto", "up": "auto"}}
    assert (await served.http.post(f"{WEB}/mode", json=same)).json()["service"]["mode"] == "auto"
    told = [one["text"] for one in (await served.http.get("/api/events")).json()["events"]]
    assert "demo/web mode up auto, down review, set by person" in told


async def test_metrics_are_series(served: Served) -> None:
    answer = await served.http.get(f"{WEB}/metrics", params={"minutes": 5, "points": 60})
    assert answer.status_code == 200
    for series in answer.json():
        assert series.keys() == {"metric", "points"}


@pytest.mark.parametrize("path", [WEB.replace("web", "zip"), "/api/projects/no/services/web"])
async def test_an_unknown_service_is_404(served: Served, path: str) -> None:
    assert problem(await served.http.get(path), 404)["code"] == "service-not-found"


async def test_an_unknown_decision_path_and_method_are_problems_too(served: Served) -> None:
    assert "4711" in problem(await served.http.get("/api/decisions/4711"), 404)["detail"]
    problem(await served.http.get("/api/nothing"), 404)
    answer = await served.http.put("/api/projects")
    problem(answer, 405)
    assert answer.headers["allow"] == "GET"
    assert (await served.http.put(f"{WEB}/hold")).headers["allow"] == "DELETE, POST"


@pytest.mark.parametrize(
    ("path", "body", "fault"),
    [
        ("scale", {"replicas": SECRET}, "replicas"),
        ("scale", {"replicas": -1}, "replicas"),
        ("scale", {"replicas": True}, "replicas"),
        ("scale", {"replicas": 2.5}, "replicas"),
        ("scale", {"replicas": "2"}, "replicas"),
        ("scale", {"reason": SECRET}, "replicas"),
        ("scale", {"replicas": 2, "reason": SECRET * 100}, "reason"),
        ("scale", {"replicas": 2, "extra": SECRET}, "extra"),
        ("scale", [SECRET], "body"),
        ("hold", {"minutes": 0}, "minutes"),
        ("hold", {"minutes": SECRET}, "minutes"),
        ("mode", {"mode": SECRET}, "mode"),
        ("mode", {"mode": None}, "mode"),
        ("mode", {"mode": [SECRET]}, "mode"),
        ("mode", {}, "mode"),
        ("mode", {"mode": {"up": "auto", "down": SECRET}}, "mode.down"),
        ("mode", {"mode": {"up": {"up": "auto"}, "down": "auto"}}, "mode.up"),
        ("mode", {"mode": {"down": "auto"}}, "mode.up"),
        ("mode", {"mode": {"up": "auto", "down": "off", "left": SECRET}}, "mode.left"),
        ("mode", {"mode": {"up": "auto", "down": "off", SECRET: "auto"}}, "mode.(a field)"),
        ("mode", {"mode": "auto", "up": "auto"}, "up"),
    ],
)
async def test_invalid_input_is_422_and_never_repeated(served: Served, path: str, body: object, fault: str) -> None:
    answer = await served.http.post(f"{WEB}/{path}", json=body)
    assert [one["path"] for one in problem(answer, 422)["problems"]] == [fault]
    assert SECRET not in answer.text


@pytest.mark.parametrize(
    "content",
    [b"{", b"", b"\xff\xfe", f'{{"replicas": {SECRET}}}'.encode(), b'{"minutes": NaN}', b"null", b"\xc3", b"[" * 9999],
)
async def test_a_body_that_is_not_json_is_422(served: Served, content: bytes) -> None:
    answer = await served.http.post(f"{WEB}/hold", content=content, headers={"Content-Type": "application/json"})
    problem(answer, 422)
    assert SECRET not in answer.text


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (f"{WEB}/metrics", {"minutes": "nan"}),
        (f"{WEB}/metrics", {"minutes": "-1"}),
        (f"{WEB}/metrics", {"points": "59"}),
        (f"{WEB}/metrics", {"points": "2001"}),
        ("/api/decisions", {"limit": "0"}),
        ("/api/decisions", {"limit": "1001"}),
        ("/api/decisions", {"action": SECRET}),
        ("/api/decisions", {"before": "99999999999999999999"}),
        ("/api/decisions/99999999999999999999", {}),
        ("/api/events", {"after": "-1"}),
    ],
)
async def test_a_query_out_of_range_is_422(served: Served, path: str, query: dict[str, str]) -> None:
    answer = await served.http.get(path, params=query)
    problem(answer, 422)
    assert SECRET not in answer.text


async def test_a_body_over_the_limit_is_413(served: Served) -> None:
    answer = await served.http.post(f"{WEB}/hold", content=b"x" * (1024 * 1024 + 1))
    problem(answer, 413)


async def test_openapi_names_each_operation_after_its_function(served: Served) -> None:
    document = (await served.http.get("/api/openapi.json")).json()
    names = {method["operationId"] for path in document["paths"].values() for method in path.values()}
    assert {"health", "projects", "service_detail", "scale_service", "events_stream", "stop"} <= names
    schemas = document["components"]["schemas"]
    assert {"HealthView", "ServiceView", "Decision"} <= schemas.keys()
    assert set(schemas["Decision"]["properties"]) == DECISION_KEYS


async def test_stop_ends_the_daemon(served: Served) -> None:
    answer = await served.http.post("/api/stop")
    assert (answer.status_code, answer.json()) == (202, {"stopping": True})


async def test_the_kinds_of_sources_come_with_forms(served: Served) -> None:
    found = {one["kind"]: one for one in (await served.http.get("/api/providers")).json()}
    assert {"nats", "rabbitmq", "kafka", "redis-streams", "sqs", "prometheus", "http-json"} <= found.keys()
    for one in found.values():
        assert one["about"]
        assert one["install"] is None
        assert all("description" in field for field in one["options"]["properties"].values()), one["kind"]


async def test_a_queue_is_tried_as_it_would_stand_in_the_file(served: Served) -> None:
    queue = {"kind": "nats", "url": "nats://127.0.0.1:${PORT:-1}", "stream": "S", "timeout": "2s"}
    (told,) = (await served.http.post("/api/sources/test", json={"queue": queue})).json()
    assert (told["kind"], told["where"], told["state"]) == ("nats", "127.0.0.1:1 S", "down")
    assert told["error"] and not told["numbers"]


async def test_faults_in_a_queue_are_named(served: Served) -> None:
    queue = {"kind": "nats", "stram": "S", "password": SECRET, "timeout": -1}
    answer = await served.http.post("/api/sources/test", json={"queue": queue})
    body = problem(answer, 422)
    told = {one["path"]: one["message"] for one in body["problems"]}
    assert told.keys() == {"timeout"}  # what belongs to the kind is looked at when the rest is right
    del queue["timeout"]
    body = problem(await served.http.post("/api/sources/test", json={"queue": queue}), 422)
    told = {one["path"]: one["message"] for one in body["problems"]}
    assert told["stram"] == 'unknown field "stram"; did you mean stream?'
    assert "${NAME}" in told["password"]
    assert SECRET not in answer.text + str(body)
    body = problem(await served.http.post("/api/sources/test", json={"queue": {"kind": "natz"}}), 422)
    assert body["problems"][0]["message"] == 'unknown kind "natz"; did you mean nats?'


async def test_what_is_to_be_tried_must_be_said_and_be_there(served: Served) -> None:
    problem(await served.http.post("/api/sources/test", json={}), 422)
    problem(await served.http.post("/api/sources/test", json={"service": "web", "queue": {"kind": "nats"}}), 422)
    body = problem(await served.http.post("/api/sources/test", json={"service": "web"}), 400)
    assert "goes by no source" in body["detail"]
    problem(await served.http.post("/api/sources/test", json={"service": "nobody"}), 404)
