"""The Compose override that lets a service have replicas: its ports move to a load balancer in front of it."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from docktor.compose.haproxy import Listener
from docktor.compose.override import BALANCES, Change, write_override
from docktor.compose.ports import Port, read_ports
from docktor.errors import ConfigError, Problem, ScaleRefusedError

DEFAULT_IMAGE = "haproxy:3.2-alpine"
MODES = ("auto", "http", "tcp")
STATIC = ("ipv4_address", "ipv6_address", "link_local_ips", "mac_address")

HTTP_PORTS = frozenset({80, 81, 3000, 3001, 4000, 4200, 5000, 5173, 8000, 8001, 8008, 8080, 8081, 8082, 8088, 8888})
TLS_PORTS = frozenset({443, 8443, 9443})
DATA_PORTS = {1433: "SQL Server", 3306: "MySQL", 5432: "PostgreSQL", 6379: "Redis", 9042: "Cassandra",
              9200: "Elasticsearch", 11211: "Memcached", 27017: "MongoDB"}  # fmt: skip

Node: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Override:
    """What `make-scalable` found. `text`: the YAML, empty when the service needs nothing; `why` then says why.

    `balancer`: the name of the service put in front, `None` without one. `ports`: what it owns now.
    `lifted`: the settings taken off the service. `warnings`: sentences a person should read first.
    """

    service: str
    balancer: str | None = None
    ports: tuple[str, ...] = ()
    listeners: tuple[Listener, ...] = ()
    lifted: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    text: str = ""
    why: str = ""


def make_override(
    document: Node, service: str, *, ports: object = None, mode: str = "auto", image: str = DEFAULT_IMAGE
) -> Override:
    """The override for `service` of a whole Compose project, its files merged and its variables filled in.

    `ports`: the service's ports as they were written, variables and all, where they are known.
    Raises ConfigError for a faulty document and ScaleRefusedError for a service that can't be helped.
    """
    return _Maker(document, service, mode, image).override(ports)


class _Maker:
    def __init__(self, document: Node, service: str, mode: str, image: str) -> None:
        self.services = _mapping(document.get("services"), "services")
        self.service = service
        self.spec = _find(self.services, service)
        self.declared_networks = _mapping(document.get("networks"), "networks")
        self.networks = _networks(self.spec, f"services.{service}.networks")
        self.mode, self.image = mode, image
        self.balancer = f"{service}-lb"
        self.ports = self._ports()
        self.moved = tuple(port for port in self.ports if port.protocol == "tcp")
        self.balanced = any(port.fixed for port in self.moved)
        self.container_name = str(self.spec.get("container_name") or "")
        self.static = {
            net: {key: value for key, value in _map(spec).items() if key in STATIC and value}
            for net, spec in self.networks.items()
        }

    def override(self, written: object) -> Override:
        if BALANCES in _labels(self.services.get(self.balancer)):
            return Override(self.service, why=f"{self.balancer} already stands in front of it")
        self._refuse()
        lifted = self._lifted()
        if not lifted:
            return Override(self.service, why=self._free())
        listeners = self._listeners() if self.balanced else ()
        return Override(
            self.service,
            self.balancer if self.balanced else None,
            tuple(str(port) for port in self.moved) if self.balanced else (),
            listeners,
            lifted,
            self._warnings(),
            write_override(self._change(listeners, written)),
        )

    def _change(self, listeners: tuple[Listener, ...], written: object) -> Change:
        owned = written if isinstance(written, list) else self.spec.get("ports")
        declared = [_map(self.declared_networks.get(net)) for net in self.networks]
        return Change(
            self.service,
            self.balancer,
            self.image,
            listeners,
            tuple(entry for entry in owned if _is_tcp(entry)) if isinstance(owned, list) else (),
            tuple(port for port in self.ports if port.protocol != "tcp"),
            self.static,
            shared=any(network.get("external") for network in declared),
            ipv6=any(network.get("enable_ipv6") for network in declared),
            container_name=self.container_name,
            lifted=tuple(key for key in ("container_name", "mac_address") if self.spec.get(key)),
            keep={key: self.spec[key] for key in ("restart", "profiles") if self.spec.get(key)},
        )

    def _ports(self) -> tuple[Port, ...]:
        try:
            return read_ports(self.spec.get("ports"))
        except ValueError as error:
            raise _fault(f"services.{self.service}.ports", str(error)) from None

    def _refuse(self) -> None:
        network_mode = str(self.spec.get("network_mode") or "")
        if network_mode:
            raise ScaleRefusedError(
                "network_mode",
                f"{self.service} has network_mode: {network_mode}, where a load balancer can't find its replicas by"
                " name: put it on a network of the project instead, then try again",
            )
        for port in self.ports:
            if port.fixed and port.protocol != "tcp":
                raise ScaleRefusedError(
                    "protocol",
                    f"{self.service} publishes {port}: {port.protocol.upper()} can't be balanced here; publish a"
                    " range of ports or none for it, then try again",
                )
        if self.balanced and self.balancer in self.services:
            raise ScaleRefusedError(
                "name_taken",
                f"a service named {self.balancer} exists already and is not one of ours: rename it, then try again",
            )

    def _lifted(self) -> tuple[str, ...]:
        lifted = [f"port {port}" for port in self.moved] if self.balanced else []
        if self.container_name:
            lifted.append(f"container_name {self.container_name}")
        lifted += [f"{key} on network {net}" for net, keys in self.static.items() for key in keys]
        if self.spec.get("mac_address"):
            lifted.append("mac_address")
        return tuple(lifted)

    def _free(self) -> str:
        room = [len(port.published) for port in self.ports if port.published]
        limit = f", and host ports for {min(room)} replicas" if room else ""
        return f"it has no fixed host port, container name or static address{limit}"

    def _listeners(self) -> tuple[Listener, ...]:
        """One per container port; it speaks HTTP only when everything published of it is known to."""
        targets = {port.target: [p for p in self.moved if p.target == port.target] for port in self.moved}
        return tuple(
            Listener(target, self._mode_of(ports), check=target not in DATA_PORTS)
            for target, ports in sorted(targets.items())
        )

    def _mode_of(self, ports: Sequence[Port]) -> str:
        if self.mode != "auto":
            return self.mode
        return "http" if all(_speaks_http(port) for port in ports) else "tcp"

    def _warnings(self) -> tuple[str, ...]:
        found = []
        for port in self.moved:
            if port.target in DATA_PORTS:
                found.append(
                    f"port {port.target} is {DATA_PORTS[port.target]}'s: replicas would each keep data of their own,"
                    " and a client would meet now this one, now that one"
                )
        volumes = self.spec.get("volumes")
        if isinstance(volumes, list) and (names := [_volume(v) for v in volumes if not _read_only(v)]):
            found.append(f"all replicas will write to the same {', '.join(names)}")
        if self.spec.get("hostname"):
            found.append(f"all replicas will call themselves {self.spec['hostname']} (hostname)")
        found += [
            f"{name} shares the network of {self.service} (network_mode) and will stay with its first replica"
            for name, spec in self.services.items()
            if _map(spec).get("network_mode") == f"service:{self.service}"
        ]
        if any(self.static.values()) and not self.balanced:
            found.append("nothing answers at its static address any more: whoever used it must use the name")
        return tuple(found)


def _find(services: Node, name: str) -> Node:
    spec = services.get(name)
    if name in services and (spec is None or isinstance(spec, Mapping)):
        return _map(spec)
    near = difflib.get_close_matches(name, services, n=1)
    hint = f": did you mean {near[0]}?" if near else f"; there are {', '.join(services) or 'none'}"
    raise _fault("services", f"there is no service {name}{hint}")


def _networks(spec: Node, path: str) -> dict[str, object]:
    networks = spec.get("networks")
    if not networks:
        return {"default": None}
    if isinstance(networks, list):
        return {str(net): None for net in networks}
    return dict(_mapping(networks, path))


def _speaks_http(port: Port) -> bool:
    if port.app_protocol:
        return port.app_protocol in {"http", "http/1.1"}
    return port.target in HTTP_PORTS and not TLS_PORTS & set(port.published)


def _is_tcp(entry: object) -> bool:
    if isinstance(entry, Mapping):
        return str(entry.get("protocol") or "tcp") == "tcp"
    return "/" not in str(entry) or str(entry).endswith("/tcp")


def _volume(entry: object) -> str:
    if isinstance(entry, Mapping):
        return str(entry.get("source") or entry.get("target"))
    return str(entry).split(":", maxsplit=1)[0]


def _read_only(entry: object) -> bool:
    """Read-only, or each replica's own (tmpfs and volumes without a name)."""
    if isinstance(entry, Mapping):
        return bool(entry.get("read_only")) or not entry.get("source")
    return ":" not in str(entry) or "ro" in str(entry).split(":")[-1].split(",")


def _labels(spec: object) -> tuple[str, ...]:
    labels = _map(spec).get("labels")
    return tuple(str(label).partition("=")[0] for label in labels) if isinstance(labels, (list, Mapping)) else ()


def _map(value: object) -> Node:
    return value if isinstance(value, Mapping) else {}


def _mapping(value: object, path: str) -> Node:
    if value is not None and not isinstance(value, Mapping):
        raise _fault(path, "must be a mapping")
    return _map(value)


def _fault(path: str, message: str) -> ConfigError:
    return ConfigError((Problem(path, message),))
