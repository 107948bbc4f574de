"""Decisions for tests: one by hand, or any at all."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypedDict, Unpack

from hypothesis import strategies as st

from docktor.core.decision import Action, Approval, Decision, Limit, Metadata, Outcome, Phase, RuleResult, Source

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Changes(TypedDict, total=False):
    timestamp: datetime
    project: str
    service: str
    action: Action
    current_replicas: int
    target_replicas: int
    reason: str
    avg_cpu: float | None
    observations: Mapping[str, float | None]
    rules: tuple[RuleResult, ...]
    phase: Phase


def make(number: int, **changes: Unpack[Changes]) -> Decision:
    """A finished scale up, `number` seconds after noon."""
    decision = Decision(
        id=number,
        timestamp=NOON + timedelta(seconds=number),
        iteration=number,
        project="shop",
        service="web",
        action=Action.SCALE_UP,
        current_replicas=2,
        target_replicas=4,
        reason="cpu.avg is 92 %, above 75 %",
        avg_cpu=92.5,
        observations={"cpu.avg": 92.5, "queue.backlog": None},
        rules=(RuleResult("cpu.avg > 75", "cpu.avg", ">", 75.0, 92.5, True, "up"),),
        limits=(Limit("max", "at most 4", 6, 4),),
        source=Source.RULES,
        phase=Phase.DONE,
        took_ms=812.25,
    )
    return replace(decision, **changes)


TEXTS = st.text(max_size=20)  # lone surrogates are texts, too
COUNTS = st.integers(0, 2**63 - 1)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
PERHAPS = st.none() | NUMBERS
# Away from the ends of the calendar, where every zone still has a UTC time.
TIMES = (
    st.datetimes(timezones=st.timezones())
    .filter(lambda moment: 1 < moment.year < 9999)
    .map(lambda moment: moment.astimezone(UTC))
)
OBSERVATIONS = st.dictionaries(TEXTS, PERHAPS, max_size=4)
RULES = st.builds(
    RuleResult,
    rule=TEXTS,
    metric=TEXTS,
    op=TEXTS,
    threshold=NUMBERS,
    value=PERHAPS,
    held=st.none() | st.booleans(),
    direction=TEXTS,
    why=st.none() | TEXTS,
)
DECISIONS = st.builds(
    Decision,
    id=st.integers(1, 2**63 - 1),
    timestamp=TIMES,
    iteration=COUNTS,
    project=TEXTS,
    service=TEXTS,
    action=st.sampled_from(Action),
    current_replicas=COUNTS,
    target_replicas=COUNTS,
    reason=TEXTS,
    avg_cpu=PERHAPS,
    observations=OBSERVATIONS,
    rules=st.lists(RULES, max_size=3).map(tuple),
    limits=st.lists(st.builds(Limit, code=TEXTS, text=TEXTS, before=COUNTS, after=COUNTS), max_size=2).map(tuple),
    source=st.sampled_from(Source),
    phase=st.sampled_from(Phase),
    metadata=st.builds(
        Metadata,
        provider=st.none() | TEXTS,
        model=st.none() | TEXTS,
        latency_ms=PERHAPS,
        tokens=st.none() | COUNTS,
        advice=st.none() | TEXTS,
    ),
    approval=st.none() | st.builds(Approval, state=TEXTS, by=st.none() | TEXTS, at=st.none() | TIMES),
    took_ms=PERHAPS,
    error=st.none() | TEXTS,
    outcome=st.none() | st.builds(Outcome, verdict=TEXTS, at=TIMES, observations=OBSERVATIONS),
)
