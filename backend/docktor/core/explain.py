"""A decision in words: the same ones in the terminal, the page and every message."""

from datetime import UTC, tzinfo

from docktor.core.decision import Action, Decision, Phase, RuleResult, Source
from docktor.core.words import clean, number

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
    return _sentence(decision, f"{decision.project}/{decision.service} ")


def brief(decision: Decision) -> str:
    """The same beside the service's name: `▲ 2 → 4: cpu.avg 91 > 75`"""
    return _sentence(decision, "")


def _sentence(decision: Decision, who: str) -> str:
    text = f"{_SIGNS[decision.action]} {who}{_change(decision)}: {decision.reason}"
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


def shadow_news(decision: Decision) -> str:
    """What a model would have chosen that is asked and not heard."""
    who, meta = f"{decision.project}/{decision.service}", decision.metadata
    if meta.chosen is None:
        why = f": {meta.failure}" if meta.failure else f" from {meta.model or meta.provider}"
        return f"{who}: no advice{why}"
    verb = "agrees with" if meta.chosen == decision.target_replicas else f"would choose {meta.chosen} instead of"
    return f"{who}: {meta.model} {verb} {decision.target_replicas}"


def explained(decision: Decision) -> list[str]:
    """The paragraph as it is shown: on this machine's clock, each line without what does not print."""
    return [clean(line) for line in paragraph(decision, decision.timestamp.astimezone().tzinfo or UTC)]


def paragraph(decision: Decision, zone: tzinfo = UTC) -> list[str]:
    """One line for each step of the way: saw, rules, limits, did."""
    stamp = decision.timestamp.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z")
    lines = [f"#{decision.id}  {stamp}  {sentence(decision)}"]
    seen = [f"{name} {number(value)}" for name, value in sorted(decision.observations.items()) if _worth(name, value)]
    if seen:
        lines.append("  saw     " + ", ".join(seen))
    for at, rule in enumerate(decision.rules):
        lines.append(("  rules   " if at == 0 else "          ") + _rule(rule))
    for at, limit in enumerate(decision.limits):
        change = f" ({limit.before} → {limit.after})" if limit.before != limit.after else ""
        lines.append(("  limits  " if at == 0 else "          ") + limit.text + change)
    lines.append("  asked   " + _who(decision))
    if decision.metadata.provider is not None:
        lines.append("  advice  " + _advice(decision))
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
    if decision.source is Source.ADVISOR:
        return f"the model, {decision.metadata.model}"
    return str(decision.source)


def _advice(decision: Decision) -> str:
    """`ai/llama3.2 chose 3 in 0.4 s, 312 tokens (changed): "CPU is high and rising."`"""
    meta = decision.metadata
    who = meta.model or meta.provider or ""
    took = f" in {meta.latency_ms / 1000:.1f} s" if meta.latency_ms is not None else ""
    tokens = f", {meta.tokens} tokens" if meta.tokens else ""
    said = f': "{meta.advice}"' if meta.advice else ""
    if meta.chosen is None:
        return f"none{took}{tokens}: {meta.failure}" if meta.failure else f"none from {who}"
    effect = " (changed what was done)" if meta.changed else ""
    return f"{who} chose {meta.chosen}{took}{tokens}{effect}{said}"
