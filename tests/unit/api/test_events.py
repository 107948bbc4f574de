"""The event log as pages and as a stream."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from tests.serving import Served

WEB = "/api/projects/demo/services/web"
Message = dict[str, Any]


async def messages(lines: AsyncIterator[str]) -> AsyncIterator[Message]:
    """Server-sent messages as their fields; `data` is read as JSON, comments are passed over."""
    fields: Message = {}
    async for line in lines:
        if not line:
            if fields:
                yield fields
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = json.loads(value) if name == "data" else value


async def hold(served: Served, reason: str) -> None:
    answer = await served.http.post(f"{WEB}/hold", json={"minutes": 5, "reason": reason})
    assert answer.status_code == 200


async def test_pages_go_on_from_the_cursor(served: Served) -> None:
    first = (await served.http.get("/api/events")).json()
    assert [event["n"] for event in first["events"]] == list(range(1, first["last"] + 1))
    await hold(served, "one")
    second = (await served.http.get("/api/events", params={"after": first["last"]})).json()
    assert second["resync"] is False
    assert min(event["n"] for event in second["events"]) == first["last"] + 1


async def test_a_cursor_of_another_daemon_asks_for_a_resync(served: Served) -> None:
    assert (await served.http.get("/api/events", params={"after": 10**6})).json()["resync"] is True


async def test_the_stream_gives_what_comes_with_its_number(served: Served) -> None:
    async with served.http.stream("GET", "/api/events/stream") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = response.aiter_lines()
        assert await anext(lines) == ": connected"
        await hold(served, "from the stream")
        async for message in messages(lines):
            assert message["id"] == str(message["data"]["n"])
            assert message["event"] == message["data"]["kind"]
            if "from the stream" in message["data"]["text"]:
                break


async def test_the_stream_goes_on_from_last_event_id(served: Served) -> None:
    await hold(served, "before")
    headers = {"Last-Event-ID": "1"}
    async with served.http.stream("GET", "/api/events/stream?after=0", headers=headers) as response:
        async for message in messages(response.aiter_lines()):
            assert message["id"] == "2"
            break


async def test_the_stream_says_that_events_were_missed(served: Served) -> None:
    async with served.http.stream("GET", "/api/events/stream?after=1000000") as response:
        async for message in messages(response.aiter_lines()):
            assert message["event"] == "resync"
            assert message["id"] == str(message["data"]["last"])
            break


async def test_open_streams_end_when_the_server_does(served: Served) -> None:
    async with served.http.stream("GET", "/api/events/stream") as response:
        lines = response.aiter_lines()
        await anext(lines)
        stopping = asyncio.create_task(served.server.stop())
        async for _ in lines:
            pass
        await stopping
    assert not served.sock.exists()
