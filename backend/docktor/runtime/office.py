"""Every verb a person or a program can say to Docktor, once. HTTP, CLI, chat and MCP are thin doors to it."""

from collections.abc import AsyncIterator, Sequence

from docktor.core.model import Decision
from docktor.runtime.views import EventPage, HealthView, LogEvent, ProjectView, Series, ServiceDetail


class Office:
    """`service` is `name` or `project/name`; an ambiguous or unknown one raises ServiceNotFoundError."""

    async def health(self) -> HealthView:
        raise NotImplementedError

    async def projects(self) -> Sequence[ProjectView]:
        raise NotImplementedError

    async def service(self, service: str) -> ServiceDetail:
        raise NotImplementedError

    async def metrics(self, service: str, minutes: float) -> Sequence[Series]:
        raise NotImplementedError

    async def scale(self, service: str, replicas: int, reason: str, by: str) -> Decision:
        """Through the guard. Raises ScaleRefusedError with the limit that stopped it."""
        raise NotImplementedError

    async def hold(self, service: str, minutes: float, reason: str, by: str) -> ServiceDetail:
        raise NotImplementedError

    async def resume(self, service: str, by: str) -> ServiceDetail:
        raise NotImplementedError

    async def set_mode(self, service: str, mode: str, by: str) -> ServiceDetail:
        raise NotImplementedError

    async def check(self, service: str) -> ServiceDetail:
        """Evaluate now; answers after that tick."""
        raise NotImplementedError

    async def decisions(
        self,
        *,
        project: str | None = None,
        service: str | None = None,
        action: str | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[Decision]:
        """Newest first; `before`: ids below it."""
        raise NotImplementedError

    async def decision(self, decision_id: int) -> Decision | None:
        raise NotImplementedError

    async def events(self, after: int) -> EventPage:
        raise NotImplementedError

    def follow(self, after: int) -> AsyncIterator[LogEvent]:
        """Events after the cursor, then new ones as they come, for ever."""
        raise NotImplementedError

    async def stop(self) -> None:
        """Finish what is under way and end the daemon."""
        raise NotImplementedError
