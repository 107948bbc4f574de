"""The arithmetic of the quality benchmark: matching costs, frontiers, bars."""

from pathlib import Path

import pytest
from benchmarks.quality.bars import bars, cost_at, frontier
from benchmarks.quality.cases import TARGETS, Case, Found, losing, matched, run_case
from benchmarks.quality.noise import around

LOADS = [50 + 40 * ((minute // 10) % 3) for minute in range(90)]


def of(lost: float, hours: float, late: float | None = None) -> Found:
    return Found(lost, lost, hours, 10, late)


def test_the_match_is_never_the_poorer() -> None:
    found = matched(lambda setting: of(0, 1000 / setting), 17, 5, 100)
    assert 17 <= found.replica_hours < 17.1
    assert matched(lambda setting: of(0, 10 / setting), 17, 5, 100).replica_hours == 2


def test_between_two_points_of_the_frontier() -> None:
    losses = dict(zip(TARGETS, (0, 1, 3, 3.5, 4, 9, 20), strict=True))
    points = frontier({f"Docktor {target:g}": of(lost, 150 - target) for target, lost in losses.items()})
    assert [one.lost for one in points] == [20, 9, 4, 3.5, 3, 1, 0]
    assert cost_at(points, 2) == pytest.approx(87.5)
    assert (cost_at(points, 20), cost_at(points, 0)) == (55, 100)
    assert cost_at(points[:-1], 0) is None


def test_the_cheapest_that_loses_no_more() -> None:
    found = losing(lambda margin: of(max(3 - margin, 0), 10 + margin), 1)
    assert found.lost <= 1
    assert found.replica_hours == pytest.approx(12, abs=0.01)
    assert losing(lambda margin: of(5, 10 + margin), 1).replica_hours == 30  # none does


def test_the_mean_around_each_moment() -> None:
    assert around([0, 6, 0, 0, 12], 1) == [3, 2, 2, 4, 6]
    assert around([5], 20) == [5]


def test_a_case_runs_the_same_twice_and_is_judged(tmp_path: Path) -> None:
    rows = "".join(f"{60 * minute},{load}\n" for minute, load in enumerate(LOADS))
    (tmp_path / "day.csv").write_text(rows)
    cases = [Case("day", 5, 30.0), Case("day", 5, 30.0, queue=True)]
    results = {case: run_case(case, tmp_path) for case in cases}
    assert results == {case: run_case(case, tmp_path) for case in cases}
    assert results[cases[0]]["optimum"].lost == 0
    assert results[cases[1]]["optimum"].late == 0
    assert [bar.name[:3] for bar in bars(results)] == ["(a)", "(b)", "(c)", "(d)", "(e)"]
