"""What other rules would have done, over HTTP."""

from fastapi import HTTPException, Request

from docktor.api.bodies import ReplayBody
from docktor.api.doors import caller_of
from docktor.api.plain import thaw
from docktor.api.router import api_router
from docktor.api.routes import TheOffice
from docktor.core.roles import Role
from docktor.runtime.views import ReplayView

router = api_router()


@router.post("/replay")
async def replay(request: Request, office: TheOffice, body: ReplayBody) -> ReplayView:
    """What the rules in force, and others if given, would have decided over the last hours. Changes nothing.

    `rules` is what `PUT` of a service's rules takes, and needs the role that does (admin); 422 with its faults.
    One replay is worked out at a time; 429 when another one takes long. `assumptions` says what is taken for granted,
    `problems` what is missing.
    """
    caller = caller_of(request)
    if body.rules is not None and (caller is None or not caller.role.covers(Role.ADMIN)):
        # faults quote what is wrong, and that may be a reference to something secret in the environment
        raise HTTPException(403, f"trying rules needs the role {Role.ADMIN}, as setting them does")
    name = f"{body.project}/{body.service}" if body.project else body.service
    return thaw(await office.replay(name, body.rules, body.hours))
