"""Between how many replicas a baseline may choose."""

from dataclasses import dataclass
from typing import Self

from docktor.core.policy import Policy


@dataclass(frozen=True, slots=True)
class Bounds:
    fewest: int
    most: int

    @classmethod
    def of(cls, policy: Policy) -> Self:
        return cls(policy.fewest, policy.max_replicas)

    def hold(self, wanted: int) -> int:
        return min(max(wanted, self.fewest), self.most)
