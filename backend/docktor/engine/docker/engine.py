"""The real engine behind the port."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence

from docktor.compose import labels as names
from docktor.core.world import Parked, Sample, ServiceId, ServiceState
from docktor.engine.base import Engine, EngineEvent, EngineInfo, ProjectState, ScaleOutcome
from docktor.engine.docker import events, stats
from docktor.engine.docker.address import find_address
from docktor.engine.docker.client import EngineClient
from docktor.engine.docker.find import Finder, service_state
from docktor.engine.docker.marks import Marks
from docktor.engine.docker.remove import discard
from docktor.engine.docker.scale import Scaler


class DockerEngine(Engine):
    """Connects at the first call, so an engine that is away does not hinder the start.

    `host` (`unix:///path`, `tcp://host:port`) beats DOCKER_HOST, Docker contexts and the usual sockets.
    """

    def __init__(self, host: str | None = None) -> None:
        self._client = EngineClient(host)
        self._finder = Finder(self._client)
        self._marks = Marks()
        self._scaler = Scaler(self._client, self._finder, self._marks)

    @classmethod
    async def connect(cls, host: str | None = None) -> "DockerEngine":
        """An engine that has answered. Raises EngineUnavailableError with the reason and the remedy."""
        engine = cls(host)
        try:
            await engine.info()
        except BaseException:
            await engine.close()
            raise
        return engine

    async def info(self) -> EngineInfo:
        version = await self._client.get("version")
        api_version = ".".join(map(str, self._client.api_version))
        others = tuple(await self._finder.other_docktors())
        return EngineInfo("docker", str(version["Version"]), api_version, self._client.endpoint, others)

    async def projects(self) -> Sequence[ProjectState]:
        return await self._finder.projects()

    async def state(self, service: ServiceId) -> ServiceState:
        return service_state(service, await self._finder.service(service))

    async def sample(self, services: Sequence[ServiceId]) -> Sequence[Sample]:
        if not services:
            return []
        return await stats.sample(self._client, await self._finder.running(services))

    async def scale(self, service: ServiceId, replicas: int, op_id: str, wake: Parked | None = None) -> ScaleOutcome:
        return await self._scaler.scale(service, replicas, op_id, wake)

    async def address(self, service: ServiceId, port: int) -> tuple[str, int] | None:
        return await find_address(self._finder, self._client.endpoint, service, port)

    async def clean_up(self, owner: str) -> Sequence[str]:
        filters = {"label": [names.OP, names.PROJECT], "status": ["created"]}
        rows = await self._client.get("containers/json", {"all": "1", "filters": json.dumps(filters)})
        made_by = {row["Id"]: str(row["Labels"][names.OP]) for row in rows}
        left = [
            row
            for row in rows
            if made_by[row["Id"]].startswith(owner) and not self._marks.is_active(made_by[row["Id"]])
        ]
        await asyncio.gather(*(discard(self._client, row["Id"]) for row in left))
        return sorted(str(row["Names"][0]).lstrip("/") for row in left)

    def events(self) -> AsyncIterator[EngineEvent]:
        return events.events(self._client, self._marks)

    async def close(self) -> None:
        await self._scaler.close()
        await self._client.close()
