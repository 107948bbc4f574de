"""Experts that each say how high the load may go, and one word made of theirs, by how well each did lately.

An expert's bound is what it expects plus a quantile of its own errors, those divided by what its errors usually are.
It is judged by the loss that a bound at that quantile minimizes: (1 - rare) for each unit it was too low, `rare` for
each unit it was too high (Koenker and Bassett's), fading over half a day. Weights fall off with a bound's loss beside
the best one's.
"""

import math
from dataclasses import dataclass, field
from typing import NamedTuple

from docktor.core.forecast.course import BUCKET_S, Course
from docktor.core.forecast.errors import Errors

ERRORS_HALVE = 7 * 86400 / BUCKET_S
LOSS_HALVES = 12 * 3600 / BUCKET_S
_GAIN = 0.5 ** (-1 / ERRORS_HALVE)
_FADE = 0.5 ** (1 / LOSS_HALVES)
_USUAL = 0.05
_SHARPNESS = 20.0
_LEAST_JUDGED = 10.0
_LEAST_ERROR = 0.02
"""Of the load on average: no expert is taken to be better than that."""
PRIOR = 2.6
"""About where 98 % of normal errors lie, in units of their mean size."""


@dataclass(slots=True)
class Expert:
    errors: Errors
    usual_error: float = math.nan
    loss: float = 0.0
    judged: float = 0.0

    def bound(self, expected: float, least: float) -> float:
        """How high it says the load may go; it has been wrong once at least."""
        return expected + self.errors.quantile() * max(self.usual_error, least)


class Said(NamedTuple):
    """What was said after one bucket of the next ones. `expected`, `bounds`: by expert; `least`: by _LEAST_ERROR.

    `bound`: theirs joined; `expert`: whose word weighs most in it.
    """

    bucket: int
    expected: dict[str, float]
    bounds: dict[str, float]
    least: float
    bound: float | None
    expert: str | None
    load: float


@dataclass(slots=True)
class Ensemble:
    """For the most of the next `ahead` buckets: a bound that it is above only in a share `rare` of cases."""

    rare: float
    ahead: int
    course: Course = field(default_factory=Course)
    experts: dict[str, Expert] = field(default_factory=dict)
    mean: float = 0.0
    count: int = 0

    def learn(self, bucket: int, load: float) -> None:
        self.course.learn(bucket, load, self.ahead)
        self.count += 1
        self.mean += (load - self.mean) / min(self.count, 1000)

    def say(self, bucket: int, load: float) -> Said:
        """After `learn` of the same bucket."""
        least = _LEAST_ERROR * self.mean
        expected = dict(self.course.expected(bucket, self.ahead))
        experts = self.experts
        bounds = {name: experts[name].bound(value, least) for name, value in expected.items() if name in experts}
        weights = self.weights(bounds)
        if not weights:
            return Said(bucket, expected, bounds, least, None, None, load)
        joined = math.fsum([weight * bounds[name] for name, weight in weights.items()])
        return Said(bucket, expected, bounds, least, joined, max(weights, key=weights.__getitem__), load)

    def judge(self, said: Said, most: float) -> None:
        """`most`: what the most of those buckets came to be."""
        experts, least, rare = self.experts, max(said.least, 1e-9), self.rare
        for name, value in said.expected.items():
            expert = experts.get(name)
            error = most - value
            if expert is None:
                experts[name] = Expert(Errors(rare, _GAIN, PRIOR), abs(error))
                continue
            expert.errors.add(error / max(expert.usual_error, least))
            expert.usual_error += _USUAL * (abs(error) - expert.usual_error)
        for name, bound in said.bounds.items():
            expert = experts[name]
            missed = most - bound
            expert.loss = expert.loss * _FADE + (missed * (1 - rare) if missed > 0 else -missed * rare)
            expert.judged = expert.judged * _FADE + 1

    def weights(self, bounds: dict[str, float]) -> dict[str, float]:
        """Of the experts that have been judged for long enough; they add up to 1."""
        judged = [(name, self.experts[name]) for name in bounds]
        losses = {name: expert.loss / expert.judged for name, expert in judged if expert.judged >= _LEAST_JUDGED}
        if not losses:
            return {}
        best = max(min(losses.values()), 1e-12)
        raw = {name: math.exp(-_SHARPNESS * min(loss / best - 1, 2.0)) for name, loss in losses.items()}
        total = math.fsum(raw.values())
        return {name: weight / total for name, weight in raw.items()}
