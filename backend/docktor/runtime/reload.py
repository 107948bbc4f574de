"""Hot reload: a changed file is read anew, and put in force only if it is without fault."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from docktor.config.load import fingerprint
from docktor.config.model import Config
from docktor.errors import ConfigError
from docktor.runtime.clock import Clock
from docktor.runtime.eventlog import EventLog
from docktor.runtime.fleet import Fleet
from docktor.runtime.views import ConfigView

LOOK_EVERY_S = 1.0
Changed = TypeVar("Changed")


class Reloader:
    """Looks at the configuration's files once a second. A rejected edit leaves the last good one in force."""

    def __init__(
        self, read: Callable[[Path | None], Config], config: Config, fleet: Fleet, events: EventLog, clock: Clock
    ) -> None:
        """`read` reads the configuration, from another docktor.yaml than the usual one if it is given one."""
        self._read = read
        self._one_at_a_time = asyncio.Lock()
        self._config = config
        self._fleet = fleet
        self._events = events
        self._clock = clock
        self._seen = self._fingerprints()
        self._problems: tuple[str, ...] = ()

    @property
    def config(self) -> Config:
        """The one in force."""
        return self._config

    @property
    def view(self) -> ConfigView:
        state = "rejected" if self._problems else "ok"
        source = str(self._config.source) if self._config.source else None
        return ConfigView(state, source, self._problems, tuple(str(w) for w in self._config.warnings))

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            found = await asyncio.to_thread(self._fingerprints)
            if found != self._seen:
                # an editor may be half-way through: only a file that stayed the same for a look is read
                await asyncio.sleep(LOOK_EVERY_S / 3)
                if await asyncio.to_thread(self._fingerprints) == found:
                    self._seen = found
                    await self.read_again()

    async def read_again(self) -> None:
        try:
            config = await asyncio.to_thread(self._read, None)
        except ConfigError as error:
            self._problems = tuple(str(problem) for problem in error.problems)
            text = f"{error.source or 'configuration'} is not used, the last good one stays in force: {error}"
            await self._events.add("config", text, self._clock.now())
            return
        self._problems = ()
        changed = config != self._config
        self._config = config
        self._seen = self._fingerprints()
        if changed:
            await self._fleet.reload(config)
        await self._events.add("config", "configuration read again and in force", self._clock.now())

    async def edit(self, change: Callable[[Path, Callable[[Path], object]], Changed]) -> Changed:
        """A change of docktor.yaml, in force when this returns.

        `change` is given the file (which may not be there yet) and what checks another one in its place. Raises
        ConfigError when it would be faulty: then nothing was written.
        """
        async with self._one_at_a_time:
            path = self._config.source or self._config.watched[0]
            changed = await asyncio.to_thread(change, path, self._read)
            await self.read_again()
            return changed

    async def try_out(self, look: Callable[[Path, Callable[[Path], Config]], Changed]) -> Changed:
        """Given the same as in `edit`, for what only looks."""
        path = self._config.source or self._config.watched[0]
        return await asyncio.to_thread(look, path, self._read)

    def _fingerprints(self) -> tuple[str, ...]:
        return tuple(fingerprint(path) for path in self._config.watched)
