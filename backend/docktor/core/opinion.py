"""One voice among those that say how many replicas there should be."""

from typing import NamedTuple

from docktor.core.decision import Source


class Opinion(NamedTuple):
    """`level`: where it points; `wanted`: the next step there."""

    level: int
    wanted: int
    source: Source
    reason: str
