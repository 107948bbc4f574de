"""Published ports as Compose writes them, short (`"127.0.0.1:8080:80/tcp"`, `80`) or long (a mapping)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

HIGHEST_PORT = 65535
SHORT = re.compile(
    r"""^(?:(?P<host>\[[^]$]*\]|[^:\[\]$]*):)??   # an address; one of IPv6 stands in brackets
        (?:(?P<published>\d*(?:-\d+)?):)?
        (?P<target>\d+(?:-\d+)?)
        (?:/(?P<protocol>[a-z]+))?$""",
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Port:
    """One port of the container. `published`: the host's ports it may have; empty means any free one."""

    target: int
    published: range
    host: str = ""
    protocol: str = "tcp"
    app_protocol: str = ""

    @property
    def fixed(self) -> bool:
        """Only one container of this machine can have it."""
        return len(self.published) == 1

    def __str__(self) -> str:
        host = f"{self.host}:" if self.host else ""
        published = f"{_text(self.published)}:" if self.published else ""
        return f"{host}{published}{self.target}" + ("" if self.protocol == "tcp" else f"/{self.protocol}")


def read_ports(ports: object) -> tuple[Port, ...]:
    """The `ports` of a service, ranges of container ports taken apart. Raises ValueError naming the faulty entry."""
    if ports is None:
        return ()
    if not isinstance(ports, list):
        raise ValueError("ports must be a list")
    return tuple(port for entry in ports for port in _entry(entry))


def _entry(entry: object) -> list[Port]:
    if isinstance(entry, Mapping):
        host, published = str(entry.get("host_ip") or ""), str(entry.get("published") or "")
        target, protocol = str(entry.get("target")), str(entry.get("protocol") or "tcp")
        app = str(entry.get("app_protocol") or "")
    else:
        match = SHORT.match(str(entry))
        if match is None:
            raise ValueError(f"'{entry}' is not a port that Compose knows")
        host, published = match["host"] or "", match["published"] or ""
        target, protocol, app = match["target"], match["protocol"] or "tcp", ""
    try:
        return _spread(host, _span(published), _span(target), protocol, app)
    except ValueError as error:
        raise ValueError(f"'{entry}' is not a port that Compose knows: {error}") from None


def _spread(host: str, published: range, targets: range, protocol: str, app: str) -> list[Port]:
    """A range onto a range of the same length is pair by pair; a range onto one port is a choice."""
    if not targets:
        raise ValueError("it has no container port")
    if len(targets) == 1 or not published:
        return [Port(target, published, host, protocol, app) for target in targets]
    if len(targets) != len(published):
        raise ValueError("its two ranges differ in length")
    pairs = zip(targets, published, strict=True)
    return [Port(target, range(own, own + 1), host, protocol, app) for target, own in pairs]


def _span(text: str) -> range:
    """`8080` or `8080-8090`; nothing and `0` mean any free port."""
    if text in {"", "0"}:
        return range(0)
    first, _, last = text.partition("-")
    start, end = int(first), int(last or first)
    if not 0 < start <= end <= HIGHEST_PORT:
        raise ValueError(f"{text} is not a port or a rising range of ports")
    return range(start, end + 1)


def _text(ports: range) -> str:
    return f"{ports[0]}" if len(ports) == 1 else f"{ports[0]}-{ports[-1]}"
