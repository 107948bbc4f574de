"""Services that Docktor shows and never touches: extensions of Docker Desktop, and its own. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from docktor.compose import labels as names
from docktor.core.world import Replica, RunState, ServiceId, ServiceState
from docktor.engine.docker.wire import Json, composed, number_in, of_extension


def off_limits(rows: Iterable[Json], is_own: Callable[[Json], bool]) -> Sequence[ServiceState]:
    """Of the containers as the engine lists them, the services that none but these containers make up."""
    rows = list(rows)
    groups: dict[ServiceId, list[Json]] = defaultdict(list)
    for row in rows:
        if service := composed(row["Labels"]):
            groups[service].append(row)
    states = []
    for service, found in sorted(groups.items()):
        if why := whose(service, found, is_own):
            replicas = tuple(sorted((_replica(row) for row in found), key=lambda one: (one.number, one.name)))
            states.append(ServiceState(service, replicas, unscalable=why, off_limits=True))
    return states


def whose(service: ServiceId, rows: Sequence[Json], is_own: Callable[[Json], bool]) -> str | None:
    """Why the service of these containers is left alone; `None`: it isn't."""
    if any(is_own(row) for row in rows):
        return f"{service} is Docktor itself, which does not scale itself"
    if rows and all(of_extension(row["Labels"]) for row in rows):
        extension = rows[0]["Labels"].get(names.DESKTOP_EXTENSION_NAME) or service.project
        return f"{service} belongs to {extension}, an extension of Docker Desktop: extensions are left alone"
    return None


def _replica(row: Json) -> Replica:
    state = row["State"] if row["State"] in set(RunState) else RunState.DEAD
    return Replica(str(row["Id"]), str(row["Names"][0]).lstrip("/"), number_in(row["Labels"]), RunState(state))
