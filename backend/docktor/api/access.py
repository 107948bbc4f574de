"""Sessions for pages, and the tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Response
from pydantic import Field, SecretStr

from docktor.api.actor import TheCaller
from docktor.api.bodies import Body
from docktor.api.doors import Doors, doors_of
from docktor.api.router import api_router
from docktor.api.sessions import LONGEST
from docktor.api.tokenviews import NewTokenView, TokenView
from docktor.core.roles import Role
from docktor.memory.tokens import LONGEST_DAYS

router = api_router()


class LoginBody(Body):
    token: SecretStr


class TokenBody(Body):
    """`days`: how long it opens anything; without: until it is removed."""

    role: Role
    name: Annotated[str, Field(max_length=64)] | None = None
    days: Annotated[float, Field(gt=0, le=LONGEST_DAYS, allow_inf_nan=False)] | None = None


@dataclass(frozen=True, slots=True)
class SessionView:
    """`expires`: when, if it isn't used again; `None` for who came with a token, or over the unix socket."""

    name: str
    role: Role
    expires: datetime | None


@dataclass(frozen=True, slots=True)
class BegunView(SessionView):
    """`key`: to be sent with each request as `X-Docktor`, beside the cookie; told this once."""

    key: str


@dataclass(frozen=True, slots=True)
class RotatedView:
    """`file`: has the new token."""

    file: str


@dataclass(frozen=True, slots=True)
class Done:
    done: bool


TheDoors = Annotated[Doors, Depends(doors_of)]


@router.post("/session")
async def open_session(request: Request, response: Response, doors: TheDoors, body: LoginBody) -> BegunView:
    """A cookie and a key for a page, in place of its token. They end after 12 hours without use, 7 days, or with it."""
    caller = doors.by_token(body.token.get_secret_value().strip())
    if caller is None or caller.token is None:
        raise HTTPException(401, "that is no token of this daemon: `docktor token show` has one")
    begun = doors.sessions.begin(caller.token, doors.clock.now())
    response.set_cookie(
        doors.cookie,
        begun.cookie,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        # The origin, checked before, says whether the page itself came through TLS.
        secure=request.headers.get("origin", "").lower().startswith("https://"),
        httponly=True,
        samesite="strict",
    )
    return BegunView(caller.name, caller.role, begun.session.expires, begun.key)


@router.get("/session")
async def read_session(caller: TheCaller) -> SessionView:
    """Who is asking, and what they may do."""
    expires = caller.session.expires if caller.session else caller.token.expires if caller.token else None
    return SessionView(caller.name, caller.role, expires)


@router.delete("/session")
async def end_session(response: Response, doors: TheDoors, caller: TheCaller) -> Done:
    """Leave: the cookie opens nothing from now on."""
    if caller.session is not None:
        doors.sessions.end(caller.session)
        response.delete_cookie(doors.cookie, path="/", httponly=True, samesite="strict")
    return Done(caller.session is not None)


@router.get("/tokens")
async def list_tokens(doors: TheDoors) -> Sequence[TokenView]:
    """All but the owner's; never the tokens themselves, which are not kept."""
    now = doors.clock.now()
    return [TokenView.of(token, now) for token in doors.tokens.listed()]


@router.post("/tokens", status_code=201)
async def add_token(doors: TheDoors, body: TokenBody) -> NewTokenView:
    """A new token, shown this once."""
    token, text = doors.tokens.add(body.role, body.name, body.days, doors.clock.now())
    return NewTokenView(token.name, token.role, token.expires, text)


@router.post("/token/rotate")
async def rotate_token(doors: TheDoors) -> RotatedView:
    """A new token for the owner, at once; sessions had for the old one end. Over the unix socket only."""
    doors.tokens.rotate(doors.clock.now())
    return RotatedView(str(doors.tokens.owner_file))


@router.delete("/tokens/{name}")
async def remove_token(doors: TheDoors, name: str) -> Done:
    """It opens nothing from now on; sessions had for it end."""
    doors.tokens.remove(name)
    return Done(True)
