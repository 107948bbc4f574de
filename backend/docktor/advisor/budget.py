"""How much may still be asked. Pure: time is an argument, in seconds of a clock that never jumps."""

from bisect import bisect_right
from dataclasses import dataclass
from operator import itemgetter

from docktor.core.advisor import Budget
from docktor.core.words import count

MINUTE_S, DAY_S = 60.0, 86_400.0


@dataclass(frozen=True, slots=True)
class Spent:
    """The calls of the last 24 hours, oldest first: when, and tokens."""

    calls: tuple[tuple[float, int], ...] = ()

    def plus(self, now: float, tokens: int) -> "Spent":
        return Spent((*self._since(now - DAY_S), (now, tokens)))

    def calls_since(self, moment: float) -> int:
        return len(self._since(moment))

    def tokens_since(self, moment: float) -> int:
        return sum(tokens for _, tokens in self._since(moment))

    def _since(self, moment: float) -> tuple[tuple[float, int], ...]:
        return self.calls[bisect_right(self.calls, moment, key=itemgetter(0)) :]


def used_up(budget: Budget, spent: Spent, now: float) -> str | None:
    """Which part of the budget is used up, in words; `None`: one more may be asked."""
    if spent.calls_since(now - MINUTE_S) >= budget.calls_per_minute:
        return f"the budget of {count(budget.calls_per_minute, 'call')} a minute is used up"
    if spent.calls_since(now - DAY_S) >= budget.calls_per_day:
        return f"the budget of {count(budget.calls_per_day, 'call')} a day is used up"
    if budget.tokens_per_day is not None and spent.tokens_since(now - DAY_S) >= budget.tokens_per_day:
        return f"the budget of {count(budget.tokens_per_day, 'token')} a day is used up"
    return None
