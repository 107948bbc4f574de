"""Finding Compose's services by their labels, as Compose itself does, and reading their state."""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from docktor.compose import labels as names
from docktor.core.world import Health, Origin, Replica, RunState, ServiceId, ServiceState
from docktor.engine.base import ProjectState
from docktor.engine.docker import refuse
from docktor.engine.docker.client import EngineApiError, EngineClient
from docktor.engine.docker.offlimits import off_limits, whose
from docktor.engine.docker.own import read_own_ids
from docktor.engine.docker.plan import half_made
from docktor.engine.docker.wire import (
    SHORT_ID,
    Inspect,
    Json,
    health_of,
    id_of,
    labels_of,
    name_of,
    number_of,
    service_of,
    state_of,
    time_of,
)
from docktor.errors import ServiceNotFoundError

GONE = 404
_SIDE_BY_SIDE = 64
_LONGEST_KEPT = 50.0
_SECONDS = re.compile(r"(?:Up|Exited \(-?\d+\)) (\d+) seconds")
_LONGER = re.compile(r"(?:Up|Exited \(-?\d+\)) .*(?:minute|hour|day|week|month|year)s?\b")
_HEALTH = re.compile(r"\((?!-?\d+\))[^)]*\)")


@dataclass(frozen=True, slots=True)
class _Kept:
    inspect: Inspect
    state: str
    status: str
    at: float


class Finder:
    """Lists containers and inspects them; an inspect is used again only while the list proves that it still holds."""

    def __init__(self, client: EngineClient) -> None:
        self._client = client
        self._own = read_own_ids()
        self._kept: dict[str, _Kept] = {}

    async def projects(self) -> Sequence[ProjectState]:
        """Every project, those that are off limits too."""
        rows = await self._all([])
        inspects = await self._inspects(self._normal(rows))
        return project_states(_grouped(inspects), off_limits(rows, self._is_own))

    async def running(self, services: Iterable[ServiceId]) -> Sequence[Inspect]:
        """The running containers of these services."""
        wanted = set(services)
        projects = {service.project for service in wanted}
        one = [f"{names.PROJECT}={project}" for project in projects] if len(projects) == 1 else []
        rows = await self._list(one, running=True)
        return await self._inspects([row for row in rows if service_of(row["Labels"]) in wanted])

    async def service(self, service: ServiceId, *, fresh: bool = False) -> Sequence[Inspect]:
        """Its containers in any state, by number. `fresh` inspects all anew. Raises ServiceNotFoundError."""
        rows = await self._list([f"{names.PROJECT}={service.project}", f"{names.SERVICE}={service.name}"])
        found = await self._inspects(rows, fresh=fresh)
        if not found:
            if whose := await self.whose(service):
                raise ServiceNotFoundError(whose)
            raise ServiceNotFoundError(
                f"no container of service {service} exists: start it with `docker compose up -d {service.name}`"
            )
        return found

    async def rows(self, service: ServiceId) -> Sequence[Json]:
        """Its running containers as the engine lists them."""
        return await self._list([f"{names.PROJECT}={service.project}", f"{names.SERVICE}={service.name}"], running=True)

    @property
    def in_container(self) -> bool:
        """Whether Docktor itself seems to run in a container."""
        return bool(self._own)

    async def ids(self, service: ServiceId) -> frozenset[str]:
        """Ids of all its containers; empty when there is none."""
        rows = await self._list([f"{names.PROJECT}={service.project}", f"{names.SERVICE}={service.name}"])
        return frozenset(str(row["Id"]) for row in rows)

    async def inspect(self, container: str) -> Inspect | None:
        """`None` when it is gone."""
        try:
            found: Inspect = await self._client.get(f"containers/{container}/json")
        except EngineApiError as error:
            if error.status == GONE:
                return None
            raise
        return found

    async def whose(self, service: ServiceId) -> str | None:
        """Why the service is left alone: it is Docktor's own, or an extension's; `None`: it isn't."""
        rows = await self._all([f"{names.PROJECT}={service.project}", f"{names.SERVICE}={service.name}"])
        return whose(service, rows, self._is_own)

    async def other_docktors(self) -> Sequence[str]:
        """Names of the running containers of our image, but the one this process runs in."""
        filters = {"label": [f"{names.IMAGE_TITLE}={names.OUR_TITLE}"], "status": ["running"]}
        rows: list[Json] = await self._client.get("containers/json", {"filters": json.dumps(filters)})
        return sorted(str(row["Names"][0]).lstrip("/") for row in rows if not self._is_own(row))

    def _is_own(self, row: Json) -> bool:
        return row["Id"] in self._own or row["Id"][:SHORT_ID] in self._own

    async def _all(self, more: Sequence[str], *, running: bool = False) -> Sequence[Json]:
        filters: dict[str, list[str]] = {"label": [names.PROJECT, names.CONFIG_HASH, names.SERVICE, *more]}
        if running:
            filters["status"] = ["running"]
        found: list[Json] = await self._client.get("containers/json", {"all": "1", "filters": json.dumps(filters)})
        return found

    async def _list(self, more: Sequence[str], *, running: bool = False) -> Sequence[Json]:
        """Normal containers only: no one-off ones, no extension's, none of Docktor's own service."""
        return self._normal(await self._all(more, running=running))

    def _normal(self, rows: Sequence[Json]) -> Sequence[Json]:
        own = {service_of(row["Labels"]) for row in rows if self._is_own(row)}
        return [row for row in rows if (service := service_of(row["Labels"])) and service not in own]

    async def _inspects(self, rows: Sequence[Json], *, fresh: bool = False) -> Sequence[Inspect]:
        now = asyncio.get_running_loop().time()
        self._kept = {id_: kept for id_, kept in self._kept.items() if now - kept.at < _LONGEST_KEPT}
        gate = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def one(row: Json) -> Inspect | None:
            kept = self._kept.get(row["Id"])
            if kept and not fresh and _still_true(kept, row, now):
                return kept.inspect
            async with gate:
                inspect = await self.inspect(row["Id"])
            if inspect is not None:
                self._kept[row["Id"]] = _Kept(inspect, row["State"], row["Status"], now)
            return inspect

        found = [inspect for inspect in await asyncio.gather(*map(one, rows)) if inspect is not None]
        return sorted(found, key=lambda inspect: (number_of(inspect), name_of(inspect)))


def _still_true(kept: _Kept, row: Json, now: float) -> bool:
    """The list's words prove that the container neither started nor ended since it was inspected.

    It has been up (or dead) for longer than the inspect is old, and its state and health are the same words.
    """
    if kept.state != row["State"] or _HEALTH.findall(kept.status) != _HEALTH.findall(row["Status"]):
        return False
    if kept.inspect["State"]["Status"] != row["State"]:
        return False
    if row["Status"] == "Created":
        return True
    if seconds := _SECONDS.match(row["Status"]):
        return int(seconds[1]) > now - kept.at + 1
    return bool(_LONGER.match(row["Status"]))


def _grouped(inspects: Iterable[Inspect]) -> Mapping[ServiceId, Sequence[Inspect]]:
    groups: dict[ServiceId, list[Inspect]] = defaultdict(list)
    for inspect in inspects:
        if service := service_of(labels_of(inspect)):
            groups[service].append(inspect)
    return groups


def service_state(service: ServiceId, inspects: Sequence[Inspect]) -> ServiceState:
    """`inspects`: all containers of the service, by number. What a scale is making, or left half-made, is none yet."""
    obstacle = refuse.unscalable(service, inspects)
    newest = max(inspects, key=lambda inspect: str(inspect.get("Created", "")))
    labels = {
        key: value for key, value in labels_of(newest).items() if key.startswith(names.PREFIX) and key != names.OP
    }
    return ServiceState(
        service=service,
        replicas=tuple(replica(inspect) for inspect in inspects if not half_made(inspect)),
        unscalable=obstacle.text if obstacle else None,
        labels=MappingProxyType(labels),
        origin=_origin(labels_of(newest)),
    )


def _origin(labels: Mapping[str, str]) -> Origin | None:
    files = tuple(filter(None, labels.get(names.CONFIG_FILES, "").split(",")))
    return Origin(labels.get(names.WORKING_DIR, ""), files) if files else None


def project_states(
    services: Mapping[ServiceId, Sequence[Inspect]], others: Sequence[ServiceState] = ()
) -> Sequence[ProjectState]:
    """Projects and their services by name. `others`: those of which the state is known without inspecting."""
    states = [service_state(service, inspects) for service, inspects in services.items()]
    projects: dict[str, list[ServiceState]] = defaultdict(list)
    for state in sorted([*states, *others], key=lambda state: state.service):
        projects[state.service.project].append(state)
    return [ProjectState(name, "compose", tuple(found)) for name, found in projects.items()]


def replica(inspect: Inspect) -> Replica:
    state, told = state_of(inspect), inspect["State"]
    ended = state in (RunState.EXITED, RunState.DEAD, RunState.RESTARTING)
    return Replica(
        id=id_of(inspect),
        name=name_of(inspect),
        number=number_of(inspect),
        state=state,
        health=health_of(inspect) if state is RunState.RUNNING else Health.NONE,
        started_at=time_of(told.get("StartedAt")),
        restarts=int(inspect.get("RestartCount") or 0),
        oom_killed=bool(told.get("OOMKilled")),
        exit_code=int(told.get("ExitCode") or 0) if ended else None,
        cpu_limit=cpu_limit(inspect.get("HostConfig") or {}),
        finished_at=time_of(told.get("FinishedAt")) if ended else None,
        memory_limit=int((inspect.get("HostConfig") or {}).get("Memory") or 0) or None,
    )


def cpu_limit(host_config: Inspect) -> float | None:
    """Cores it may use: `cpus`, else quota by period, else the size of its CPU set."""
    nano, quota = host_config.get("NanoCpus") or 0, host_config.get("CpuQuota") or 0
    if nano > 0:
        return float(nano) / 1e9
    if quota > 0:
        return float(quota) / float(host_config.get("CpuPeriod") or 100_000)
    cores: set[int] = set()
    for part in str(host_config.get("CpusetCpus") or "").split(","):
        first, _, last = part.strip().partition("-")
        if first.isdigit():
            cores.update(range(int(first), int(last if last.isdigit() else first) + 1))
    return float(len(cores)) or None
