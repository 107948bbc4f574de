"""Stopping containers, and removing them with their anonymous volumes (which `docker compose` leaves behind)."""

from docktor.core.world import RunState
from docktor.engine.docker.client import SLOW, EngineApiError, EngineClient
from docktor.engine.docker.marks import Marks
from docktor.engine.docker.wire import Inspect, id_of, state_of

_GONE, _CONFLICT = 404, 409
_DEFAULT_GRACE = 10
_NEVER_STARTED = (RunState.CREATED, RunState.EXITED, RunState.DEAD)


async def remove_gracefully(client: EngineClient, marks: Marks, inspect: Inspect, op_id: str) -> None:
    """Stop it, then remove it. One that is gone already is as good."""
    marks.removing(id_of(inspect), op_id)
    if state_of(inspect) in _NEVER_STARTED or await stop_gracefully(client, inspect):
        await _delete(client, id_of(inspect), force=False)


async def stop_gracefully(client: EngineClient, inspect: Inspect) -> bool:
    """With the container's own stop signal and grace period. False when it is gone."""
    grace = (inspect.get("Config") or {}).get("StopTimeout")
    deadline = float(_DEFAULT_GRACE if grace is None or grace < 0 else grace) + 10
    try:
        await client.post(f"containers/{id_of(inspect)}/stop", deadline=deadline)
    except EngineApiError as error:
        if error.status == _GONE:
            return False
        raise
    return True


async def discard(client: EngineClient, container: str) -> None:
    """At once, whatever it does: for what must not be there."""
    await _delete(client, container, force=True)


async def _delete(client: EngineClient, container: str, *, force: bool) -> None:
    try:
        await client.delete(f"containers/{container}", {"v": "1"} | ({"force": "1"} if force else {}), deadline=SLOW)
    except EngineApiError as error:
        if error.status == _GONE or (error.status == _CONFLICT and "already in progress" in str(error)):
            return
        raise
