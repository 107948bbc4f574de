"""A service's entry in docktor.yaml, read and changed over HTTP, on a real daemon."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from docktor.api.app import create_app
from docktor.api.client import Client
from docktor.api.server import Server
from docktor.errors import ConfigError
from docktor.runtime.daemon import Daemon, DaemonOptions

FILE = """\
version: "1"
project: shop   # ours
services:
  # the shop window
  - name: web
    max_replicas: 8   # as many as fit
    target: {metric: cpu.avg, value: 60}
  - name: worker
    min_replicas: 1
    target: {metric: queue.backlog, value: 100}
    queue: {kind: rabbitmq, url: "http://guest:${RABBIT}@127.0.0.1:9", queue: jobs, timeout: 1}   # the broker
"""
SECRET = "correct-horse"
WEB, WORKER = "/api/projects/shop/services/web", "/api/projects/shop/services/worker"
TARGET: Any = {"metric": "cpu.avg", "value": 60}
Start = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Starts a daemon on what docktor.yaml then says."""

    @asynccontextmanager
    async def started(text: str | None, **more: Any) -> AsyncIterator[httpx2.AsyncClient]:
        if text is not None:
            (tmp_path / "docktor.yaml").write_text(text)
        home = tmp_path / "home"
        options = DaemonOptions(home=home, engine="simulated", environment={"RABBIT": SECRET}, cwd=tmp_path, **more)
        daemon = await Daemon.open(options)
        server = Server(create_app(daemon.office), uds=home / "docktor.sock")
        await server.start()
        running = asyncio.create_task(daemon.run())
        transport = httpx2.AsyncHTTPTransport(uds=str(server.uds))
        async with httpx2.AsyncClient(transport=transport, base_url="http://docktor", timeout=30) as client:
            try:
                await listed(client)
                yield client
            finally:
                await daemon.office.stop()
                await running
        await server.stop()
        await daemon.close()

    return started


async def listed(http: httpx2.AsyncClient) -> None:
    for _ in range(200):
        if (await http.get("/api/projects")).json():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("no project is ever listed")


async def detail(http: httpx2.AsyncClient, path: str = WEB) -> Any:
    answer = await http.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def put(http: httpx2.AsyncClient, entry: Mapping[str, Any], path: str = WEB) -> Any:
    answer = await http.put(f"{path}/rules", json=entry)
    assert answer.status_code == 200, answer.text
    return answer.json()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def said(http: httpx2.AsyncClient) -> list[str]:
    events = (await http.get("/api/events")).json()["events"]
    return [event["text"] for event in events if event["kind"] == "config" and event["service"]]


async def test_another_entry_is_in_force_at_once_and_written_down(start: Start, tmp_path: Path) -> None:
    async with start(FILE) as http:
        before = await detail(http)
        assert before["entry"] == {"name": "web", "max_replicas": 8, "target": TARGET}
        assert before["origin"] == "docktor.yaml"
        after = await put(http, {**before["entry"], "max_replicas": 12, "mode": "observe"})
        assert (
            after["entry"]
            == (await detail(http))["entry"]
            == {**before["entry"], "max_replicas": 12, "mode": "observe"}
        )
        assert (after["service"]["max"], after["service"]["mode"]) == (12, "observe")
        assert {"path": "max_replicas", "value": 12, "source": "docktor.yaml"} in after["settings"]
        assert (tmp_path / "docktor.yaml").read_text() == FILE.replace("max_replicas: 8 ", "max_replicas: 12 ").replace(
            "value: 60}\n", "value: 60}\n    mode: observe\n"
        )
        (text,) = await said(http)
        assert text.startswith("shop/web: rules set by person: max_replicas is 12 instead of 8, mode is observe, in ")


FAULTS: dict[str, tuple[Any, list[str]]] = {
    "an op": (
        {"rules": {"scale_up_when": [{"metric": "cpu.avg", "op": "=>", "value": 5}]}},
        ["rules.scale_up_when[0].op"],
    ),
    "several": (
        {"min_replica": 1, "max_replicas": "9", "target": {"metric": "cpu", "value": 1}},
        ["max_replicas", "min_replica", "target.metric"],
    ),
    "no rules": ({"max_replicas": 3}, [""]),
    "a literal secret": (
        {"target": TARGET, "queue": {"kind": "rabbitmq", "url": f"http://guest:{SECRET}@h:1", "queue": "q"}},
        ["queue.url"],
    ),
    "an unset reference": ({"target": TARGET, "queue": {"kind": "nats", "url": "${NOT_SET}"}}, ["queue", "queue.url"]),
    "another's name": ({"name": "worker", "target": TARGET}, ["name"]),
    "no mapping": ([1], ["body"]),
}


@pytest.mark.parametrize(("body", "paths"), FAULTS.values(), ids=FAULTS)
async def test_what_is_faulty_is_422_and_changes_nothing(
    start: Start, tmp_path: Path, body: Any, paths: list[str]
) -> None:
    async with start(FILE) as http:
        before = await detail(http)
        answer = await http.put(f"{WEB}/rules", json=body)
        assert answer.status_code == 422, answer.text
        found = [one["path"] for one in answer.json()["problems"]]
        assert sorted(set(found)) == sorted(paths)
        assert SECRET not in answer.text
        assert (tmp_path / "docktor.yaml").read_text() == FILE
        assert names_in(tmp_path) == ["docktor.yaml", "home"]
        after = await detail(http)
        assert (after["entry"], after["settings"]) == (before["entry"], before["settings"])
        assert await said(http) == []


async def test_secrets_go_out_and_come_back_as_they_are_written(start: Start, tmp_path: Path) -> None:
    async with start(FILE) as http:
        answer = await http.get(WORKER)
        assert SECRET not in answer.text
        entry = answer.json()["entry"]
        assert entry["queue"]["url"] in ("http://***@127.0.0.1:9", "http://guest:${RABBIT}@127.0.0.1:9")
        changed = await http.put(f"{WORKER}/rules", json={**entry, "queue": {**entry["queue"], "queue": "mail"}})
        assert changed.status_code == 200 and SECRET not in changed.text
        assert (tmp_path / "docktor.yaml").read_text() == FILE.replace("queue: jobs", "queue: mail")
        assert SECRET not in (await http.get("/api/events")).text


async def test_a_service_nobody_named_gets_a_file(start: Start, tmp_path: Path) -> None:
    async with start(None) as http:
        path = "/api/projects/demo/services"
        bare = await detail(http, f"{path}/db")
        assert (bare["origin"], bare["service"]["managed"]) == ("none", False)
        assert bare["entry"] == {
            "name": "db",
            "project": "demo",
            "min_replicas": 1,
            "max_replicas": 10,
            "target": TARGET,
        }
        web = await detail(http, f"{path}/web")
        assert web["entry"]["rules"]["scale_up_when"] == [{"metric": "cpu.avg", "op": ">", "value": 75}]
        after = await put(http, {**web["entry"], "max_replicas": 5}, f"{path}/web")
        assert (after["service"]["max"], after["origin"]) == (5, "docktor.yaml")
        worker = await detail(http, f"{path}/worker")
        assert worker["service"]["managed"] and worker["service"]["max"] == 6  # as before there was a file
        assert (tmp_path / "docktor.yaml").read_text().startswith('version: "1"\nservices:\n  - name: worker\n')
        await put(http, bare["entry"], f"{path}/db")
        assert (await detail(http, f"{path}/db"))["service"]["managed"]
        assert (await http.delete(f"{path}/db/rules")).status_code == 200
    async with start(None) as http:  # on the file that is there now
        assert [(await detail(http, f"{path}/{name}"))["origin"] for name in ("db", "web", "worker")] == [
            "none",
            "docktor.yaml",
            "docktor.yaml",
        ]


async def test_removed_it_is_left_alone(start: Start, tmp_path: Path) -> None:
    async with start(FILE) as http:
        answer = await http.delete(f"{WORKER}/rules")
        assert answer.status_code == 200, answer.text
        assert (answer.json()["service"]["managed"], answer.json()["origin"]) == (False, "none")
        assert (tmp_path / "docktor.yaml").read_text() == FILE[: FILE.index("  - name: worker")]
        again = await http.delete(f"{WORKER}/rules")
        assert again.status_code == 422 and "doesn't name shop/worker" in again.json()["detail"]
        last = await http.delete(f"{WEB}/rules")
        assert last.status_code == 200
        assert (tmp_path / "docktor.yaml").read_text().endswith("services: []\n")
        assert (await said(http))[0].startswith("shop/worker: rules removed by person, from ")
        await put(http, {"target": TARGET})
        assert (await detail(http))["service"]["managed"]


async def test_a_file_that_leaves_everything_to_labels(start: Start, tmp_path: Path) -> None:
    async with start("services: []  # labels\n") as http:
        path = "/api/projects/demo/services"
        bare = await detail(http, f"{path}/db")
        assert (bare["origin"], bare["service"]["managed"]) == ("none", False)
        after = await put(http, bare["entry"], f"{path}/db")
        assert (after["origin"], after["service"]["managed"]) == ("docktor.yaml", True)
        text = (tmp_path / "docktor.yaml").read_text()
        assert text.startswith("services:  # labels\n  - name: web\n    project: demo\n")
        assert (await detail(http, f"{path}/worker"))["service"]["managed"]


async def test_the_form_for_one_service(start: Start, tmp_path: Path) -> None:
    async with start("project: shop\nservice: web  # it\nscaling: {max_replicas: 4}\n") as http:
        found = await detail(http)
        assert found["origin"] == "docktor.yaml" and found["entry"]["max_replicas"] == 4
        after = await put(http, {**found["entry"], "max_replicas": 6})
        assert after["service"]["max"] == 6
        assert (tmp_path / "docktor.yaml").read_text() == (
            "project: shop\nservice: web  # it\nscaling: {max_replicas: 6}\n"
        )
        answer = await http.put(f"{WEB}/rules", json={"target": TARGET})
        assert answer.status_code == 422 and answer.json()["problems"][0]["path"] == "target"
        assert (await http.delete(f"{WEB}/rules")).status_code == 422


async def test_a_faulty_file_is_not_written_over(start: Start, tmp_path: Path) -> None:
    async with start(FILE) as http:
        for text in (FILE.replace("min_replicas: 1", "min_replicas: one"), "services: {", FILE + "  - {}\n"):
            (tmp_path / "docktor.yaml").write_text(text)
            answer = await http.put(f"{WEB}/rules", json={"target": TARGET, "max_replicas": 9})
            assert answer.status_code == 422, answer.text
            assert (tmp_path / "docktor.yaml").read_text() == text
            assert (await detail(http))["service"]["max"] == 8


async def test_edits_at_the_same_time_all_count(start: Start) -> None:
    async with start(FILE) as http:
        edits = [put(http, {"target": TARGET, "max_replicas": most}) for most in (5, 6, 7)]
        worker = (await detail(http, WORKER))["entry"]
        others = [put(http, {**worker, "max_replicas": most}, WORKER) for most in (15, 16, 17)]
        await asyncio.gather(*edits, *others)
        assert (await detail(http))["service"]["max"] in (5, 6, 7)
        assert (await detail(http, WORKER))["service"]["max"] in (15, 16, 17)
        assert len(await said(http)) == 6


async def test_a_mode_that_is_written_counts_more_than_one_set_before(start: Start) -> None:
    async with start(FILE) as http:
        await http.post(f"{WEB}/mode", json={"mode": "off"})
        kept = await put(http, {"target": TARGET, "max_replicas": 9})
        assert kept["service"]["mode"] == "off"  # nothing was said of it
        after = await put(http, {"target": TARGET, "max_replicas": 9, "mode": "review"})
        assert after["service"]["mode"] == "review"


async def test_a_mode_of_one_direction_that_is_written_does_so_too(start: Start) -> None:
    entry = {"target": TARGET, "mode": {"up": "auto", "down": "review"}}
    async with start(FILE) as http:
        assert (await put(http, entry))["service"]["mode"] == "up auto, down review"
        await http.post(f"{WEB}/mode", json={"mode": {"up": "observe", "down": "off"}})
        kept = await put(http, {**entry, "max_replicas": 9})
        assert kept["service"]["mode"] == "up observe, down off"  # nothing was said of it
        assert {"path": "mode", "value": "up observe, down off", "source": "person"} in kept["settings"]
        after = await put(http, {**entry, "max_replicas": 9, "mode": {"up": "auto", "down": "observe"}})
        assert after["service"]["mode"] == "up auto, down observe"


async def test_a_daemon_for_one_service_changes_no_other(start: Start, tmp_path: Path) -> None:
    async with start(FILE, service="web") as http:
        await put(http, {"target": TARGET, "max_replicas": 9})
        answer = await http.put(f"{WORKER}/rules", json={"target": TARGET})
        assert answer.status_code in (400, 404)
        assert "guest:${RABBIT}" in (tmp_path / "docktor.yaml").read_text()


async def test_the_client_speaks_of_rules(start: Start, tmp_path: Path) -> None:
    async with start(FILE):
        with Client(tmp_path / "home" / "docktor.sock") as client:
            entry = (await asyncio.to_thread(client.service, "web")).entry
            found = await asyncio.to_thread(client.set_rules, "web", {**entry, "max_replicas": 9})
            assert (found.service.max, found.origin) == (9, "docktor.yaml")
            with pytest.raises(ConfigError) as caught:
                await asyncio.to_thread(client.set_rules, "web", {"target": {"metric": "cpu", "value": 1}})
            assert [one.path for one in caught.value.problems] == ["target.metric"]
            gone = await asyncio.to_thread(client.remove_rules, "web")
            assert not gone.service.managed
