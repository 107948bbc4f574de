"""How tokens are shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from docktor.core.roles import Role
from docktor.memory.tokens import Token


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token as it is listed."""

    name: str
    role: Role
    created: datetime
    expires: datetime | None
    expired: bool

    @classmethod
    def of(cls, token: Token, now: datetime) -> Self:
        return cls(token.name, token.role, token.created, token.expires, not token.live(now))


@dataclass(frozen=True, slots=True)
class NewTokenView:
    """`token`: shown this once."""

    name: str
    role: Role
    expires: datetime | None
    token: str
