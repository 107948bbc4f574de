"""What a model is asked: numbers, words of our own and a closed list. No name, label or log line is in it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from docktor.core.candidates import Candidate
from docktor.core.decide import Tick
from docktor.core.decision import RuleResult
from docktor.core.metrics import BUILT_IN
from docktor.core.policy import Policy
from docktor.core.readiness import serving
from docktor.core.trend import Glance, Trend, trends, worth_telling
from docktor.core.world import Snapshot

MOST_RULES = 12


@dataclass(frozen=True, slots=True)
class Question:
    """`since_up`, `since_down`: seconds since it last grew and shrank, `None` if not known. `aliases`: what a metric is
    called towards the model.
    """

    current: int
    ready: int
    fewest: int
    most: int
    rules: tuple[RuleResult, ...]
    trends: tuple[Trend, ...]
    candidates: tuple[Candidate, ...]
    aliases: Mapping[str, str]
    since_up: float | None = None
    since_down: float | None = None

    def replicas(self, choice: str | None) -> int | None:
        """The number that the candidate of that id stands for."""
        return next((one.replicas for one in self.candidates if one.id == choice), None)

    @property
    def ids(self) -> frozenset[str]:
        """What may be chosen."""
        return frozenset(one.id for one in self.candidates)

    @property
    def by_rules(self) -> int:
        """What is done without advice."""
        return next(one.replicas for one in self.candidates if one.by_rules)


def question(
    policy: Policy, seen: Snapshot, tick: Tick, choice: tuple[Candidate, ...], trail: tuple[Glance, ...]
) -> Question:
    """What to ask about this tick. `trail`: the numbers of the last minutes."""
    past = tick.judged_by
    told = sorted(tick.verdict.rules, key=lambda rule: not rule.held)[:MOST_RULES]
    return Question(
        current=seen.current,
        ready=serving(seen.state.replicas),
        fewest=policy.fewest,
        most=policy.max_replicas,
        rules=tuple(told),
        trends=trends(trail, seen, worth_telling(policy)),
        candidates=choice,
        aliases=aliases(policy.metrics),
        since_up=_since(past.last_up, seen.at),
        since_down=_since(past.last_down, seen.at),
    )


def aliases(metrics: Iterable[str]) -> Mapping[str, str]:
    """Docktor's own names stay; whatever others may have named becomes `metric_1`, `metric_2`, …"""
    own = [name for name in sorted(set(metrics)) if name not in BUILT_IN]
    return {name: f"metric_{index}" for index, name in enumerate(own, start=1)}


def _since(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max((now - moment).total_seconds(), 0.0)
