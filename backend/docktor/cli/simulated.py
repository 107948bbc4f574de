"""What a simulation came to, in a table and in words."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise

from rich.text import Text

from docktor.cli.clean import clean
from docktor.cli.side_by_side import side_by_side
from docktor.core.loadmodel import ServiceModel
from docktor.core.policy import Policy
from docktor.core.score import Score, threshold_of
from docktor.core.trace import Trace
from docktor.core.words import count, number, seconds

GAP = 1.5
"""A row that comes later than so many usual steps has a gap before it."""
_WIDTH = 13
_HARDLY, _NO_DIGITS_FROM = 0.01, 1000


@dataclass(frozen=True, slots=True)
class Told:
    """`scores`: the policy's first. `fixed`: of a fixed number of replicas. `first`: replicas it began with."""

    service: str
    trace_name: str
    policy: Policy
    trace: Trace
    model: ServiceModel
    first: int
    checks: int
    scores: Mapping[str, Score]
    fixed: Score

    @property
    def best(self) -> Score:
        return self.scores["optimum"]

    def plain(self) -> dict[str, object]:
        """As JSON. Unknown and infinite are null."""
        return {
            "service": self.service,
            "trace": self.trace_name,
            "checks": self.checks,
            "check_interval": self.policy.check_interval,
            "model": asdict(self.model),
            "scores": {name: self._plain(one) for name, one in self.scores.items()},
            "assumptions": list(assumptions(self)),
        }

    def _plain(self, one: Score) -> dict[str, object]:
        return {
            **asdict(one),
            "changes_per_day": one.changes_per_day,
            "cost_over_optimum": one.cost_over(self.best),
            "speedup": one.elasticity.speedup(self.fixed.elasticity),
        }


def lines_of(told: Told, *, baselines: bool) -> Iterator[Text]:
    """The policy's figures, with `baselines` the others' beside them, and what was taken for granted."""
    length = seconds(told.trace.end - told.trace.begin)
    every = f"{count(told.checks, 'check')}, one every {seconds(told.policy.check_interval)}"
    yield Text(clean(f"{told.service} under {told.trace_name}: {length}, {every}"), "bold")
    yield Text()
    shown = dict(told.scores) if baselines else {"Docktor": told.scores["Docktor"]}
    yield from _table(told, shown)
    yield Text()
    yield Text("What was simulated:")
    for text in assumptions(told):
        yield Text(clean(f"  - {text}"))


def gaps(trace: Trace) -> list[tuple[float, float]]:
    """Stretches for which the trace has no rows, each from when the last row's usual time is over."""
    step = trace.step
    return [(before + step, after) for before, after in pairwise(trace.times) if after - before > GAP * step]


def assumptions(told: Told) -> Iterator[str]:
    model, policy = told.model, told.policy
    beyond = "waits in the queue" if model.queue else "is lost"
    yield (
        f"one replica serves {model.capacity:g} units a second at 100 % CPU; the load is shared evenly, and what "
        f"can't be served {beyond}"
    )
    yield f"a replica that is asked for is ready {model.startup:g} s later; one that is removed stops at once"
    yield (
        f"it began at {count(told.first, 'replica')}, all ready, of {policy.fewest} to {policy.max_replicas}; "
        "time 0 is taken as midnight to a Monday, UTC"
    )
    yield "the functions that judge are production's; modes, approvals, people and models are left out"
    found = gaps(told.trace)
    if found:
        lost = seconds(math.fsum(end - begin for begin, end in found))
        yield f"{count(len(found), 'gap')} in the trace, {lost} in all: the load before each is held"
    yield (
        "the optimum knows the load to come and never has too little; the fixed number that the elastic speedup is "
        "over has what the mean load needs"
    )


def _table(told: Told, shown: Mapping[str, Score]) -> Iterator[Text]:
    rows = [("", list(shown)), *((label, [tell(one) for one in shown.values()]) for label, tell in _figures(told))]
    return side_by_side(rows, max(_WIDTH, *(len(name) + 2 for name in shown)))


def _figures(told: Told) -> Iterator[tuple[str, Callable[[Score], str]]]:
    yield "overloaded, % of time", lambda one: _figure(one.overloaded)
    if told.model.queue:
        yield from _waiting(told)
    else:
        yield "lost load, %", lambda one: _figure(one.lost)
    yield "hot (over 80 % full), % of time", lambda one: _figure(one.hot)
    yield "replica-hours", lambda one: f"{one.replica_hours:.1f}"
    yield "... times the optimum's", lambda one: _figure(one.cost_over(told.best))
    yield "changes a day", lambda one: f"{one.changes_per_day:.1f}"
    yield "too few replicas, % (theta_U)", lambda one: _figure(one.elasticity.under)
    yield "... % of time (tau_U)", lambda one: _figure(one.elasticity.under_time)
    yield "too many replicas, % (theta_O)", lambda one: _figure(one.elasticity.over)
    yield "... % of time (tau_O)", lambda one: _figure(one.elasticity.over_time)
    yield "instability, % of time", lambda one: _figure(one.elasticity.instability)
    yield "elastic speedup", lambda one: _figure(one.elasticity.speedup(told.fixed.elasticity))


def _waiting(told: Told) -> Iterator[tuple[str, Callable[[Score], str]]]:
    threshold = threshold_of(told.policy)
    if threshold is not None:
        each = " a replica" if threshold.per_replica else ""
        label = f"backlog over {number(threshold.value)}{each}, % of time"
        yield label, lambda one: _figure(one.waiting.over if one.waiting else None)
    yield "backlog, mean", lambda one: _figure(one.waiting.mean if one.waiting else None)
    yield "backlog, largest", lambda one: _figure(one.waiting.most if one.waiting else None)
    yield "oldest waits, s, mean", lambda one: _figure(one.waiting.wait_mean if one.waiting else None)
    yield "oldest waits, s, at most", lambda one: _figure(one.waiting.wait_most if one.waiting else None)


def _figure(value: float | None) -> str:
    """Two digits after the point; more where that would hide a little, none where nobody looks."""
    if value is None:
        return "-"
    if 0 < abs(value) < _HARDLY:
        return f"{value:.1g}"
    return f"{value:.0f}" if value == 0 or abs(value) >= _NO_DIGITS_FROM else f"{value:.2f}"
