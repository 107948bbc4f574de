"""Who may do what, in three steps."""

from enum import StrEnum

PERSON = "person"
"""Who did something, when no token says it."""


class Role(StrEnum):
    """Each may do what the one before it may, and more."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        steps = tuple(Role)
        return steps.index(self) >= steps.index(needed)
