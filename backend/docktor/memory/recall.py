"""What a restarted daemon must know of the past to go on as if it had not been away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from docktor.core.decision import Action, Decision, Phase
from docktor.core.world import ServiceId


@dataclass(frozen=True, slots=True)
class LastScales:
    """When a service was last scaled up and down (time of the decision), and the replicas it was left with."""

    last_up: datetime | None = None
    last_down: datetime | None = None
    target: int | None = None


def last_scales(decisions: Iterable[Decision]) -> Mapping[ServiceId, LastScales]:
    """Fold decisions, oldest first; only finished scales count."""
    found: dict[ServiceId, LastScales] = {}
    for decision in decisions:
        if decision.phase is not Phase.DONE or decision.action is Action.HOLD:
            continue
        service = ServiceId(decision.project, decision.service)
        known = found.get(service, LastScales())
        if decision.action is Action.SCALE_UP:
            known = replace(known, last_up=decision.timestamp)
        else:
            known = replace(known, last_down=decision.timestamp)
        found[service] = replace(known, target=decision.target_replicas)
    return found
