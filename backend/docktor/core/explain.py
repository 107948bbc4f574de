"""A decision in words: the same ones in the terminal, the page and every message."""

from docktor.core.decision import Action, Decision, Phase, RuleResult
from docktor.core.words import number

_SIGNS = {Action.SCALE_UP: "▲", Action.SCALE_DOWN: "▼", Action.HOLD: "·"}
_PHASES = {
    Phase.INTENDED: "is being done",
    Phase.DONE: "done",
    Phase.FAILED: "failed",
    Phase.BLOCKED: "not done",
    Phase.PROPOSED: "proposed; waits for approval",
}


def sentence(decision: Decision) -> str:
    """`▲ shop/web 2 → 4: cpu.avg 91 > 75`"""
    who = f"{decision.project}/{decision.service}"
    text = f"{_SIGNS[decision.action]} {who} {_change(decision)}: {decision.reason}"
    if decision.phase is Phase.FAILED:
        return f"{text} (failed: {decision.error})"
    if decision.phase is Phase.PROPOSED:
        return f"{text} (proposed)"
    return text


def news(decision: Decision) -> str:
    """What just happened, for those who follow along: the intent as a sentence, then only what came of it."""
    who = f"{decision.project}/{decision.service}"
    if decision.action is Action.HOLD or decision.phase in (Phase.INTENDED, Phase.PROPOSED, Phase.BLOCKED):
        return sentence(decision)
    took = f" after {decision.took_ms / 1000:.1f} s" if decision.took_ms is not None else ""
    if decision.phase is Phase.FAILED:
        return f"✗ {who} {_change(decision)} failed{took}: {decision.error}"
    return f"✓ {who} has {decision.target_replicas}{took}"


def paragraph(decision: Decision) -> list[str]:
    """One line for each step of the way: saw, rules, limits, did."""
    stamp = decision.timestamp.strftime("%Y-%m-%d %H:%M:%S")
    lines = [f"#{decision.id}  {stamp} UTC  {sentence(decision)}"]
    seen = [f"{name} {number(value)}" for name, value in sorted(decision.observations.items()) if _worth(name, value)]
    if seen:
        lines.append("  saw     " + ", ".join(seen))
    for at, rule in enumerate(decision.rules):
        lines.append(("  rules   " if at == 0 else "          ") + _rule(rule))
    for at, limit in enumerate(decision.limits):
        change = f" ({limit.before} → {limit.after})" if limit.before != limit.after else ""
        lines.append(("  limits  " if at == 0 else "          ") + limit.text + change)
    lines.append("  asked   " + _who(decision))
    took = f" in {decision.took_ms / 1000:.1f} s" if decision.took_ms is not None else ""
    failed = f": {decision.error}" if decision.error else ""
    lines.append(f"  result  {_PHASES[decision.phase]}{took}{failed}")
    return lines


def _worth(name: str, value: float | None) -> bool:
    """Not the many numbers that are zero or that nobody asked about."""
    return name in ("cpu.avg", "memory.avg", "replicas.ready") or (
        name.startswith(("queue.", "health.")) and bool(value)
    )


def _change(decision: Decision) -> str:
    if decision.current_replicas == decision.target_replicas:
        return f"stays at {decision.current_replicas}"
    return f"{decision.current_replicas} → {decision.target_replicas}"


def _rule(rule: RuleResult) -> str:
    mark = {True: "yes", False: "no ", None: "?  "}[rule.held]
    why = f" ({rule.why})" if rule.why else ""
    return f"{mark} {rule.direction}: {rule.metric} {number(rule.value)} {rule.op} {number(rule.threshold)}{why}"


def _who(decision: Decision) -> str:
    if decision.metadata.model:
        return f"{decision.source}, advised by {decision.metadata.model}"
    return str(decision.source)
