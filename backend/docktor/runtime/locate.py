"""From the host name in an address to where it can be reached from here."""

from dataclasses import dataclass

from docktor.core.world import ServiceId
from docktor.engine.base import Engine
from docktor.errors import TemporaryError
from docktor.runtime.clock import Clock

KEPT_S = 30.0


@dataclass(frozen=True, slots=True)
class _Found:
    address: tuple[str, int]
    until: float


class Locator:
    """In a Compose file `nats` is the service of that name; outside the project's networks nobody knows it."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._found: dict[tuple[ServiceId, int], _Found] = {}

    async def locate(self, project: str, host: str, port: int) -> tuple[str, int]:
        """The address as written, unless `host` is a service of the project that the engine can lead to."""
        if not host or host == "localhost" or "." in host or ":" in host:
            return host, port
        key, now = (ServiceId(project, host), port), self._clock.steady()
        known = self._found.get(key)
        if known is not None and known.until > now:
            return known.address
        try:
            address = await self._engine.address(*key)
        except TemporaryError:
            address = None
        if address is None:
            return host, port
        self._found = {one: found for one, found in self._found.items() if found.until > now}
        self._found[key] = _Found(address, now + KEPT_S)
        return address
