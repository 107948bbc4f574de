"""A decision in words, over HTTP."""

from dataclasses import dataclass

from docktor.api.router import api_router
from docktor.api.routes import Id, TheOffice, decision
from docktor.core.explain import explained

router = api_router()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Lines for a person; what does not print is `?` in them."""

    text: str


@router.get("/decisions/{decision_id}/explain")
async def explain(office: TheOffice, decision_id: Id) -> Explanation:
    """What was seen, which rules held, what limited it and what was done: what `docktor explain ID` prints.

    The time in it is the daemon's, with its zone.
    """
    return Explanation("\n".join(explained(await decision(office, decision_id))))
