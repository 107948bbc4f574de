"""Decisions in situations alike, over the socket and from a long record."""

import asyncio
from pathlib import Path

import pytest

from docktor.api.client import Client
from docktor.errors import DocktorError
from docktor.memory.home import Home
from docktor.memory.lines import encode
from docktor.memory.store import Store
from docktor.runtime.similar import LOOKED_THROUGH, similar
from tests.serving import Served
from tests.unit.api.test_routes import WEB, problem
from tests.unit.memory.making import NOON, make


async def scaled(served: Served, path: str, replicas: int) -> int:
    answer = await served.http.post(f"{path}/scale", json={"replicas": replicas})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["id"])


async def test_they_come_with_what_came_of_them(served: Served) -> None:
    await scaled(served, WEB.replace("web", "worker"), 3)
    numbers = [await scaled(served, WEB, replicas) for replicas in (3, 4, 3, 4)]
    answer = await served.http.get(f"/api/decisions/{numbers[1]}/similar", params={"limit": 50})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert all(one.keys() == {"similarity", "decision"} for one in found)
    assert {one["decision"]["service"] for one in found} == {"web"}
    assert {numbers[0], *numbers[2:]} <= {one["decision"]["id"] for one in found}  # later ones as well
    assert numbers[1] not in [one["decision"]["id"] for one in found]
    similarities = [one["similarity"] for one in found]
    assert similarities == sorted(similarities, reverse=True) and all(0 <= one <= 1 for one in similarities)
    (first,) = (await served.http.get(f"/api/decisions/{numbers[1]}/similar", params={"limit": 1})).json()
    assert first == found[0]
    assert first["decision"] == (await served.http.get(f"/api/decisions/{first['decision']['id']}")).json()


async def test_of_a_decision_that_is_not_there(served: Served) -> None:
    assert "4711" in problem(await served.http.get("/api/decisions/4711/similar"), 404)["detail"]
    for wrong in ("0", "51", "many"):
        answer = await served.http.get("/api/decisions/1/similar", params={"limit": wrong})
        assert [one["path"] for one in problem(answer, 422)["problems"]] == ["limit"]


async def test_a_client_reads_them(served: Served) -> None:
    numbers = [await scaled(served, WEB, replicas) for replicas in (3, 4)]

    def ask() -> None:
        with Client(served.sock) as client:
            assert numbers[0] in [one.decision.id for one in client.similar(numbers[1], 50)]
            with pytest.raises(DocktorError, match="no decision 4711"):
                client.similar(4711)

    await asyncio.to_thread(ask)


@pytest.mark.parametrize("indexed", [True, False])
async def test_so_many_of_a_long_record_are_looked_through_and_no_more(tmp_path: Path, indexed: bool) -> None:
    home = Home(tmp_path / "home")
    home.create()
    last = LOOKED_THROUGH + 200
    alike = {5, 250, last}
    decisions = [make(n, observations={"cpu.avg": 90.0 if n in alike else 10 + n / last}) for n in range(1, last + 1)]
    home.decisions.write_bytes(b"".join(encode(one) + b"\n" for one in decisions))
    if not indexed:
        home.duckdb.mkdir()
    store = await Store.open(home, NOON)
    found = await similar(store, last, 2)
    assert found is not None
    assert [(one.decision.id, one.similarity == 1) for one in found] == [(250, True), (last - 1, False)]
    assert await similar(store, last + 1, 2) is None
    await store.close()
