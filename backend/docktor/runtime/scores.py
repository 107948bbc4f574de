"""How often a model was asked since the start, and what came of it."""

from collections import deque
from dataclasses import dataclass, field
from statistics import median

from docktor.core.advice import Advice

KEPT = 100


@dataclass(slots=True)
class Scores:
    asked: int = 0
    agreed: int = 0
    changed: int = 0
    failed: int = 0
    _latencies: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT))

    def count(self, advice: Advice, by_rules: int, *, changed: bool) -> None:
        """`by_rules`: the replicas that the rules wanted."""
        self.asked += 1
        self.changed += changed
        if advice.replicas is None:
            self.failed += 1
            return
        self.agreed += advice.replicas == by_rules
        if advice.latency_ms is not None:
            self._latencies.append(advice.latency_ms)

    @property
    def median_ms(self) -> float | None:
        """Of the answers that were advice."""
        return median(self._latencies) if self._latencies else None
