"""One test question to one model, for who wants to know whether it answers. Nothing is scaled by it, or scored."""

import asyncio
import time
from typing import TYPE_CHECKING

from docktor.advisor.endpoint import Endpoint, check_allowed
from docktor.core.scenarios import usual
from docktor.core.situation import Situation
from docktor.errors import BusyError
from docktor.runtime.advisor import Advisor
from docktor.runtime.views import ModelTest

if TYPE_CHECKING:
    from docktor.runtime.bench import Answered, Examiner

WITHIN_S = 30.0
LEAST_S = 5.0
AGAIN_S = 5.0


class ModelTests:
    """One at a time: whoever comes meanwhile gets BusyError. `within`: seconds for the whole of it."""

    def __init__(self, advisor: Advisor, within: float = WITHIN_S) -> None:
        self._advisor = advisor
        self._within = within
        self._one_at_a_time = asyncio.Lock()

    async def ask(self, model: str | None) -> ModelTest:
        """Of that model, or of the one that is asked first. Raises AdvisorUnavailableError where nobody can be asked.

        A model that fails is no error: that is what one wants to know.
        """
        if self._one_at_a_time.locked():
            raise BusyError("another test question is being asked, one at a time; try again", AGAIN_S)
        async with self._one_at_a_time:
            begun = time.monotonic()
            policy = self._advisor.policy
            endpoint = await self._advisor.endpoint()
            check_allowed(endpoint, policy)
            asked = model or await self._advisor.first(endpoint)
            make = await asyncio.to_thread(_examiner_class)
            left = max(self._within - (time.monotonic() - begun), min(LEAST_S, self._within))
            examiner = make(endpoint, policy.api_key, round(left, 1))
            situation = usual()
            async for answered in examiner.put(asked, [situation]):
                return _view(asked, endpoint, situation, answered)
        raise AssertionError("every situation that is put is answered for")


def _view(model: str, endpoint: Endpoint, situation: Situation, answered: "Answered") -> ModelTest:
    return ModelTest(
        model=model,
        base_url=endpoint.where,
        situation=situation.name,
        current=situation.question.current,
        choices=tuple(one.replicas for one in situation.question.candidates),
        by_rules=answered.by_rules,
        best=answered.best,
        replicas=answered.replicas,
        seconds=round(answered.seconds, 3),
        tokens=answered.tokens,
        failure=answered.failure,
    )


def _examiner_class() -> "type[Examiner]":
    """In a thread: it loads the client library, as for asking in earnest."""
    from docktor.runtime.bench import Examiner

    return Examiner
