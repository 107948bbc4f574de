"""The proposals of all services that wait for a person."""

from datetime import datetime

from docktor.core.approval import Pending
from docktor.errors import ApprovalNotFoundError, ScaleRefusedError
from docktor.memory.store import Store
from docktor.runtime.fleet import Fleet
from docktor.runtime.keeper import Keeper
from docktor.runtime.views import ApprovalView


class Proposals:
    def __init__(self, fleet: Fleet, store: Store) -> None:
        self._fleet = fleet
        self._store = store

    def views(self, now: datetime) -> tuple[ApprovalView, ...]:
        """The one that ends first in front."""
        waiting = [one.review.waiting for one in self._fleet.keepers.values() if one.review.waiting is not None]
        return tuple(_view(one, now) for one in sorted(waiting, key=lambda one: one.expires))

    async def keeper(self, decision_id: int) -> Keeper:
        """Whose proposal waits under that number. Raises ApprovalNotFoundError, or ScaleRefusedError if it is over."""
        for keeper in self._fleet.keepers.values():
            if keeper.review.waiting is not None and keeper.review.waiting.decision.id == decision_id:
                return keeper
        decision = await self._store.decision(decision_id)
        if decision is None or decision.approval is None:
            raise ApprovalNotFoundError(f"there is no proposal #{decision_id}")
        ended = decision.approval
        by = f" by {ended.by}" if ended.by else ""
        raise ScaleRefusedError("settled", f"#{decision_id} does not wait any more: it was {ended.state}{by}")


def _view(one: Pending, now: datetime) -> ApprovalView:
    return ApprovalView(one.decision, one.expires, round(max((one.expires - now).total_seconds(), 0.0), 1))
