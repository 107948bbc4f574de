"""Sessions of pages: a cookie and a key in place of a token, which a page could not keep safe.

Scripts can't read the cookie; but browsers send it to every port of the host, so that a server beside this one is told
it. The key is the page's own, and lies where only pages of this very port can read it. Neither is of use alone.
"""

import hmac
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from docktor.memory.tokens import Token, Tokens, digest_of

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
MOST = 200


@dataclass(frozen=True, slots=True)
class Session:
    """`digest` and `key`: those of the cookie and of the key. `token`: digest of the token it was had for; it lives no
    longer than that.
    """

    digest: str
    key: str
    token: str
    begun: datetime
    used: datetime

    @property
    def expires(self) -> datetime:
        """When it ends if it isn't used again."""
        return min(self.used + IDLE, self.begun + LONGEST)


@dataclass(frozen=True, slots=True)
class Begun:
    """A new session, and what its page is told this once."""

    session: Session
    cookie: str = field(repr=False)
    key: str = field(repr=False)


class Sessions:
    """Kept in memory, by hash: they end with the daemon."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._sessions: dict[str, Session] = {}

    def begin(self, token: Token, now: datetime) -> Begun:
        """A session for the holder of `token`. The oldest makes room."""
        self._forget_ended(now)
        while len(self._sessions) >= MOST:
            del self._sessions[next(iter(self._sessions))]
        cookie, key = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        session = Session(digest_of(cookie), digest_of(key), token.digest, now, now)
        self._sessions[session.digest] = session
        return Begun(session, cookie, key)

    def find(self, cookie: str, key: str, now: datetime) -> tuple[Session, Token] | None:
        """The live session with this cookie and this key, now used once more, and its token."""
        # Looked up by its hash: how long that takes tells nothing about the cookie.
        session = self._sessions.get(digest_of(cookie))
        if session is None or not hmac.compare_digest(session.key, digest_of(key)) or not self.keep(session, now):
            return None
        token = self._tokens.by_digest(session.token, now)
        return (self._sessions[session.digest], token) if token else None

    def keep(self, session: Session, now: datetime) -> bool:
        """Whether it still lives; if so, it is now used once more."""
        kept = self._sessions.get(session.digest)
        if kept is None or not self._lives(kept, now):
            return False
        self._sessions[session.digest] = replace(kept, used=now)
        return True

    def end(self, session: Session) -> None:
        self._sessions.pop(session.digest, None)

    def _forget_ended(self, now: datetime) -> None:
        self._sessions = {key: one for key, one in self._sessions.items() if self._lives(one, now)}

    def _lives(self, session: Session, now: datetime) -> bool:
        return now < session.expires and self._tokens.by_digest(session.token, now) is not None
