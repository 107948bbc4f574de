"""A quantile of errors that forgets: a histogram whose old counts fade, with a finger on the quantile."""

import math

LOWEST, STEP, FINE = -1.0, 0.025, 160
"""Equal bins from LOWEST, then wider ones."""
HIGHEST, COARSE = 60.0, 40
BINS = FINE + COARSE
_COARSE_FROM = LOWEST + STEP * FINE
_RATIO = math.log(HIGHEST / _COARSE_FROM) / COARSE
_TOO_LARGE = 1e9
PRIOR_WEIGHT = 20.0


class Errors:
    """Of errors in some unit of their own: the value that only a share `rare` of them is above.

    `gain`: by how much a new error weighs more than the one before it; weights halve in log(2) / log(gain) errors.
    `prior`: where the quantile is taken to be at first, as firmly as twenty errors would say it.
    """

    __slots__ = ("_above", "_counts", "_finger", "_gain", "_rare", "_total", "_weight", "seen")

    def __init__(self, rare: float, gain: float, prior: float) -> None:
        self._rare, self._gain = rare, gain
        self._counts = [0.0] * BINS
        self._weight = 1.0
        self._finger = _bin(prior)
        self._counts[self._finger] = 2 * rare * PRIOR_WEIGHT
        self._counts[_bin(0.0)] += (1 - 2 * rare) * PRIOR_WEIGHT
        self._total = PRIOR_WEIGHT
        self._above = 0.0
        self.seen = 0

    def add(self, error: float) -> None:
        index = _bin(error)
        weight = self._weight = self._weight * self._gain
        self._counts[index] += weight
        self._total += weight
        if index > self._finger:
            self._above += weight
        self.seen += 1
        self._move()
        if weight > _TOO_LARGE:
            self._shrink()

    def quantile(self) -> float:
        return _UPPER_ENDS[self._finger]

    def _move(self) -> None:
        """To the lowest bin above which no more than the rare share lies."""
        allowed, counts = self._rare * self._total, self._counts
        while self._above > allowed and self._finger < BINS - 1:
            self._finger += 1
            self._above -= counts[self._finger]
        while self._finger > 0 and self._above + counts[self._finger] <= allowed:
            self._above += counts[self._finger]
            self._finger -= 1

    def _shrink(self) -> None:
        self._counts = [count / self._weight for count in self._counts]
        self._total = math.fsum(self._counts)
        self._above = math.fsum(self._counts[self._finger + 1 :])
        self._weight = 1.0


def _bin(error: float) -> int:
    if error < _COARSE_FROM:
        return max(int((error - LOWEST) / STEP), 0)
    return min(FINE + int(math.log(error / _COARSE_FROM) / _RATIO), BINS - 1)


def _upper_end(index: int) -> float:
    if index < FINE:
        return LOWEST + (index + 1) * STEP
    return _COARSE_FROM * math.exp((index - FINE + 1) * _RATIO)


_UPPER_ENDS = tuple(_upper_end(index) for index in range(BINS))
