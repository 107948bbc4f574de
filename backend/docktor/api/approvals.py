"""Proposals that wait for a person."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from docktor.api.actor import By
from docktor.api.bodies import Body, Reason
from docktor.api.plain import thaw
from docktor.api.router import api_router
from docktor.api.routes import Id, TheOffice
from docktor.core.decision import Decision
from docktor.runtime.views import ApprovalView

router = api_router()


class ApprovalBody(Body):
    """`replicas` belongs to `modify`: the number to have instead of the one proposed."""

    verdict: Literal["approve", "reject", "modify"]
    replicas: Annotated[int, Field(ge=0, le=10_000, strict=True)] | None = None
    reason: Reason = ""

    @model_validator(mode="after")
    def _replicas_with_modify(self) -> Self:
        if (self.verdict == "modify") != (self.replicas is not None):
            raise ValueError("replicas is for modify, and modify needs it")
        return self


@router.get("/approvals")
async def approvals(office: TheOffice) -> Sequence[ApprovalView]:
    """The proposals that wait, the one that ends first in front."""
    return thaw(await office.approvals())


@router.post("/approvals/{decision_id}")
async def answer_approval(office: TheOffice, by: By, decision_id: Id, body: ApprovalBody) -> Decision:
    """Approve, reject or change a proposal. 409 when it was answered, expired, or does not fit any more."""
    if body.verdict == "reject":
        return thaw(await office.reject(decision_id, body.reason, by))
    return thaw(await office.approve(decision_id, body.replicas, body.reason, by))
