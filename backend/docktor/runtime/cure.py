"""What lets a service have replicas that can't have them as it is written, ready to be copied."""

import asyncio
import shlex

from docktor.compose.cure import Cure, cure_of
from docktor.core.world import Origin, ServiceId, ServiceState
from docktor.runtime.views import OverrideView

_NOT_RUNNING = "nothing of it runs, so nobody says which Compose files it is made from"
_UNNAMED = "its containers don't say which Compose files they are made from"
_SIMULATED = "this is the simulated engine: there is no Compose file to change"


class Cures:
    """Reading files may take its time: it is done in a thread, one after the other."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()

    async def look(self, service: ServiceId, state: ServiceState | None, kind: str) -> OverrideView:
        """`state`: `None` when nothing of it runs. `kind`: of its project."""
        origin, reason = state.origin if state else None, _reason(service, state, kind)
        if reason is None and origin is not None:
            async with self._one_at_a_time:
                found = await asyncio.to_thread(cure_of, service, origin)
        else:
            found = Cure(why=reason or _UNNAMED)
        return OverrideView(found.text, _command(service, origin), found.notes, found.why, found.file, found.use)


def _reason(service: ServiceId, state: ServiceState | None, kind: str) -> str | None:
    """Why no file is even looked at."""
    if state is None:
        return _NOT_RUNNING
    if state.unscalable is None:
        return f"{service.name} needs nothing: it can have replicas as it is"
    return _SIMULATED if kind == "simulated" and state.origin is None else None


def _command(service: ServiceId, origin: Origin | None) -> str:
    """It finds one file by itself in its folder; more than that, or a name of their own, must be told."""
    files = origin.files if origin and all(file.isprintable() for file in origin.files) else ()
    told = (f"--compose-file {shlex.quote(file)}" for file in files)
    return " ".join(["docktor make-scalable", shlex.quote(service.name), *told])
