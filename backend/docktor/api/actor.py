"""Who is behind a request: asked for by the routes that need it, and put down with what was done."""

from typing import Annotated

from fastapi import Depends, HTTPException, Request

from docktor.api.doors import Caller, caller_of
from docktor.core.roles import PERSON


def a_caller(request: Request) -> Caller:
    caller = caller_of(request)
    if caller is None:
        raise HTTPException(401, "a token is needed")
    return caller


TheCaller = Annotated[Caller, Depends(a_caller)]


def an_actor(caller: TheCaller) -> str:
    """The name of the token, also of the one a session was had for; on the unix socket, which asks for none, `person`.

    It fits into any line of text: `memory.tokens.NAME` says what a name may have.
    """
    return caller.token.name if caller.token else PERSON


By = Annotated[str, Depends(an_actor)]
