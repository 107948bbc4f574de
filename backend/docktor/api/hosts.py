"""Under which names the API may be asked over TCP, and by whose pages."""

import ipaddress
import re
from collections.abc import Collection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from docktor.errors import DocktorError

if TYPE_CHECKING:  # the command line checks names here, and must not load a web server for that
    from starlette.datastructures import Headers

Refusal = tuple[int, str, str]

_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_LAST_PORT = 65535
_DEFAULT_PORTS = (80, 443)
_FOREIGN = 403, "Foreign origin", "requests from other web pages are refused"


def own_hosts(host: str, port: int, further: Collection[str] = ()) -> frozenset[str]:
    """The Host headers a listener answers to: this machine's names, and `further` ones as checked by `allowed_name`."""
    hosts = {_with_port(name, port) for name in (_bracketed(host), "localhost", "127.0.0.1", "[::1]")}
    for name in further:
        if _has_port(name):
            hosts.add(name)
        else:  # a reverse proxy on its usual port, which browsers leave out, or the listener itself
            hosts |= {name, *(f"{name}:{number}" for number in (*_DEFAULT_PORTS, port))}
    return frozenset(hosts | {name.removesuffix(":80") for name in hosts if name.endswith(":80")})


def allowed_name(text: str) -> str:
    """`NAME` or `NAME:PORT` in the form a browser sends it. Raises DocktorError."""
    name = text.strip().lower()
    host, colon, port = name.rpartition(":") if _has_port(name) else (name, "", "")
    fine_port = not colon or (port.isascii() and port.isdigit() and 0 < int(port) <= _LAST_PORT)
    if not fine_port or not (_NAME.fullmatch(host) or _is_address(host)):
        raise DocktorError(f"'{text}' is not a host name: write docktor.example.com, or docktor.example.com:8443")
    return name


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine can reach a listener on `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def foreign(
    headers: "Headers", hosts: Collection[str], local: str, path: str, *, visited: bool = False
) -> Refusal | None:
    """Why a request must not be answered, whoever sent it. `local`: the address and port it arrived at.

    `visited`: whether a link on another site may lead here.
    A name that leads here by DNS rebinding is not ours; the bare address it came in by always is.
    """
    given = [host.lower() for host in headers.getlist("host")]
    if len(given) != 1 or (given[0] not in hosts and given[0] != local):
        return 421, "Misdirected request", "this address answers only to its own host name"
    if any(not _is_ours(origin, hosts, local) for origin in headers.getlist("origin")):
        return _FOREIGN
    sites = {site.lower() for site in headers.getlist("sec-fetch-site")}
    if "cross-site" in sites and not (visited and _is_visit(headers)):
        return _FOREIGN
    # Another port of this machine is another page, but the same site.
    return _FOREIGN if "same-site" in sites and path.startswith("/api") else None


def local_name(server: tuple[str, int | None] | None) -> str:
    """The address of our end of a connection, as a Host header would have it."""
    if server is None or server[1] is None:
        return ""
    return _with_port(_bracketed(server[0]), server[1])


def _is_visit(headers: "Headers") -> bool:
    """A browser going to the address, as for a link, and not a page loading or framing it."""
    return headers.getlist("sec-fetch-mode") == ["navigate"] and headers.getlist("sec-fetch-dest") == ["document"]


def _is_ours(origin: str, hosts: Collection[str], local: str) -> bool:
    try:
        parts = urlsplit(origin.lower())
    except ValueError:
        return False
    whole = f"{parts.scheme}://{parts.netloc}" == origin.lower()
    return whole and parts.scheme in ("http", "https") and (parts.netloc in hosts or parts.netloc == local)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _with_port(name: str, port: int) -> str:
    return f"{name}:{port}"


def _has_port(name: str) -> bool:
    return ":" in name.rpartition("]")[2]


def _is_address(host: str) -> bool:
    bare = host.removeprefix("[").removesuffix("]")
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return False
    return host == (f"[{bare}]" if address.version == 6 else bare)  # noqa: PLR2004 - IPv6
