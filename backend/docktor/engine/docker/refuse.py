"""What stands in the way of scaling a service, told before anything is tried. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docktor.core.world import RunState, ServiceId
from docktor.engine.docker.wire import LIVE, Inspect, has_own_network, name_of, number_of, state_of

_RECREATED = re.compile(r"^[0-9a-f]{12}_")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`code` is stable: fixed-port, container-name, static-address, port-range-exhausted, paused, stopped, negative."""

    code: str
    text: str


def unscalable(service: ServiceId, inspects: Sequence[Inspect]) -> Obstacle | None:
    """Why the service can never have a second replica as it is written; several reasons make one text."""
    found: dict[str, Obstacle] = {}
    for inspect in inspects:
        for obstacle in _written(service, inspect):
            found.setdefault(obstacle.text, obstacle)
    if not found:
        return None
    obstacles = list(found.values())
    text = " and ".join(obstacle.text for obstacle in obstacles)
    curable = [obstacle for obstacle in obstacles if obstacle.code != "static-address"]
    cure = f"`docktor make-scalable {service}` writes the override that cures it" if curable else ""
    if len(curable) < len(obstacles):
        cure = f"take the address out of the Compose file{'; ' if cure else ''}{cure}"
    return Obstacle(obstacles[0].code, f"{service} {text}: {cure}")


def refusal(service: ServiceId, inspects: Sequence[Inspect], asked: int, *, parked: bool = False) -> Obstacle | None:
    """Why this very scale won't be tried; `inspects` are all containers of the service (at least one).

    `parked`: the only one waits at zero, stopped by us, and may be started.
    """
    if asked < 0:
        return Obstacle("negative", f"{service} can't have {asked} replicas")
    paused = [name_of(inspect) for inspect in inspects if state_of(inspect) is RunState.PAUSED]
    if paused:
        return Obstacle(
            "paused",
            f"{', '.join(paused)} is paused, which only a person does: {service} is left as it is until "
            f"`docker compose unpause {service.name}`",
        )
    if 0 < asked < len(inspects):
        return None
    if not parked and not any(state_of(inspect) in LIVE for inspect in inspects):
        return Obstacle(
            "stopped",
            f"no replica of {service} runs: start it with `docker compose up -d --no-recreate {service.name}`",
        )
    if asked <= len(inspects):
        return None
    return unscalable(service, inspects) or _beyond_range(service, inspects, asked)


def port_cap(inspects: Sequence[Inspect]) -> int | None:
    """The most replicas the published host port ranges allow, `None` without such ranges."""
    sizes = [last - first + 1 for inspect in inspects for first, last in _host_ports(inspect) if last > first]
    return min(sizes, default=None)


def _written(service: ServiceId, inspect: Inspect) -> Iterator[Obstacle]:
    for first, last in _host_ports(inspect):
        if first == last:
            yield Obstacle("fixed-port", f"publishes host port {first}, which only one replica can have")
    name = name_of(inspect)
    if not _is_composed(name, service, number_of(inspect)):
        yield Obstacle("container-name", f"has the fixed name {name} (container_name)")
    for network, endpoint in ((inspect.get("NetworkSettings") or {}).get("Networks") or {}).items():
        given = endpoint.get("IPAMConfig") or {}
        for address in (given.get("IPv4Address"), given.get("IPv6Address")):
            if address:
                yield Obstacle("static-address", f"has the static address {address} on network {network}")


def _is_composed(name: str, service: ServiceId, number: int) -> bool:
    """`project-service-1`, with `_` in older projects; a recreation that was cut short leaves an id in front."""
    parts = (service.project, service.name, str(number))
    return _RECREATED.sub("", name) in ("-".join(parts), "_".join(parts))


def _host_ports(inspect: Inspect) -> Iterator[tuple[int, int]]:
    """(first, last) of every host port asked for; those the engine may choose freely are left out."""
    if not has_own_network(inspect):
        return
    for bindings in ((inspect.get("HostConfig") or {}).get("PortBindings") or {}).values():
        for binding in bindings or ():
            first, _, last = str(binding.get("HostPort") or "").partition("-")
            if first.isdigit() and int(first) > 0:
                yield int(first), int(last) if last.isdigit() else int(first)


def _beyond_range(service: ServiceId, inspects: Sequence[Inspect], asked: int) -> Obstacle | None:
    cap = port_cap(inspects)
    if cap is None or asked <= cap:
        return None
    return Obstacle(
        "port-range-exhausted",
        f"{service} publishes a range of {cap} host ports, so it can't have {asked} replicas: "
        f"widen the range, or `docktor make-scalable {service}`",
    )
