"""A gap in watching: what may still be believed of a service's past after it. Pure."""

from datetime import datetime, timedelta

from docktor.core.decision import Past
from docktor.core.policy import Policy


def after_gap(past: Past, policy: Policy, now: datetime) -> Past:
    """Old recommendations and the number last seen say nothing now; a person's hold and the cooldowns go on.

    No time lies in the future, where a clock that was set back would otherwise keep the service waiting.
    """
    respected = timedelta(seconds=max(policy.cooldown.up, policy.cooldown.down))
    return past._replace(
        watching_since=now,
        expected=None,
        recommendations=(),
        idle_since=None,
        retry_at=None,
        last_up=_earlier(past.last_up, now),
        last_down=_earlier(past.last_down, now),
        outside_until=_earlier(past.outside_until, now + respected),
    )


def _earlier(at: datetime | None, latest: datetime) -> datetime | None:
    return None if at is None else min(at, latest)
