"""A service's entry in docktor.yaml as plain values, for whoever edits it."""

from collections.abc import Sequence

from docktor.compose.document import Value
from docktor.config.model import tidy
from docktor.core.policy import Condition, Pair, Policy, Prefer
from docktor.core.world import ServiceId

_MOST = 10
_CPU = 60
_NUMBERS = ("scale_up_by", "scale_down_by", "check_interval", "metrics_window", "approval_expires")


def entry_of_policy(policy: Policy, project: str | None) -> dict[str, Value]:
    """The entry that comes to that policy; without what is so by default. `project`: of entries that name none."""
    usual = Policy(policy.service)
    entry = _head(policy.service, project)
    entry |= {"mode": _mode(policy), "min_replicas": policy.min_replicas, "max_replicas": policy.max_replicas}
    entry |= {name: _number(getattr(policy, name)) for name in _NUMBERS if _differs(policy, usual, name)}
    if _differs(policy, usual, "cooldown") or _differs(policy, usual, "cooldown_zero"):
        zero: dict[str, Value] = {"zero": _number(policy.cooldown_zero)} if policy.min_replicas == 0 else {}
        entry["cooldown"] = _pair(policy.cooldown) | zero
    alone = policy.target is not None and not policy.up_when and not policy.down_when
    if _differs(policy, usual, "stabilization") or (alone and not policy.learns_patience):
        entry["stabilization"] = _pair(policy.stabilization)
    steps = {"up": policy.max_step_up, "down": policy.max_step_down}
    if any(steps.values()):
        entry["max_step"] = {side: most for side, most in steps.items() if most}
    if policy.activation:
        entry["activation"] = _number(policy.activation)
    if policy.fallback_replicas:
        entry["fallback_replicas"] = policy.fallback_replicas
    entry |= _foresight(policy)
    return entry | _when(policy)


def _foresight(policy: Policy) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if policy.prefer is not Prefer.BALANCED:
        found["prefer"] = policy.prefer.value
    if policy.price is not None:
        found["price"] = _number(policy.price)
    if not policy.forecast or policy.horizon is not None:
        horizon: Value = "auto" if policy.horizon is None else _number(policy.horizon)
        found["forecast"] = {"enabled": policy.forecast, "horizon": horizon}
    return found


def first_entry(service: ServiceId, replicas: int, project: str | None) -> dict[str, Value]:
    """Something to begin with for a service of which nothing is said: no fewer than it has, by its CPU."""
    sizes: dict[str, Value] = {"min_replicas": max(replicas, 1), "max_replicas": max(replicas, _MOST)}
    return _head(service, project) | sizes | {"target": {"metric": "cpu.avg", "value": _CPU}}


def _head(service: ServiceId, project: str | None) -> dict[str, Value]:
    entry: dict[str, Value] = {"name": service.name}
    if service.project != project:
        entry["project"] = service.project
    return entry


def _mode(policy: Policy) -> Value:
    plain = policy.modes.plain
    return plain if isinstance(plain, str) else {**plain}


def _when(policy: Policy) -> dict[str, Value]:
    found: dict[str, Value] = {}
    sides = {"scale_up_when": policy.up_when, "scale_down_when": policy.down_when}
    if any(sides.values()):
        found["rules"] = {side: _rules(conditions) for side, conditions in sides.items()}
    if goal := policy.target:
        found["target"] = {"metric": goal.metric, "value": _number(goal.value), "tolerance": goal.tolerance}
    return found


def _rules(conditions: Sequence[Condition]) -> list[Value]:
    return [{"metric": one.metric, "op": one.op.value, "value": _number(one.value)} for one in conditions]


def _pair(pair: Pair) -> dict[str, Value]:
    return {"up": _number(pair.up), "down": _number(pair.down)}


def _differs(policy: Policy, usual: Policy, name: str) -> bool:
    return bool(getattr(policy, name) != getattr(usual, name))


def _number(value: float) -> Value:
    whole = tidy(value)
    return whole if isinstance(whole, int | float) else value
