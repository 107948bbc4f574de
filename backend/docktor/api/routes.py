"""Every verb over HTTP but the live events. Each route only asks the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import BackgroundTasks, Depends, HTTPException, Path, Query, Request
from pydantic import AwareDatetime, BeforeValidator

from docktor.api.actor import By
from docktor.api.bodies import HoldBody, ModeBody, ModelBody, ModelTestBody, PullBody, ScaleBody, SourceTestBody
from docktor.api.doors import caller_of
from docktor.api.plain import thaw
from docktor.api.router import api_router
from docktor.core.advisor import Choice
from docktor.core.decision import Action, Decision, Phase, Source
from docktor.core.record import read_time
from docktor.core.similar import Similar
from docktor.runtime.office import POINTS, Office
from docktor.runtime.views import (
    AdvisorView,
    HealthView,
    ModelsView,
    ModelTest,
    OverrideView,
    ProjectView,
    ProviderView,
    PullView,
    Series,
    ServiceDetail,
    SourceTest,
)

MAX_ID = 2**63 - 1

router = api_router()


def the_office(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


def the_service(project: str, service: str) -> str:
    return f"{project}/{service}"


def _no_decision(decision_id: int) -> HTTPException:
    return HTTPException(404, f"there is no decision {decision_id}")


TheOffice = Annotated[Office, Depends(the_office)]
TheService = Annotated[str, Depends(the_service)]
Id = Annotated[int, Path(ge=0, le=MAX_ID)]
Moment = Annotated[AwareDatetime, BeforeValidator(read_time)]


@dataclass(frozen=True, slots=True)
class Stopping:
    stopping: bool


@dataclass(frozen=True, slots=True)
class Sign:
    """What anybody may know of the daemon's health."""

    status: str
    version: str


@router.get("/health")
async def health(request: Request, office: TheOffice) -> HealthView | Sign:
    """How the daemon is: `ok`, or `degraded` with the part that is to blame. Without a token only whether."""
    found = await office.health()
    return thaw(found) if caller_of(request) is not None else Sign(found.status, found.version)


@router.get("/projects")
async def projects(office: TheOffice) -> Sequence[ProjectView]:
    """Every project with its services."""
    return thaw(await office.projects())


@router.get("/projects/{project}/services/{service}")
async def service_detail(office: TheOffice, name: TheService) -> ServiceDetail:
    """One service: its rules, limits, replicas, and where each value in effect comes from."""
    return thaw(await office.service(name))


@router.get("/projects/{project}/services/{service}/metrics")
async def service_metrics(
    office: TheOffice,
    name: TheService,
    minutes: Annotated[float, Query(gt=0, le=60 * 24 * 366, allow_inf_nan=False)] = 60,
    points: Annotated[int, Query(ge=60, le=2000)] = POINTS,
) -> Sequence[Series]:
    """The history of each metric over the last minutes, oldest first.

    Of more than `points` values, the lowest and the highest of each stretch of time are left, at the times they had: a
    mean would hide what crossed a threshold. `null` stands where a metric was absent, and once in each gap in watching.
    """
    return await office.metrics(name, minutes, points)


@router.post("/projects/{project}/services/{service}/scale")
async def scale_service(office: TheOffice, by: By, name: TheService, body: ScaleBody) -> Decision:
    """Set the number of replicas, through the guard. 409 names the limit that stopped it."""
    return thaw(await office.scale(name, body.replicas, body.reason, by))


@router.post("/projects/{project}/services/{service}/hold")
async def hold_service(office: TheOffice, by: By, name: TheService, body: HoldBody) -> ServiceDetail:
    """Leave the number of replicas alone for some minutes."""
    return thaw(await office.hold(name, body.minutes, body.reason, by))


@router.delete("/projects/{project}/services/{service}/hold")
async def resume_service(office: TheOffice, by: By, name: TheService) -> ServiceDetail:
    """End a hold."""
    return thaw(await office.resume(name, by))


@router.post("/projects/{project}/services/{service}/mode")
async def set_service_mode(office: TheOffice, by: By, name: TheService, body: ModeBody) -> ServiceDetail:
    """auto acts; review proposes and waits; observe only records; off does nothing.

    One mode, or one for each direction. It counts more than the one that is configured, until another is set or put
    into docktor.yaml through the API.
    """
    return thaw(await office.set_mode(name, body.modes, by))


@router.post("/projects/{project}/services/{service}/check")
async def check_service(office: TheOffice, name: TheService) -> ServiceDetail:
    """Judge the service now instead of at its next check."""
    return thaw(await office.check(name))


@router.get("/projects/{project}/services/{service}/override")
async def service_override(office: TheOffice, name: TheService) -> OverrideView:
    """The Compose override that lets it have replicas, made from the files its containers say they are from.

    Nothing else is read, and variables stay variables. Where Docktor can't see those files, or can't tell without the
    variables, `text` is null and `why` says so; `command` prints the same where the files are.
    """
    return thaw(await office.override(name))


@router.get("/decisions")
async def decisions(
    office: TheOffice,
    *,
    project: str | None = None,
    service: str | None = None,
    action: Action | None = None,
    phase: Phase | None = None,
    source: Source | None = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
    since: Moment | None = None,
    before: Annotated[int | None, Query(ge=0, le=MAX_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> Sequence[Decision]:
    """Decisions, newest first. `before`: only ids below it. `since`: a time with its zone.

    `q`: a text in the reason or in `project/service`, whatever its case; `%` and `_` are themselves.
    """
    found = await office.decisions(
        project=project,
        service=service,
        action=action.value if action else None,
        phase=phase.value if phase else None,
        source=source.value if source else None,
        text=q or None,
        since=since,
        before=before,
        limit=limit,
    )
    return thaw(found)


@router.get("/decisions/{decision_id}")
async def decision(office: TheOffice, decision_id: Id) -> Decision:
    """One decision with everything it was made from."""
    found = await office.decision(decision_id)
    if found is None:
        raise _no_decision(decision_id)
    return thaw(found)


@router.get("/decisions/{decision_id}/similar")
async def similar_decisions(
    office: TheOffice, decision_id: Id, limit: Annotated[int, Query(ge=1, le=50)] = 5
) -> Sequence[Similar]:
    """Decisions of the same service in the most similar situations, with what came of them; the most similar first.

    Looks through the service's last 2000. `similarity`: 1 is the same replicas and numbers, 0 nothing alike.
    """
    found = await office.similar(decision_id, limit)
    if found is None:
        raise _no_decision(decision_id)
    return thaw(found)


@router.get("/providers")
async def providers(office: TheOffice) -> Sequence[ProviderView]:
    """The kinds of sources that are installed, each with the JSON schema of its settings."""
    return thaw(await office.providers())


@router.post("/sources/test")
async def test_source(office: TheOffice, body: SourceTestBody) -> Sequence[SourceTest]:
    """One read of a service's sources, or of what a `queue` block describes: the numbers, or what is wrong."""
    if body.queue is not None:
        return thaw(await office.test_queue(body.queue, body.project))
    name = f"{body.project}/{body.service}" if body.project else str(body.service)
    return thaw(await office.test_source(name))


@router.get("/models")
async def models(office: TheOffice) -> ModelsView:
    """The models at the advisor's endpoint, which of them are asked, and those being fetched."""
    return thaw(await office.models())


@router.put("/model")
async def set_model(office: TheOffice, by: By, body: ModelBody) -> AdvisorView:
    """Ask another model from now on, or in another mode; docktor.yaml says so, its comments stay.

    advise: its choice counts within the limits; shadow: it is asked and scored, not heard; off: it is never asked.
    422 with the faults, nothing changed.
    """
    choice = Choice(body.model, body.provider, body.base_url, body.mode)
    return thaw(await office.set_model(choice, by))


@router.post("/models/test")
async def test_model(office: TheOffice, body: ModelTestBody) -> ModelTest:
    """Ask a model one built-in question, to see what it answers and how long it takes. Nothing is scaled.

    A model that fails is an answer too: `failure` says why. 429 while another one is asked.
    """
    return thaw(await office.test_model(body.model))


@router.get("/models/pulls")
async def pulls(office: TheOffice) -> Sequence[PullView]:
    """The models being fetched, and the latest that were."""
    return thaw(await office.pulls())


@router.post("/models/pull", status_code=202)
async def pull_model(office: TheOffice, by: By, body: PullBody) -> PullView:
    """Begin to fetch a model with Docker Model Runner; `GET /api/models/pulls` tells how far it is."""
    return thaw(await office.pull_model(body.model, by))


@router.post("/stop", status_code=202)
async def stop(office: TheOffice, background: BackgroundTasks) -> Stopping:
    """Finish what is under way and end the daemon. Over the unix socket only."""
    background.add_task(office.stop)
    return Stopping(stopping=True)
