"""The create request of a new replica: a faithful copy of what Compose itself would create. Pure.

What must differ between two replicas (name, number, addresses, hostname made from the id, anonymous volumes) is made
anew; everything else is sent as the engine reports it. Compose recognises the result by its labels as its own.
"""

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from docktor.compose import labels as names
from docktor.engine.docker.wire import (
    SHORT_ID,
    Inspect,
    Json,
    has_own_network,
    id_of,
    labels_of,
    name_of,
    network_mode,
    number_of,
)

ALL_NETWORKS_AT_CREATE = (1, 44)  # older engines take one network at creation, the others are connected after

_ANONYMOUS = re.compile(r"[0-9a-f]{64}")
_UNSENDABLE = ("ContainerIDFile", "KernelMemory", "KernelMemoryTCP")
_ENDPOINT = ("Links", "DriverOpts", "GwPriority")


@dataclass(frozen=True, slots=True)
class Connection:
    """One network to connect after creation: its id (or name) and the endpoint's settings."""

    network: str
    endpoint: Json


@dataclass(frozen=True, slots=True)
class CreateRequest:
    """`platform` is the query parameter, `None` where the engine does not tell it."""

    name: str
    number: int
    body: Json
    platform: str | None
    connect: tuple[Connection, ...]


def replica_name(source: Inspect, number: int) -> str:
    """`project-service-N`, with the separator the source itself has."""
    labels = labels_of(source)
    project, service = labels[names.PROJECT], labels[names.SERVICE]
    separator = "_" if name_of(source).endswith(f"{project}_{service}_{number_of(source)}") else "-"
    return separator.join((project, service, str(number)))


def create_request(
    source: Inspect, *, number: int, op_id: str, api_version: tuple[int, int], image: str
) -> CreateRequest:
    """`source`: the inspect of a replica. `image`: its tag if that still means the same image, else the id."""
    name = replica_name(source, number)
    body: Json = copy.deepcopy(dict(source["Config"]))
    body["Image"] = image
    body["Labels"] = _labels(labels_of(source), number, op_id)
    body.pop("MacAddress", None)
    _hostname(body, source)
    body["HostConfig"] = _host_config(source)
    if network_mode(source).startswith("container:"):
        body.pop("ExposedPorts", None)
        body["HostConfig"].pop("PortBindings", None)
    endpoints = _endpoints(source, name)
    late: tuple[Connection, ...] = ()
    if api_version < ALL_NETWORKS_AT_CREATE:
        endpoints, late = _split(endpoints, source)
    if endpoints:
        body["NetworkingConfig"] = {"EndpointsConfig": endpoints}
    return CreateRequest(name, number, body, _platform(source), late)


def _labels(labels: Mapping[str, str], number: int, op_id: str) -> dict[str, str]:
    copied = {key: value for key, value in labels.items() if key != names.REPLACE}
    return copied | {names.NUMBER: str(number), names.ONEOFF: "False", names.OP: op_id}


def _hostname(body: Json, source: Inspect) -> None:
    """Kept only when a person chose it: by default it is the id, and with a shared network the other's name."""
    if not has_own_network(source) and network_mode(source) != "none":
        body.pop("Hostname", None)
        body.pop("Domainname", None)
    elif body.get("Hostname") == id_of(source)[:SHORT_ID]:
        body.pop("Hostname")


def _host_config(source: Inspect) -> Json:
    config: Json = copy.deepcopy(dict(source["HostConfig"]))
    for key in _UNSENDABLE:
        config.pop(key, None)
    mounts = [_unpinned(mount) for mount in config.get("Mounts") or ()]
    binds = []
    for bind in config.get("Binds") or ():
        volume, _, rest = str(bind).partition(":")
        if _ANONYMOUS.fullmatch(volume):
            mounts.append(_anonymous(rest))
        else:
            binds.append(bind)
    if mounts:
        config["Mounts"] = mounts
        config["Binds"] = binds or None
    return config


def _unpinned(mount: Json) -> Json:
    """After a recreation Compose names the anonymous volume it kept; a copy of that name would share the data."""
    if mount.get("Type") == "volume" and _ANONYMOUS.fullmatch(mount.get("Source") or ""):
        return {key: value for key, value in mount.items() if key != "Source"}
    return mount


def _anonymous(bind: str) -> Json:
    """The mount that `<id>:/target[:options]` was, with a volume of its own."""
    target, _, options = bind.partition(":")
    chosen = options.split(",")
    mount: Json = {"Type": "volume", "Target": target}
    if "ro" in chosen:
        mount["ReadOnly"] = True
    if "nocopy" in chosen:
        mount["VolumeOptions"] = {"NoCopy": True}
    return mount


def _endpoints(source: Inspect, name: str) -> dict[str, Json]:
    if not has_own_network(source):
        return {}
    found = (source.get("NetworkSettings") or {}).get("Networks") or {}
    return {network: _endpoint(endpoint, source, name) for network, endpoint in found.items()}


def _endpoint(endpoint: Json, source: Inspect, name: str) -> Json:
    """Addresses, ids and the MAC address are the other's own: the engine makes new ones."""
    wanted: Json = {key: endpoint[key] for key in _ENDPOINT if endpoint.get(key)}
    aliases = _aliases(endpoint.get("Aliases") or (), source, name)
    if aliases:
        wanted["Aliases"] = aliases
    link_local = (endpoint.get("IPAMConfig") or {}).get("LinkLocalIPs")
    if link_local:
        wanted["IPAMConfig"] = {"LinkLocalIPs": link_local}
    return copy.deepcopy(wanted)


def _aliases(aliases: Sequence[str], source: Inspect, name: str) -> list[str]:
    own = {name_of(source): name, id_of(source)[:SHORT_ID]: ""}
    renamed = [own.get(alias, alias) for alias in aliases]
    return list(dict.fromkeys(alias for alias in renamed if alias))


def _split(endpoints: dict[str, Json], source: Inspect) -> tuple[dict[str, Json], tuple[Connection, ...]]:
    found = source["NetworkSettings"]["Networks"]
    mode = network_mode(source)
    mode = "bridge" if mode == "default" else mode
    first = {
        network: endpoint
        for network, endpoint in endpoints.items()
        if mode in (network, found[network].get("NetworkID"))
    }
    late = tuple(
        Connection(str(found[network].get("NetworkID") or network), endpoint)
        for network, endpoint in endpoints.items()
        if network not in first
    )
    return first, late


def _platform(source: Inspect) -> str | None:
    """Told by engines with multi-platform images: without it the copy would be of the host's own platform."""
    platform = (source.get("ImageManifestDescriptor") or {}).get("platform") or {}
    parts = [platform.get(key) for key in ("os", "architecture", "variant")]
    return "/".join(part for part in parts if part) if parts[0] and parts[1] else None
