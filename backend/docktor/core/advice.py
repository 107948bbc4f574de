"""What came of asking a model once. Immutable values."""

from dataclasses import dataclass

from docktor.core.decision import Metadata, Verdict
from docktor.core.world import Snapshot


@dataclass(frozen=True, slots=True)
class Advice:
    """`replicas`: what it chose, `None` when there is no advice: `failure` then says why.

    `said`: its reason, or what it answered instead. `latency_ms`: from asking to the answer, of all models that were
    tried. `tokens`: of prompt and answers, `None` where the endpoint doesn't count.
    """

    provider: str
    model: str | None
    replicas: int | None = None
    said: str | None = None
    failure: str | None = None
    latency_ms: float | None = None
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Shadow:
    """An answer that is only scored: what it was about, and what was decided without it."""

    seen: Snapshot
    verdict: Verdict
    iteration: int
    advice: Advice


def metadata(advice: Advice, *, changed: bool) -> Metadata:
    """The advice as a decision keeps it."""
    return Metadata(
        provider=advice.provider,
        model=advice.model,
        latency_ms=advice.latency_ms,
        tokens=advice.tokens,
        advice=advice.said,
        chosen=advice.replicas,
        changed=changed,
        failure=advice.failure,
    )
