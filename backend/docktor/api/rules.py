"""A service's entry in docktor.yaml, over HTTP."""

from fastapi import APIRouter

from docktor.api.actor import By
from docktor.api.bodies import EntryBody
from docktor.api.plain import thaw
from docktor.api.routes import TheOffice, TheService
from docktor.runtime.views import ServiceDetail

router = APIRouter()
PATH = "/projects/{project}/services/{service}/rules"


@router.put(PATH)
async def set_rules(office: TheOffice, by: By, name: TheService, body: EntryBody) -> ServiceDetail:
    """Write the service's entry into docktor.yaml, whole; in force at once. 422 with the faults, nothing changed.

    `GET` of the service has the entry as it is. What is shown as `***` stays what it is when it comes back so.
    """
    return thaw(await office.set_rules(name, body.root, by))


@router.delete(PATH)
async def remove_rules(office: TheOffice, by: By, name: TheService) -> ServiceDetail:
    """Take the service out of docktor.yaml; it is left alone then, unless its labels say otherwise."""
    return thaw(await office.remove_rules(name, by))
