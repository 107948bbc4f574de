"""Addresses as people write them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from docktor.core.addresses import HOST


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of `scheme://user:password@host:port/path`, decoded save for `path`."""

    scheme: str
    host: str
    port: int
    path: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def origin(self) -> str:
        """Without credentials and path."""
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def address(url: str, ports: Mapping[str, int]) -> Address:
    """`url` in parts; `ports` has the schemes that will do, each with the port that is meant when none is written.

    Raises ValueError. Its text shows nothing of `url`, which may hold a password.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        user, password = (unquote(part, errors="strict") if part else None for part in (parts.username, parts.password))
    except ValueError:
        raise ValueError("is no address; write / # ? @ % and the like in credentials as %2F, %23, …") from None
    if parts.scheme not in ports:
        raise ValueError(f"must begin with {' or '.join(f'{scheme}://' for scheme in ports)}")
    if not HOST.fullmatch(host) or port == 0 or not url.isprintable():
        raise ValueError("has no host, or an impossible one or port")
    if parts.query or parts.fragment or "@" in parts.path:
        raise ValueError("has something after its path; write / # ? @ in credentials as %2F, %23, %3F, %40")
    return Address(parts.scheme, host, port or ports[parts.scheme], parts.path, user, password)
