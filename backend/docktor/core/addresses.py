"""Web addresses as people write them. Pure."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address
from urllib.parse import SplitResult, urlsplit

HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
"""A host name or an IP address, as `urlsplit` gives it."""

_OURS = frozenset(
    {"localhost", "host.docker.internal", "model-runner.docker.internal", "gateway.docker.internal"}
    | {"172.17.0.1", "::1"}  # the first is where Docker's default bridge puts the host
)
_LOOPBACK = IPv4Network("127.0.0.0/8")


def url_fault(url: str) -> str | None:
    """What is wrong with the address of an API, `None` if nothing. `{value}` in it stands for the address.

    Where there may be a secret in the address, `{value}` is left out.
    """
    if "@" in url:
        return "must have no user or password in it; a key belongs in api_key"
    if "?" in url or "#" in url:
        return "must end with its path, without ? and #; a key belongs in api_key"
    return None if _parsed(url) else "must be an address beginning with http:// or https://, not {value}"


def host_of(url: str) -> str:
    """The host in lower case; empty if `url` isn't a plain http address."""
    parts = _parsed(url)
    return (parts.hostname or "") if parts else ""


def is_this_machine(url: str) -> bool:
    """Whether what is sent there stays on this machine, by the address alone: no name is looked up."""
    host = host_of(url)
    if host in _OURS or host.endswith(".localhost"):
        return True
    try:
        return IPv4Address(host) in _LOOPBACK
    except AddressValueError:
        return _is_loopback6(host)


def _is_loopback6(host: str) -> bool:
    try:
        return IPv6Address(host) == IPv6Address("::1")
    except AddressValueError:
        return False


def _parsed(url: str) -> SplitResult | None:
    """`None` for whatever two readers might take for different hosts."""
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        fits = parts.port != 0 and HOST.fullmatch(parts.hostname or "")
    except ValueError:
        return None
    return parts if fits and parts.scheme in ("http", "https") else None
