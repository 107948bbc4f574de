"""Situations out of the daemon's record, to try models on again."""

from collections.abc import Sequence
from datetime import timedelta

from docktor.api.client import Client
from docktor.cli.shared import connect
from docktor.config.model import Config
from docktor.core.decision import Decision
from docktor.core.situation import Situation, from_decision
from docktor.core.world import ServiceId
from docktor.errors import DaemonUnreachableError, ServiceNotFoundError
from docktor.runtime.clock import Clock
from docktor.runtime.views import Series

PAGE = 500


def past_situations(config: Config, service: str | None, hours: float) -> tuple[list[Situation], str]:
    """Situations out of the daemon's record, oldest first, and where they are from."""
    policies = {entry.policy.service: entry.policy for entry in config.entries}
    found: list[Situation] = []
    try:
        with connect() as client:
            for one, decisions in _decisions(client, service, hours).items():
                if (policy := policies.get(one)) is None:
                    continue
                history = {series.metric: series.points for series in _history(client, one, hours)}
                made = (from_decision(policy, decision, history) for decision in decisions)
                found += [situation for situation in made if situation is not None]
    except DaemonUnreachableError:
        return [], "no daemon runs"
    return found, f"the last {hours:g} h"


def _history(client: Client, service: ServiceId, hours: float) -> Sequence[Series]:
    try:
        return client.metrics(str(service), hours * 60)
    except ServiceNotFoundError:
        return []


def _decisions(client: Client, service: str | None, hours: float) -> dict[ServiceId, list[Decision]]:
    """Each service's decisions of that time, oldest first, each situation once."""
    oldest = Clock().now() - timedelta(hours=hours)
    found: dict[ServiceId, list[Decision]] = {}
    before = None
    while page := client.decisions(service=service, before=before, limit=PAGE):
        for one in page:
            if one.timestamp >= oldest:
                found.setdefault(ServiceId(one.project, one.service), []).insert(0, one)
        before = page[-1].id
        if page[-1].timestamp < oldest:
            break
    return found
