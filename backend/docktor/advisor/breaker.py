"""Leaves a model alone that keeps failing, and tries it again now and then. Pure: time is an argument."""

from dataclasses import dataclass

FAILURES = 3
FIRST_REST_S = 30.0
LONGEST_REST_S = 300.0


@dataclass(frozen=True, slots=True)
class Breaker:
    """closed: is asked. open: rests until `rests_until`. half-open: the rest is over, one question may try.

    Times are seconds of a clock that never jumps.
    """

    failures: int = 0
    rests_until: float | None = None
    trying: bool = False

    def state(self, now: float) -> str:
        if self.rests_until is None:
            return "closed"
        return "open" if now < self.rests_until or self.trying else "half-open"

    def may_ask(self, now: float) -> bool:
        return self.state(now) != "open"

    def asked(self, now: float) -> "Breaker":
        """In half-open, nobody else tries until this one is answered."""
        return Breaker(self.failures, self.rests_until, trying=self.state(now) == "half-open")

    def succeeded(self) -> "Breaker":
        return Breaker()

    def failed(self, now: float) -> "Breaker":
        """The third failure in a row begins a rest of 30 s; each one after it doubles that, up to five minutes."""
        failures = self.failures + 1
        if failures < FAILURES:
            return Breaker(failures)
        rest = min(FIRST_REST_S * 2.0 ** min(failures - FAILURES, 10), LONGEST_REST_S)
        return Breaker(failures, now + rest)

    def given_up(self) -> "Breaker":
        """The question was dropped unanswered: nothing is known."""
        return Breaker(self.failures, self.rests_until)
