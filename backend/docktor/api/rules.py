"""A service's entry in docktor.yaml, over HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass

from docktor.api.actor import By
from docktor.api.bodies import EntryBody
from docktor.api.plain import thaw
from docktor.api.router import api_router
from docktor.api.routes import TheOffice, TheService
from docktor.runtime.views import ServiceDetail

router = api_router()
PATH = "/projects/{project}/services/{service}/rules"


@dataclass(frozen=True, slots=True)
class RuleFault:
    """Where in the entry, and what is wrong there."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class RulesCheck:
    """The whole text of docktor.yaml as it is, and as it would be: `null` where there are problems."""

    problems: Sequence[RuleFault]
    before: str
    after: str | None


@router.put(PATH)
async def set_rules(office: TheOffice, by: By, name: TheService, body: EntryBody) -> ServiceDetail:
    """Write the service's entry into docktor.yaml, whole; in force at once. 422 with the faults, nothing changed.

    `GET` of the service has the entry as it is. What is shown as `***` stays what it is when it comes back so.
    """
    return thaw(await office.set_rules(name, body.root, by))


@router.post(f"{PATH}/check")
async def check_rules(office: TheOffice, name: TheService, body: EntryBody) -> RulesCheck:
    """What `PUT` of the same would make of docktor.yaml, or every fault it would find. Nothing is changed."""
    found = await office.check_rules(name, body.root)
    faults = [RuleFault(one.path, one.message) for one in found.problems]
    return RulesCheck(faults, found.before, found.after)


@router.delete(PATH)
async def remove_rules(office: TheOffice, by: By, name: TheService) -> ServiceDetail:
    """Take the service out of docktor.yaml; it is left alone then, unless its labels say otherwise."""
    return thaw(await office.remove_rules(name, by))
