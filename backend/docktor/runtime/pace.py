"""When a keeper looks next: on its interval, sooner when woken, later after failures."""

import asyncio
import random

from docktor.runtime.clock import Clock

SHORTEST_GAP_S = 0.5
LONGEST_BACKOFF_S = 15.0


class Pace:
    """`stop` ends it; `wake` cuts the wait short."""

    def __init__(self, clock: Clock) -> None:
        self.stopping = False
        self._clock = clock
        self._wake = asyncio.Event()
        self._at_once = False

    def wake(self, *, at_once: bool = False) -> None:
        """Events come in bursts, and one tick does for all of them; `at_once`: this one stands alone."""
        self._at_once = self._at_once or at_once
        self._wake.set()

    def stop(self) -> None:
        self.stopping = True
        self._wake.set()

    def first(self, interval: float) -> float:
        """When to begin: a little spread, so that services don't all look at the same moment."""
        return self._clock.steady() + random.uniform(0, min(1.0, interval / 4))

    async def until(self, due: float) -> None:
        """Returns when that time has come, or shortly after being woken."""
        wait = due - self._clock.steady()
        try:
            await asyncio.wait_for(self._wake.wait(), max(wait, 0))
        except TimeoutError:
            return
        if not self.stopping and not self._at_once:
            await asyncio.sleep(SHORTEST_GAP_S)
        self._wake.clear()
        self._at_once = False

    def after(self, started: float, due: float, interval: float, failures: int) -> float:
        """When to look next, after a look that was `due` and `started` then. Late ones are dropped, not made up for."""
        if failures:
            wait = min(SHORTEST_GAP_S * 2.0 ** min(failures, 10), LONGEST_BACKOFF_S) * random.uniform(0.75, 1.25)
            following = started + wait
        else:
            following = max(due + interval, started + SHORTEST_GAP_S)
        now = self._clock.steady()
        return now + interval if following < now else following
