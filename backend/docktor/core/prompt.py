"""The question as text for a model, and the form its answer must have. Pure; same question, same text."""

import json
import math
from collections.abc import Iterator, Mapping

from docktor.core.candidates import Candidate
from docktor.core.decision import RuleResult
from docktor.core.question import Question
from docktor.core.trend import Trend

LONGEST_REASON = 160
MAX_TOKENS = 160
"""Enough for the longest answer there is."""

SYSTEM = """\
You advise an autoscaler. A service runs as a number of equal replicas that share its load. Its owner's rules have \
decided already; the candidates are the numbers of replicas allowed next, and all of them are safe. Choose one.
The candidate with "rules": true is what the rules want. Choose it unless the numbers clearly speak for another:
- load above the limit and still rising: take what the rules want, or more
- a spike that is falling again by itself: fewer than the rules want, or stay
- load that has only just gone low, and was high minutes ago: don't shrink yet
- load that has been low for minutes: shrink, idle replicas cost money
"expected" says what a metric would be with that candidate if the load stays as it is.
Answer with one JSON object and nothing else: {"reason": "at most 20 words", "choice": "id of a candidate"}
Example: cpu.avg 82 now, 64 a minute ago, limit 75, candidates A stay, B +2 (rules)
{"reason": "CPU is above its limit and rising; two more bring it near 50.", "choice": "B"}
Example: cpu.avg 77 now, 96 a minute ago, 41 five minutes ago, limit 75, candidates A stay, B +2 (rules)
{"reason": "A short spike that is nearly over; no need to grow.", "choice": "A"}
Example: cpu.avg 12 now, 14 five minutes ago, limit 20, candidates A -1 (rules), B stay
{"reason": "Load has been low for minutes; one replica fewer is enough.", "choice": "A"}"""


def user_text(question: Question) -> str:
    """One JSON object on one line."""
    facts: dict[str, object] = {
        "replicas": {
            "now": question.current,
            "ready": question.ready,
            "min": question.fewest,
            "max": question.most,
        },
        "rules": [_rule(rule, question.aliases) for rule in question.rules],
        "metrics": [_trend(trend, question.aliases) for trend in question.trends],
    }
    since = {"grew": question.since_up, "shrank": question.since_down}
    if known := {name: round(value) for name, value in since.items() if value is not None}:
        facts["seconds_since_it"] = known
    facts["candidates"] = [_candidate(one, question.current) for one in question.candidates]
    return json.dumps(facts, separators=(",", ":"), allow_nan=False)


def answer_schema(question: Question, *, bounded: bool = True) -> dict[str, object]:
    """The JSON schema of the answer: reason first, since a model thinks while it writes, then one of the ids.

    `bounded`: with the longest reason, which keeps a small model from rambling; OpenAI refuses that part.
    """
    ids = [one.id for one in question.candidates]
    reason: dict[str, object] = {"type": "string", "maxLength": LONGEST_REASON} if bounded else {"type": "string"}
    return {
        "type": "object",
        "properties": {
            "reason": reason,
            "choice": {"type": "string", "enum": ids},
        },
        "required": ["reason", "choice"],
        "additionalProperties": False,
    }


def _rule(rule: RuleResult, aliases: Mapping[str, str]) -> dict[str, object]:
    metric = aliases.get(rule.metric, rule.metric)
    told: dict[str, object] = {rule.direction: f"{metric} {rule.op} {_short(rule.threshold)}", "holds": rule.held}
    if rule.value is not None and math.isfinite(rule.value):
        told["now"] = _short(rule.value)
    return told


def _trend(trend: Trend, aliases: Mapping[str, str]) -> dict[str, object]:
    return {"metric": aliases.get(trend.metric, trend.metric), **dict(_moments(trend))}


def _moments(trend: Trend) -> Iterator[tuple[str, float]]:
    for seconds, value in ((0, trend.now), *trend.ago):
        if math.isfinite(value):
            yield f"{seconds // 60}_min_ago" if seconds else "now", _short(value)


def _candidate(one: Candidate, current: int) -> dict[str, object]:
    change = one.replicas - current
    told: dict[str, object] = {
        "id": one.id,
        "replicas": one.replicas,
        "change": f"{change:+d}" if change else "stay",
    }
    expected = {name: _short(value) for name, value in one.expected.items() if math.isfinite(value)}
    if expected:
        told["expected"] = expected
    return {**told, "rules": True} if one.by_rules else told


def _short(value: float) -> float:
    """Three digits are enough to choose by."""
    short = float(f"{value:.3g}")
    if math.isinf(short):  # rounded up, the largest of all numbers is none any more
        return value
    return int(short) if short.is_integer() and abs(short) < 10**16 else short
