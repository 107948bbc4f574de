"""What a forecast comes to, for those who decide and those who look. Immutable values."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """`shadow`: it is watched, and changes nothing; `on`: it counts."""

    OFF = "off"
    SHADOW = "shadow"
    ON = "on"


@dataclass(frozen=True, slots=True)
class Record:
    """What came of it. Shares of the load, `None` until there is something to compare.

    `minutes`: compared. `lost`: with the forecast; `plain_lost`: by the rules at the same cost.
    """

    minutes: int
    lost: float | None
    plain_lost: float | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """How high the load may go within `horizon` seconds.

    `bound`: in replicas' worth of load, `None` while that can't be told. `expert`: whose word weighs most.
    """

    standing: Standing
    horizon: float
    bound: float | None
    expert: str | None
    record: Record

    @property
    def counts(self) -> float | None:
        """The bound, if it is to be heeded."""
        return self.bound if self.standing is Standing.ON else None
