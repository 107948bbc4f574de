"""What is promised, and whether it is so."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.quality.cases import HARDLY_LOST, HPA_TARGET, TARGETS, USUAL, Case, Found

Results = Mapping[Case, Mapping[str, Found]]
EPSILON = 0.001
"""Added to both losses, in percent of the load, before one is divided by the other."""
LOST_AT_MOST, SAVED_AT_LEAST, COST_AT_MOST, CHANGES_AT_MOST, LATE_AT_MOST = 1 / 3, 0.15, 1.35, 2.0, 0.5
SEASONAL = ("aws_asg_cpu_first_half", "nasa_july_w1-3", "twitter_shape_diurnal", "day")
_DOCKTOR, _HPA = f"Docktor {USUAL:g}", f"HPA {HPA_TARGET:g}"


@dataclass(frozen=True, slots=True)
class Bar:
    """`misses`: what falls short, one line for each; `found`: what came of it."""

    name: str
    reached: bool
    found: str
    misses: tuple[str, ...] = ()


def bars(results: Results) -> list[Bar]:
    plain = {case: found for case, found in results.items() if not case.queue}
    queues = {case: found for case, found in results.items() if case.queue}
    found = [_lost(plain), _saved(plain), _near_optimum(plain), _changes(plain)] if plain else []
    return [*found, _late(queues)] if queues else found


def ratio_by_trace(ratios: Mapping[Case, float]) -> dict[str, float]:
    """The geometric mean over each trace's cases."""
    traces = dict.fromkeys(case.trace for case in ratios)
    return {trace: _geometric([ratio for case, ratio in ratios.items() if case.trace == trace]) for trace in traces}


def _lost(results: Results) -> Bar:
    """(a)"""
    pairs = {case: (found[_DOCKTOR].lost, found["HPA matched"].lost) for case, found in results.items()}
    ties = sum(own == theirs == 0 for own, theirs in pairs.values())
    ratios = {case: (own + EPSILON) / (theirs + EPSILON) for case, (own, theirs) in pairs.items() if own or theirs}
    each = ratio_by_trace(ratios)
    mean = _geometric(list(each.values()))
    more = [f"{case}: {own:.3g} % instead of {theirs:.3g} %" for case, (own, theirs) in pairs.items() if own > theirs]
    said = ", ".join(f"{trace} {ratio:.2f}" for trace, ratio in each.items())
    text = (
        f"{mean:.2f} times HPA's ({said}); {ties} of {len(pairs)} cases lose nothing with either; more in {len(more)}"
    )
    name = f"(a) lost load at a matched HPA's cost, at most {LOST_AT_MOST:.2f} times its, never more"
    return Bar(name, mean <= LOST_AT_MOST and not more, text, tuple(more))


def _saved(results: Results) -> Bar:
    """(b)"""
    saved = {case: _saving(found) for case, found in results.items()}
    known = [one for one in saved.values() if one is not None]
    short = tuple(
        f"{case}: {'no target loses so little' if one is None else f'{-100 * one:+.0f} %'}"
        for case, one in saved.items()
        if one is None or one < SAVED_AT_LEAST
    )
    mean = sum(known) / len(known) if known else 0.0
    best = [1 - one["mean known, HPA's loss"].replica_hours / one[_HPA].replica_hours for one in results.values()]
    text = (
        f"{-100 * mean:+.0f} % on average, where it can be told ({len(known)} of {len(saved)} cases); "
        f"who knows the mean that comes: {-100 * _mean(best):+.0f} %"
    )
    name = f"(b) replica-hours at the loss of HPA {HPA_TARGET:g}, at least {100 * SAVED_AT_LEAST:.0f} % fewer"
    return Bar(name, mean >= SAVED_AT_LEAST and len(known) == len(saved), text, short)


def _saving(found: Mapping[str, Found]) -> float | None:
    theirs = found[_HPA]
    own = cost_at(frontier(found), theirs.lost)
    return None if own is None else 1 - own / theirs.replica_hours


def frontier(found: Mapping[str, Found], name: str = "Docktor") -> list[Found]:
    """By target, those that no other beats in both cost and loss; the cheapest first."""
    points = sorted((found[f"{name} {target:g}"] for target in TARGETS), key=lambda one: (one.replica_hours, one.lost))
    kept: list[Found] = []
    for point in points:
        if not kept or point.lost < kept[-1].lost:
            kept.append(point)
    return kept


def cost_at(points: Sequence[Found], lost: float) -> float | None:
    """Replica-hours to lose so little, straight between two points of the frontier; `None` if none does."""
    before: Found | None = None
    for point in points:
        if point.lost <= lost:
            if before is None:
                return point.replica_hours
            share = (before.lost - lost) / (before.lost - point.lost)
            return before.replica_hours + share * (point.replica_hours - before.replica_hours)
        before = point
    return None


def _near_optimum(results: Results) -> Bar:
    """(c)"""
    costs: dict[Case, float | None] = {}
    for case, found in results.items():
        if case.trace in SEASONAL:
            good = [one.replica_hours for one in frontier(found) if one.lost <= HARDLY_LOST]
            costs[case] = min(good) / found["optimum"].replica_hours if good else None
    known = [cost for cost in costs.values() if cost is not None]
    short = tuple(
        f"{case}: {'no target loses so little' if cost is None else f'{cost:.2f} times'}"
        for case, cost in costs.items()
        if cost is None or cost > COST_AT_MOST
    )
    best = [results[case]["mean known"].replica_hours / results[case]["optimum"].replica_hours for case in costs]
    text = (
        f"{_geometric(known):.2f} times (geometric mean); {len(costs) - len(short)} of {len(costs)} cases reach it; "
        f"who knows the mean that comes: {_geometric(best):.2f} times, "
        f"{sum(one <= COST_AT_MOST for one in best)} of {len(best)}"
    )
    name = (
        f"(c) seasonal traces, at most {HARDLY_LOST:g} % lost, within {COST_AT_MOST} times the optimum's replica-hours"
    )
    return Bar(name, bool(costs) and not short, text, short)


def _changes(results: Results) -> Bar:
    """(d)"""
    ratios = {
        case: found[_DOCKTOR].changes_per_day / max(found[_HPA].changes_per_day, 1.0) for case, found in results.items()
    }
    more = tuple(f"{case}: {ratio:.2f} times" for case, ratio in ratios.items() if ratio > CHANGES_AT_MOST)
    text = f"{_geometric([max(one, 0.01) for one in ratios.values()]):.2f} times (geometric mean); more in {len(more)}"
    return Bar(f"(d) at most {CHANGES_AT_MOST:g} times the changes of HPA {HPA_TARGET:g}", not more, text, more)


def _late(results: Results) -> Bar:
    """(e)"""
    pairs = {case: (found["Docktor"].late or 0.0, found["KEDA matched"].late or 0.0) for case, found in results.items()}
    more = tuple(
        f"{case}: {own:.3g} % of time instead of {theirs:.3g} %"
        for case, (own, theirs) in pairs.items()
        if own > LATE_AT_MOST * theirs
    )
    ratios = {case: (own + EPSILON) / (theirs + EPSILON) for case, (own, theirs) in pairs.items()}
    mean = _geometric(list(ratio_by_trace(ratios).values()))
    text = f"{mean:.2f} times (geometric mean); more in {len(more)} of {len(pairs)} cases"
    name = f"(e) queue: backlog too large for at most {LATE_AT_MOST} times as long as with a cost-matched KEDA"
    return Bar(name, mean <= LATE_AT_MOST, text, more)


def _geometric(values: Sequence[float]) -> float:
    return math.exp(math.fsum(math.log(value) for value in values) / len(values)) if values else math.nan


def averages(results: Results) -> Iterator[tuple[str, str, Found, float]]:
    """For each trace and policy the mean over its cases, and its cost in optima."""
    for trace in dict.fromkeys(case.trace for case in results):
        mine = [found for case, found in results.items() if case.trace == trace]
        for name in mine[0]:
            given = [found[name] for found in mine]
            late = [one.late for one in given if one.late is not None]
            yield (
                trace,
                name,
                Found(
                    _mean([one.lost for one in given]),
                    _mean([one.overloaded for one in given]),
                    _mean([one.replica_hours for one in given]),
                    _mean([one.changes_per_day for one in given]),
                    _mean(late) if late else None,
                ),
                _geometric([found[name].replica_hours / found["optimum"].replica_hours for found in mine]),
            )


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
