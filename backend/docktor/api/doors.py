"""What the API over TCP knows of those who ask: tokens, sessions, and how often each has asked."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.types import Scope

from docktor.api.rates import Buckets
from docktor.api.sessions import Session, Sessions
from docktor.core.roles import Role
from docktor.memory.tokens import OWNER, Token, Tokens
from docktor.runtime.clock import Clock

LOGINS_A_MINUTE = 5
WRITES_A_MINUTE = 30
READS_A_MINUTE = 300
MOST_STREAMS = 50

_KEY = "docktor.caller"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `token`: `None` on the unix socket. `session`: for a page that came with its cookie."""

    name: str
    role: Role
    token: Token | None = None
    session: Session | None = None


THE_OWNER = Caller(OWNER, Role.ADMIN)


class Doors:
    """One for each daemon. Tokens are read when it starts; changes go through it."""

    def __init__(self, tokens: Tokens, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.tokens = tokens
        self.sessions = Sessions(tokens)
        self.logins = Buckets(LOGINS_A_MINUTE)
        self.writes = Buckets(WRITES_A_MINUTE)
        self.reads = Buckets(READS_A_MINUTE)
        self.streams = 0
        self.cookie = "docktor_session"

    def by_token(self, text: str) -> Caller | None:
        token = self.tokens.find(text, self.clock.now())
        return Caller(token.name, token.role, token) if token else None

    def by_cookie(self, cookie: str, key: str) -> Caller | None:
        found = self.sessions.find(cookie, key, self.clock.now())
        return Caller(found[1].name, found[1].role, found[1], found[0]) if found else None

    def still_open(self, caller: Caller) -> bool:
        """Whether who came in some time ago might still come in. An open stream counts as use of a session."""
        now = self.clock.now()
        if caller.session is not None:
            return self.sessions.keep(caller.session, now)
        return caller.token is None or self.tokens.by_digest(caller.token.digest, now) is not None

    def wait(self, caller: Caller | None, peer: str, *, writes: bool) -> int:
        """Seconds until `caller` may ask again; 0: now. Who has no token is known by the address, `peer`."""
        key = peer
        if caller is not None:
            key = caller.session.digest if caller.session else caller.token.digest if caller.token else peer
        return (self.writes if writes else self.reads).take(key, self.clock.steady())


def set_caller(scope: Scope, caller: Caller | None) -> None:
    """Note on a request who sent it; `None`: over TCP, and without a token."""
    scope[_KEY] = caller


def caller_of(connection: HTTPConnection) -> Caller | None:
    """Who sent it, the owner when nobody asked for a token; `None` for somebody without one over TCP."""
    caller: Caller | None = connection.scope.get(_KEY, THE_OWNER)
    return caller


def doors_of(connection: HTTPConnection) -> Doors:
    doors: Doors = connection.app.state.doors
    return doors
