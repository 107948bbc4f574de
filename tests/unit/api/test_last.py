"""Each service tells what was last decided about it, also after a restart."""

from pathlib import Path
from typing import Any

from tests.serving import Served, serving

WEB = "/api/projects/demo/services/web"


async def services(served: Served) -> dict[str, dict[str, Any]]:
    (project,) = (await served.http.get("/api/projects")).json()
    return {service["name"]: service for service in project["services"]}


async def test_the_last_decision_is_told_in_a_sentence(tmp_path: Path) -> None:
    async with serving(tmp_path) as it:
        for path in (WEB, "/api/projects/demo/services/worker"):
            await it.http.post(f"{path}/hold", json={"minutes": 60})
        decision = (await it.http.post(f"{WEB}/scale", json={"replicas": 4, "reason": "a test"})).json()
        told = (await services(it))["web"]["last"]
        assert told == (await it.http.get(WEB)).json()["service"]["last"]
        assert told == {"id": decision["id"], "at": decision["timestamp"], "text": told["text"]}
        assert told["text"].endswith(f"→ 4: {decision['reason']}") and "demo/web" not in told["text"]
        before = {name: service["last"] for name, service in (await services(it)).items()}
    async with serving(tmp_path) as it:
        after = {name: service["last"] for name, service in (await services(it)).items()}
        assert after["web"] == before["web"]
        assert (await it.http.get(f"/api/decisions/{told['id']}")).status_code == 200


async def test_nothing_is_told_where_nothing_was_decided(served: Served) -> None:
    told = await services(served)
    decided = {one["id"]: one["service"] for one in (await served.http.get("/api/decisions")).json()}
    for name, service in told.items():
        last = service["last"]
        assert last is None or decided[last["id"]] == name
