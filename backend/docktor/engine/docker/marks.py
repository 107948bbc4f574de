"""Which operation of ours caused which event, and which operations are under way."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from docktor.core.world import ServiceId

_KEPT = 60.0
_STARTING = ("start",)
_STOPPING = ("die", "oom")
_REMOVING = (*_STOPPING, "destroy")


class Marks:
    """Kept in memory for a minute: an event of ours that comes later than that is taken for somebody else's."""

    def __init__(self) -> None:
        self._marks: OrderedDict[tuple[str, str], tuple[str, float]] = OrderedDict()
        self._active: dict[str, ServiceId] = {}

    @contextmanager
    def operation(self, op_id: str, service: ServiceId) -> Iterator[None]:
        self._active[op_id] = service
        try:
            yield
        finally:
            self._active.pop(op_id, None)

    def is_active(self, op_id: str) -> bool:
        return op_id in self._active

    def starting(self, container: str, op_id: str) -> None:
        self._mark(container, _STARTING, op_id)

    def stopping(self, container: str, op_id: str) -> None:
        """To be left as it is: should it be removed, that is somebody else's doing."""
        self._mark(container, _STOPPING, op_id)

    def removing(self, container: str, op_id: str) -> None:
        self._mark(container, _REMOVING, op_id)

    def cause(self, container: str, kind: str) -> str | None:
        """The operation of ours behind this event, `None` when somebody else caused it."""
        mark = self._marks.get((container, kind))
        return mark[0] if mark else None

    def _mark(self, container: str, kinds: Sequence[str], op_id: str) -> None:
        now = asyncio.get_running_loop().time()
        while self._marks and next(iter(self._marks.values()))[1] < now - _KEPT:
            self._marks.popitem(last=False)
        for kind in kinds:
            self._marks[container, kind] = (op_id, now)
            self._marks.move_to_end((container, kind))
