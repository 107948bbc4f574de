"""A decision as plain JSON values and back: one form for the journal, the API and `--json`."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from docktor.core.decision import Action, Approval, Decision, Limit, Metadata, Outcome, Phase, RuleResult, Source

Word = TypeVar("Word", bound=StrEnum)
Part = TypeVar("Part")

_LARGEST = 2**63 - 1


def to_dict(decision: Decision) -> dict[str, object]:
    """Every key of the contract in its order; unknown is `None`, NaN and infinity count as unknown.

    Raises ValueError when a time has no time zone.
    """
    return {
        "id": decision.id,
        "timestamp": write_time(decision.timestamp),
        "iteration": decision.iteration,
        "project": decision.project,
        "service": decision.service,
        "action": decision.action.value,
        "current_replicas": decision.current_replicas,
        "target_replicas": decision.target_replicas,
        "reason": decision.reason,
        "avg_cpu": _finite(decision.avg_cpu),
        "observations": _write_numbers(decision.observations),
        "rules": [_write_rule(rule) for rule in decision.rules],
        "limits": [
            {"code": limit.code, "text": limit.text, "before": limit.before, "after": limit.after}
            for limit in decision.limits
        ],
        "source": decision.source.value,
        "metadata": _write_metadata(decision.metadata),
        "approval": _write_approval(decision.approval),
        "phase": decision.phase.value,
        "took_ms": _finite(decision.took_ms),
        "error": decision.error,
        "outcome": _write_outcome(decision.outcome),
    }


def from_dict(data: object) -> Decision:
    """The decision `to_dict` wrote. Keys it doesn't know are passed over, absent optional ones are unknown.

    Raises ValueError saying which key is wrong.
    """
    fields = _object(data, "a decision")
    return Decision(
        id=_integer(fields, "id"),
        timestamp=_time(fields, "timestamp"),
        iteration=_integer(fields, "iteration"),
        project=_text(fields, "project"),
        service=_text(fields, "service"),
        action=_word(fields, "action", Action),
        current_replicas=_integer(fields, "current_replicas"),
        target_replicas=_integer(fields, "target_replicas"),
        reason=_text(fields, "reason"),
        avg_cpu=_number(fields, "avg_cpu"),
        observations=_numbers(fields, "observations"),
        rules=_parts(fields, "rules", _read_rule),
        limits=_parts(fields, "limits", _read_limit),
        source=_word(fields, "source", Source),
        phase=_word(fields, "phase", Phase),
        metadata=_read_metadata(fields.get("metadata")),
        approval=_read_approval(fields.get("approval")),
        took_ms=_number(fields, "took_ms"),
        error=_optional_text(fields, "error"),
        outcome=_read_outcome(fields.get("outcome")),
    )


def write_time(moment: datetime) -> str:
    """ISO 8601 in UTC, with a Z. Raises ValueError for a time without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"the time {moment.isoformat()} has no time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _write_numbers(numbers: Mapping[str, float | None]) -> dict[str, float | None]:
    return {name: _finite(value) for name, value in numbers.items()}


def _write_rule(rule: RuleResult) -> dict[str, object]:
    return {
        "rule": rule.rule,
        "metric": rule.metric,
        "op": str(rule.op),
        "threshold": _finite(rule.threshold),
        "value": _finite(rule.value),
        "held": rule.held,
        "direction": rule.direction,
        "why": rule.why,
    }


def _write_metadata(metadata: Metadata) -> dict[str, object]:
    return {
        "provider": metadata.provider,
        "model": metadata.model,
        "latency_ms": _finite(metadata.latency_ms),
        "tokens": metadata.tokens,
        "advice": metadata.advice,
        "chosen": metadata.chosen,
        "changed": metadata.changed,
        "failure": metadata.failure,
    }


def _write_approval(approval: Approval | None) -> dict[str, object] | None:
    if approval is None:
        return None
    at = None if approval.at is None else write_time(approval.at)
    return {"state": approval.state, "by": approval.by, "at": at}


def _write_outcome(outcome: Outcome | None) -> dict[str, object] | None:
    if outcome is None:
        return None
    return {
        "verdict": outcome.verdict,
        "at": write_time(outcome.at),
        "observations": _write_numbers(outcome.observations),
    }


def _read_rule(data: object) -> RuleResult:
    fields = _object(data, "a rule")
    threshold = _number(fields, "threshold")
    return RuleResult(
        rule=_text(fields, "rule"),
        metric=_text(fields, "metric"),
        op=_text(fields, "op"),
        threshold=math.nan if threshold is None else threshold,
        value=_number(fields, "value"),
        held=_optional_truth(fields, "held"),
        direction=_text(fields, "direction"),
        why=_optional_text(fields, "why"),
    )


def _read_limit(data: object) -> Limit:
    fields = _object(data, "a limit")
    return Limit(_text(fields, "code"), _text(fields, "text"), _integer(fields, "before"), _integer(fields, "after"))


def _read_metadata(data: object) -> Metadata:
    if data is None:
        return Metadata()
    fields = _object(data, "metadata")
    return Metadata(
        provider=_optional_text(fields, "provider"),
        model=_optional_text(fields, "model"),
        latency_ms=_number(fields, "latency_ms"),
        tokens=None if fields.get("tokens") is None else _integer(fields, "tokens"),
        advice=_optional_text(fields, "advice"),
        chosen=None if fields.get("chosen") is None else _integer(fields, "chosen"),
        changed=_optional_truth(fields, "changed"),
        failure=_optional_text(fields, "failure"),
    )


def _read_approval(data: object) -> Approval | None:
    if data is None:
        return None
    fields = _object(data, "approval")
    at = None if fields.get("at") is None else _time(fields, "at")
    return Approval(_text(fields, "state"), _optional_text(fields, "by"), at)


def _read_outcome(data: object) -> Outcome | None:
    if data is None:
        return None
    fields = _object(data, "outcome")
    return Outcome(_text(fields, "verdict"), _time(fields, "at"), _numbers(fields, "observations"))


def _wrong(key: str, value: object, wanted: str) -> ValueError:
    return ValueError(f"{key} must be {wanted}, not {str(value)[:60]!r}")


def _object(data: object, what: str) -> Mapping[str, object]:
    if not isinstance(data, Mapping):
        raise _wrong(what, data, "an object")
    return data


def _text(fields: Mapping[str, object], key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str):
        raise _wrong(key, value, "a text")
    return value


def _optional_text(fields: Mapping[str, object], key: str) -> str | None:
    return None if fields.get(key) is None else _text(fields, key)


def _optional_truth(fields: Mapping[str, object], key: str) -> bool | None:
    value = fields.get(key)
    if value is None or isinstance(value, bool):
        return value
    raise _wrong(key, value, "true, false or null")


def _integer(fields: Mapping[str, object], key: str) -> int:
    value = fields.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        raise _wrong(key, value, "a whole number from 0")
    return value


def _as_number(key: str, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(key, value, "a number or null")
    try:
        return _finite(float(value))
    except OverflowError:
        return None


def _number(fields: Mapping[str, object], key: str) -> float | None:
    return _as_number(key, fields.get(key))


def _numbers(fields: Mapping[str, object], key: str) -> Mapping[str, float | None]:
    numbers = _object(fields.get(key, {}), key)
    return MappingProxyType({name: _as_number(f"{key}.{name}", value) for name, value in numbers.items()})


def read_time(text: str) -> datetime:
    """A time in UTC. Raises ValueError unless it is ISO 8601 with a time zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"the time {text} has no time zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"the time {text} is out of range") from None


def _time(fields: Mapping[str, object], key: str) -> datetime:
    text = _text(fields, key)
    try:
        return read_time(text)
    except ValueError:
        raise _wrong(key, text, "a time such as 2026-01-31T09:30:00Z") from None


def _word(fields: Mapping[str, object], key: str, words: type[Word]) -> Word:
    text = _text(fields, key)
    try:
        return words(text)
    except ValueError:
        raise _wrong(key, text, f"one of {', '.join(words)}") from None


def _parts(fields: Mapping[str, object], key: str, read: Callable[[object], Part]) -> tuple[Part, ...]:
    parts = fields.get(key, [])
    if not isinstance(parts, Sequence) or isinstance(parts, str):
        raise _wrong(key, parts, "a list")
    return tuple(read(part) for part in parts)
