"""What must hold between fields. Works on the raw values, so that one wrong field doesn't hide the others' faults."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from docktor.compose.document import Document, Place, Value, printable
from docktor.config.model import CPU_HIGH, CPU_LOW
from docktor.config.schema import Rule, Sizing
from docktor.config.words import describe, suggest
from docktor.core.foresight import FORESEEN
from docktor.core.metrics import BUILT_IN, DESIRED, REPLICAS
from docktor.core.policy import Condition, Op
from docktor.errors import Problem

_QUEUE = "queue."
_OURS = frozenset((*BUILT_IN, REPLICAS, DESIRED, FORESEEN))
"""What is measured, and what is put on record beside it."""
_Model = TypeVar("_Model", bound=BaseModel)


def check_single(doc: Document, raw: Mapping[str, Value]) -> Iterator[Problem]:
    """Faults between the fields of the single-service form."""
    scaling = raw.get("scaling")
    values = scaling if isinstance(scaling, dict) else {}
    at: Place = ("scaling",)
    yield from _check_sizes(doc, at, values)
    low, high = _number(values, "cpu_low", CPU_LOW), _number(values, "cpu_high", CPU_HIGH)
    if low is not None and high is not None and low >= high:
        place = (*at, "cpu_low" if "cpu_low" in values else "cpu_high")
        yield doc.problem(place, f"cpu_low ({low:g}) must be below cpu_high ({high:g})")


def check_multi(doc: Document, services: Value) -> Iterator[Problem]:
    """Faults between the fields of each service, and between services."""
    seen: dict[tuple[str, str], int] = {}
    for index, raw in enumerate(services if isinstance(services, list) else []):
        if not isinstance(raw, dict):
            continue
        at: Place = ("services", index)
        key = (str(raw.get("project") or ""), str(raw.get("name")))
        if "name" in raw and key in seen:
            message = f"{describe(raw['name'])} is already services[{seen[key]}]; a service may stand here once"
            yield doc.problem((*at, "name"), message)
        seen.setdefault(key, index)
        yield from _check_sizes(doc, at, raw)
        yield from _check_zero(doc, at, raw)
        yield from _check_own_metrics(doc, at, raw)
        yield from _check_rules(doc, at, raw)


def unknown_metric(name: str, own: Sequence[str] = (), has_queue: bool = False) -> str | None:
    """What is wrong with a metric's name, `None` if nothing. `own`: names from the service's `metrics`."""
    if name in own or (has_queue and name.startswith(_QUEUE) and name != _QUEUE):
        return None
    if name in BUILT_IN:
        return f"{name} needs a queue block in this service" if name.startswith(_QUEUE) else None
    known = {*own, *(known for known in BUILT_IN if has_queue or not known.startswith(_QUEUE))}
    return f'unknown metric "{printable(name)}"; {suggest(name, known)}'


def contradictions(up: Sequence[Condition], down: Sequence[Condition]) -> Iterator[str]:
    """Where a value of one metric would ask for both at once, or leave no gap between up and down."""
    for condition in up:
        low, high = _range([other for other in down if other.metric == condition.metric])
        if (low, high) == (-math.inf, math.inf) or low > high or not _touches(condition, low, high):
            continue
        others = " and ".join(str(other) for other in down if other.metric == condition.metric)
        yield f"scale up when {condition} overlaps scale down when {others}; leave a gap between the two thresholds"


def _range(conditions: Sequence[Condition]) -> tuple[float, float]:
    """The values for which all of them hold, borders included."""
    low, high = -math.inf, math.inf
    for condition in conditions:
        if condition.op in (Op.GT, Op.GE, Op.EQ):
            low = max(low, condition.value)
        if condition.op in (Op.LT, Op.LE, Op.EQ):
            high = min(high, condition.value)
    return low, high


def _touches(condition: Condition, low: float, high: float) -> bool:
    if condition.op in (Op.GT, Op.GE):
        if low == high:  # down at one exact value only
            return high > condition.value or (condition.op is Op.GE and high == condition.value)
        return high >= condition.value
    if condition.op in (Op.LT, Op.LE):
        if low == high:
            return low < condition.value or (condition.op is Op.LE and low == condition.value)
        return low <= condition.value
    return condition.op is Op.EQ and low <= condition.value <= high


def _check_sizes(doc: Document, at: Place, raw: Mapping[str, Value]) -> Iterator[Problem]:
    fields = Sizing.model_fields
    low = _number(raw, "min_replicas", fields["min_replicas"].default)
    high = _number(raw, "max_replicas", fields["max_replicas"].default)
    if low is None or high is None or low <= high:
        return
    told = ["" if name in raw else ", the default" for name in ("min_replicas", "max_replicas")]
    place = (*at, "min_replicas" if "min_replicas" in raw else "max_replicas")
    yield doc.problem(place, f"min_replicas ({low:g}{told[0]}) is above max_replicas ({high:g}{told[1]})")


def _check_zero(doc: Document, at: Place, raw: Mapping[str, Value]) -> Iterator[Problem]:
    """Zero replicas tell nothing of themselves: only what waits in a queue can ask for one again."""
    has_queue = raw.get("queue") is not None
    if "activation" in raw and not has_queue:
        yield doc.problem((*at, "activation"), "means messages in the queue, and this service has no queue block")
    fallback = _number(raw, "fallback_replicas", 0)
    most = _number(raw, "max_replicas", Sizing.model_fields["max_replicas"].default)
    if fallback and most and fallback > most:
        told = "" if "max_replicas" in raw else ", the default"
        yield doc.problem((*at, "fallback_replicas"), f"{fallback:g} is above max_replicas ({most:g}{told})")
    if "fallback_replicas" in raw and not has_queue and not _own_metrics(raw):
        yield doc.problem((*at, "fallback_replicas"), "is for when a source is away, and this service has none")
    if raw.get("min_replicas") != 0 or isinstance(raw["min_replicas"], bool):
        return
    others = sorted({name for name in _spoken_of(raw) if not name.startswith(_QUEUE)})
    if not has_queue or others:
        why = f"{', '.join(map(printable, others))} can't tell" if others else "there is no queue block"
        message = f"can be 0 only where queue.* alone decides, to know when work comes back; {why}"
        yield doc.problem((*at, "min_replicas"), message)


def _spoken_of(raw: Mapping[str, Value]) -> Iterator[str]:
    rules = raw.get("rules")
    sides = rules.values() if isinstance(rules, dict) else ()
    items = [item for side in sides if isinstance(side, list) for item in side]
    for item in (*items, raw.get("target")):
        if isinstance(item, dict) and isinstance(name := item.get("metric"), str):
            yield name


def _check_own_metrics(doc: Document, at: Place, raw: Mapping[str, Value]) -> Iterator[Problem]:
    counts = Counter(name for _, name in _own_metrics(raw))
    for index, name in _own_metrics(raw):
        place = (*at, "metrics", index, "name")
        if name in _OURS or name.startswith(_QUEUE):
            yield doc.problem(place, f"{name} is a name Docktor uses itself; choose another")
        elif counts[name] > 1:
            yield doc.problem(place, f"{printable(name)} is the name of more than one metric here")


def _check_rules(doc: Document, at: Place, raw: Mapping[str, Value]) -> Iterator[Problem]:
    rules, target = raw.get("rules"), raw.get("target")
    sides: dict[str, list[Condition]] = {"scale_up_when": [], "scale_down_when": []}
    written = 0
    own, has_queue = [name for _, name in _own_metrics(raw)], raw.get("queue") is not None
    for side, conditions in sides.items():
        listed = rules.get(side) if isinstance(rules, dict) else None
        for index, item in enumerate(listed if isinstance(listed, list) else []):
            written += 1
            place = (*at, "rules", side, index)
            yield from _check_metric(doc, place, item, own, has_queue)
            if rule := _valid(Rule, item):
                conditions.append(Condition(rule.metric, Op(rule.op), rule.value))
    yield from _check_metric(doc, (*at, "target"), target, own, has_queue)
    for message in contradictions(sides["scale_up_when"], sides["scale_down_when"]):
        yield doc.problem((*at, "rules"), message)
    if not written and target is None and (rules is None or isinstance(rules, dict)):
        yield doc.problem(at, "has neither rules nor a target; say when to scale")


def _check_metric(doc: Document, at: Place, item: Value, own: Sequence[str], has_queue: bool) -> Iterator[Problem]:
    name = item.get("metric") if isinstance(item, dict) else None
    if isinstance(name, str) and (fault := unknown_metric(name, own, has_queue)):
        yield doc.problem((*at, "metric"), fault)


def _own_metrics(raw: Mapping[str, Value]) -> list[tuple[int, str]]:
    listed = raw.get("metrics")
    items = enumerate(listed if isinstance(listed, list) else [])
    named = [(index, item.get("name")) for index, item in items if isinstance(item, dict)]
    return [(index, name) for index, name in named if isinstance(name, str)]


def _number(raw: Mapping[str, Value], name: str, default: float) -> float | None:
    value = raw.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def _valid(model: type[_Model], value: Value) -> _Model | None:
    try:
        return model.model_validate(value)
    except ValidationError:
        return None
