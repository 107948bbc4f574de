"""How many decisions there were since the daemon's start, and how long scaling took. Kept in memory only."""

from collections import Counter
from dataclasses import dataclass, field

from docktor.core.decision import Decision

MOST_SERVICES = 1000
OTHER = ("other", "other")
"""Stands for every service beyond the first thousand: the number of counters must not grow for ever."""

Key = tuple[str, str, str, str, str]


@dataclass(slots=True)
class Spell:
    """Scales that came to an end: how many, and the seconds they took in all."""

    count: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Tally:
    """`decisions`: by project, service, action, source and phase; `scales`: by project and service."""

    decisions: Counter[Key] = field(default_factory=Counter)
    scales: dict[tuple[str, str], Spell] = field(default_factory=dict)
    _known: set[tuple[str, str]] = field(default_factory=set)

    def count(self, decision: Decision) -> None:
        """A scale is seen twice, as intended and as what came of it: the phase tells them apart."""
        who = self._who(decision)
        self.decisions[*who, decision.action.value, decision.source.value, decision.phase.value] += 1
        if decision.took_ms is not None:
            spell = self.scales.setdefault(who, Spell())
            spell.count += 1
            spell.seconds += decision.took_ms / 1000

    def _who(self, decision: Decision) -> tuple[str, str]:
        who = (decision.project, decision.service)
        if who in self._known:
            return who
        if len(self._known) >= MOST_SERVICES:
            return OTHER
        self._known.add(who)
        return who
