"""One voice among those that say how many replicas there should be."""

from dataclasses import dataclass

from docktor.core.decision import Source


@dataclass(frozen=True, slots=True)
class Opinion:
    """`level`: where it points; `wanted`: the next step there."""

    level: int
    wanted: int
    source: Source
    reason: str
