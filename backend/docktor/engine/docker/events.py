"""The engine's container events, for ever: a lost connection is made again, and said so."""

import asyncio
import json
import random
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime
from typing import Any

from docktor.compose import labels as names
from docktor.engine.base import EngineEvent
from docktor.engine.docker.client import EngineClient
from docktor.engine.docker.marks import Marks
from docktor.engine.docker.wire import service_of
from docktor.errors import TemporaryError

_KINDS = ("start", "die", "oom", "destroy", "pause", "unpause", "health_status")
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 15.0
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)  # of what is no engine's event


async def events(client: EngineClient, marks: Marks) -> AsyncGenerator[EngineEvent, None]:
    """`connected` first on every connection: what happened in between is found by listing, not by replay."""
    filters = {"type": ["container"], "event": list(_KINDS), "label": [names.PROJECT]}
    wait = _FIRST_WAIT
    while True:
        try:
            now = await _engine_time(client)
            async with client.stream("events", {"filters": json.dumps(filters)}) as lines:
                wait = _FIRST_WAIT
                yield EngineEvent("connected", now, None)
                async for line in lines:
                    if event := event_of(json.loads(line), marks):
                        yield event
        except (TemporaryError, *_UNREADABLE):
            pass  # the loop's own calls tell a person why the engine is away
        await asyncio.sleep(random.uniform(wait / 2, wait))
        wait = min(wait * 2, _LONGEST_WAIT)


def event_of(message: Mapping[str, Any], marks: Marks) -> EngineEvent | None:
    """`None` for containers that are no normal ones of Compose. `replica` is the container's name."""
    actor = message.get("Actor") or {}
    attributes = actor.get("Attributes") or {}
    service = service_of(attributes)
    action = str(message.get("Action", ""))
    kind, _, detail = action.partition(": ")
    if service is None or kind not in _KINDS:
        return None
    if kind == "health_status":
        kind = "health"
    if kind == "die":
        detail = f"exit code {attributes.get('exitCode', '?')}"
    return EngineEvent(
        kind=kind,
        at=datetime.fromtimestamp(int(message.get("timeNano", 0)) / 1e9, UTC),
        service=service,
        replica=str(attributes.get("name", "")),
        detail=detail,
        op_id=marks.cause(str(actor.get("ID", "")), kind),
    )


async def _engine_time(client: EngineClient) -> datetime:
    """The engine's own clock, as on every other event."""
    info = await client.get("info")
    return datetime.fromisoformat(info["SystemTime"]).astimezone(UTC)
