"""What the OpenAPI document says of each operation beyond its types: one entry each, by operationId."""

from collections.abc import Mapping
from dataclasses import dataclass

from docktor.api import examples as ex

TAGS: Mapping[str, str] = {
    "services": "Projects and their services: how they are, and what a person may do about them.",
    "decisions": "What was decided, and from what.",
    "models": "The model that advises.",
    "sources": "Queues and other sources of numbers.",
    "events": "What happened, as it happens.",
    "access": "Who may ask: sessions for pages, and tokens.",
    "daemon": "The daemon itself.",
}
KEPT = (404, 409, 503)
"""What a person's word about a kept service may meet."""


@dataclass(frozen=True, slots=True)
class About:
    """`errors`: beside those every operation has. `body` and `answer`: examples."""

    tag: str
    summary: str
    errors: tuple[int, ...] = ()
    answer: object = None
    body: Mapping[str, object] | None = None


OPERATIONS: Mapping[str, About] = {
    "health": About("daemon", "How the daemon is", answer=ex.HEALTH),
    "stop": About("daemon", "End the daemon", answer={"stopping": True}),
    "prometheus_metrics": About("daemon", "Numbers for Prometheus", answer=ex.METRICS),
    "projects": About("services", "Every project and service", answer=[ex.PROJECT]),
    "service_detail": About("services", "One service", (404,), ex.DETAIL),
    "service_metrics": About("services", "The history of its metrics", (404, 422), [ex.SERIES]),
    "glance": About("services", "The driving metric of each", (422,), [ex.GLANCE]),
    "costs": About("services", "What their replicas cost", (422,), [ex.COST]),
    "service_advice": About("services", "What would suit it better", (404, 409), ex.ADVICE),
    "scale_service": About(
        "services", "Set its replicas", (*KEPT, 422), ex.DECISION, {"replicas": 4, "reason": "the sale begins"}
    ),
    "hold_service": About(
        "services", "Leave it alone for a while", (400, *KEPT, 422), ex.HELD, {"minutes": 10, "reason": "deploying"}
    ),
    "resume_service": About("services", "End a hold", KEPT, ex.DETAIL),
    "set_service_mode": About("services", "Set its mode", (*KEPT, 422), ex.DETAIL, ex.MODES),
    "check_service": About("services", "Judge it now", (404, 409), ex.DETAIL),
    "service_override": About("services", "The Compose override it needs", (404, 409), ex.OVERRIDE),
    "set_rules": About("services", "Write its rules down", (400, 404, 422, 503), ex.DETAIL, ex.ENTRY),
    "check_rules": About("services", "Try rules on docktor.yaml", (400, 404, 409, 422), ex.RULES_CHECK, ex.ENTRY),
    "remove_rules": About("services", "Take it out of docktor.yaml", (400, 404, 422, 503), ex.DETAIL),
    "replay": About(
        "services",
        "What other rules would have done",
        (400, 404, 409, 422),
        ex.REPLAY,
        {"project": "shop", "service": "worker", "rules": ex.ENTRY, "hours": 24},
    ),
    "approvals": About("decisions", "Proposals that wait", answer=[ex.APPROVAL]),
    "answer_approval": About(
        "decisions", "Approve, reject or change a proposal", (*KEPT, 422), ex.DECISION, {"verdict": "approve"}
    ),
    "decisions": About("decisions", "Decisions, newest first", (422, 503), [ex.DECISION]),
    "decision": About("decisions", "One decision", (404, 422, 503), ex.DECISION),
    "similar_decisions": About("decisions", "Decisions in situations like it", (404, 422, 503), [ex.SIMILAR]),
    "explain": About("decisions", "One decision in words", (404, 422, 503), {"text": ex.EXPLAINED}),
    "providers": About("sources", "The kinds of sources", answer=[ex.PROVIDER]),
    "test_source": About(
        "sources", "Read a source once", (400, 404, 422), [ex.TESTED], {"project": "shop", "queue": ex.QUEUE}
    ),
    "models": About("models", "The models there are", answer=ex.MODELS),
    "set_model": About(
        "models", "Ask another model", (400, 422, 503), ex.ADVISOR, {"model": ex.MODEL, "mode": "shadow"}
    ),
    "test_model": About("models", "Ask it a test question", (422, 503), ex.MODEL_TEST, {"model": ex.MODEL}),
    "pulls": About("models", "Models being fetched", answer=[ex.PULL]),
    "pull_model": About("models", "Fetch a model", (400, 422, 503), ex.PULL, {"model": ex.MODEL}),
    "open_session": About("access", "Begin a session", (401, 422), ex.BEGUN, {"token": "Zm9yIHlvdXIgZXllcyBvbmx5"}),
    "read_session": About("access", "Who is asking", answer=ex.SESSION),
    "end_session": About("access", "End the session", answer={"done": True}),
    "list_tokens": About("access", "The tokens there are", answer=[ex.TOKEN]),
    "add_token": About("access", "A new token", (400, 422), ex.NEW_TOKEN, {"role": "viewer", "name": "dashboard"}),
    "rotate_token": About("access", "A new token for the owner", answer=ex.ROTATED),
    "remove_token": About("access", "Take a token away", (400, 404), {"done": True}),
    "events": About("events", "Events after a cursor", (422,), ex.EVENTS),
    "events_stream": About("events", "Events as they come", (422,), ex.STREAM),
}
