"""What a former daemon left on record that this one must know of, or bring to an end."""

from collections.abc import Sequence
from datetime import datetime

from docktor.advisor.budget import DAY_S
from docktor.core.approval import ApprovalState, settled
from docktor.core.decision import Decision, Phase
from docktor.runtime.recorder import Recorder

MOST_RECALLED = 500


def calls_of_the_day(recalled: Sequence[Decision], now: datetime) -> list[tuple[float, int]]:
    """The questions of the last day, so that its budget goes on: seconds ago, and tokens, oldest first.

    `recalled`: the last decisions, newest first.
    """
    asked = [one for one in recalled if one.metadata.latency_ms is not None]
    calls = [((now - one.timestamp).total_seconds(), one.metadata.tokens or 0) for one in reversed(asked)]
    return [(ago, tokens) for ago, tokens in calls if 0 <= ago < DAY_S]


async def end_waiting(recalled: Sequence[Decision], recorder: Recorder) -> None:
    """What waited for a person was about a moment that is over."""
    for one in recalled:
        if one.phase is Phase.PROPOSED:
            now = recorder.clock.now()
            await recorder.write(settled(one, ApprovalState.SUPERSEDED, None, now, "the daemon was restarted"))
