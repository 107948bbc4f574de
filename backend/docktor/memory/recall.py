"""What a restarted daemon must know of the past to go on as if it had not been away."""

from dataclasses import dataclass
from datetime import datetime

from docktor.core.decide import after_scaling
from docktor.core.decision import Action, Past


@dataclass(frozen=True, slots=True)
class Scales:
    """What a service's finished scales have left: when they were, the patience learned. `latest`: the last one's id."""

    latest: int
    past: Past


def after_scale(known: Scales | None, number: int, action: Action, at: datetime) -> Scales:
    """With one more, in order. `at`: the time of the decision.

    A decision may be written again, with what a model had said of it: it counts once.
    """
    if known is not None and known.latest == number:
        return known
    past = known.past if known is not None else Past(watching_since=at)
    learned = after_scaling(past, action, 0, at)
    return Scales(number, learned._replace(expected=None))  # how many there are, only a look can tell
