"""Talks to a daemon over its unix socket; answers the same typed values as the office."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import quote

import httpx2
from pydantic import ValidationError

from docktor.api.listeners import answers
from docktor.api.reading import adapter, log_events, to_error
from docktor.api.tokenviews import NewTokenView, TokenView
from docktor.core.advisor import Choice
from docktor.core.decision import Decision
from docktor.core.policy import Modes
from docktor.core.similar import Similar
from docktor.core.world import ServiceId
from docktor.errors import DaemonUnreachableError, DocktorError, ServiceNotFoundError
from docktor.runtime.views import (
    AdviceView,
    AdvisorView,
    ApprovalView,
    CostView,
    EventPage,
    Glance,
    HealthView,
    LogEvent,
    ModelsView,
    ModelTest,
    OverrideView,
    ProjectView,
    PullView,
    ReplayView,
    Series,
    ServiceDetail,
    ServiceView,
    SourceTest,
)

T = TypeVar("T")
QUICK_S = 15.0
PING_S = 45.0  # three of the stream's keep-alives
SCALE_S = 900.0
MODELS_S = 30.0
TEST_S = 60.0

Params = Mapping[str, str | int | float | None]


class Client:
    """Every call raises DaemonUnreachableError if nobody answers, else the error the daemon answered with."""

    def __init__(self, socket: Path, timeout: float = QUICK_S) -> None:
        self.socket = socket
        # No TLS on this socket: verify=False spares loading certificates. No proxy either, whatever HTTP_PROXY says.
        transport = httpx2.HTTPTransport(uds=str(socket), verify=False)
        self._http = httpx2.Client(transport=transport, base_url="http://docktor", timeout=timeout, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def health(self) -> HealthView:
        return self._ask("GET", "/api/health", HealthView)

    def projects(self) -> list[ProjectView]:
        return self._ask("GET", "/api/projects", list[ProjectView])

    def service(self, service: str) -> ServiceDetail:
        return self._ask("GET", self._path(service), ServiceDetail)

    def metrics(self, service: str, minutes: float) -> list[Series]:
        return self._ask("GET", self._path(service) + "/metrics", list[Series], params={"minutes": minutes})

    def glance(self, minutes: float = 60) -> list[Glance]:
        """The driving metric of every managed service."""
        return self._ask("GET", "/api/glance", list[Glance], params={"minutes": minutes})

    def costs(self, days: int = 7, service: ServiceId | None = None) -> list[CostView]:
        """Replica-hours by day, of every service or of this one."""
        params: Params = {"days": days}
        if service is not None:
            params = {**params, "project": service.project, "service": service.name}
        return self._ask("GET", "/api/costs", list[CostView], params=params)

    def advice(self, service: str) -> AdviceView:
        """What would suit it better, from its recorded week."""
        return self._ask("GET", self._path(service) + "/advice", AdviceView)

    def scale(self, service: str, replicas: int, reason: str) -> Decision:
        body = {"replicas": replicas, "reason": reason}
        return self._ask("POST", self._path(service) + "/scale", Decision, body=body, timeout=SCALE_S)

    def hold(self, service: str, minutes: float, reason: str) -> ServiceDetail:
        body = {"minutes": minutes, "reason": reason}
        return self._ask("POST", self._path(service) + "/hold", ServiceDetail, body=body)

    def resume(self, service: str) -> ServiceDetail:
        return self._ask("DELETE", self._path(service) + "/hold", ServiceDetail)

    def set_mode(self, service: str, modes: Modes) -> ServiceDetail:
        return self._ask("POST", self._path(service) + "/mode", ServiceDetail, body={"mode": modes.plain})

    def set_rules(self, service: str, entry: Mapping[str, object]) -> ServiceDetail:
        """Makes `entry` what docktor.yaml says of the service."""
        return self._ask("PUT", self._path(service) + "/rules", ServiceDetail, body=entry, timeout=SCALE_S)

    def remove_rules(self, service: str) -> ServiceDetail:
        return self._ask("DELETE", self._path(service) + "/rules", ServiceDetail)

    def override(self, service: str) -> OverrideView:
        """The Compose override that lets it have replicas, or why the daemon can't make it."""
        return self._ask("GET", self._path(service) + "/override", OverrideView, timeout=MODELS_S)

    def check(self, service: str) -> ServiceDetail:
        return self._ask("POST", self._path(service) + "/check", ServiceDetail, timeout=SCALE_S)

    def replay(self, service: str, rules: Mapping[str, object] | None, hours: float) -> ReplayView:
        """What the rules in force, and others, would have decided over the last `hours`."""
        found = self.find(service)
        body = {"project": found.project, "service": found.name, "rules": rules, "hours": hours}
        return self._ask("POST", "/api/replay", ReplayView, body=body, timeout=SCALE_S)

    def decisions(self, *, service: str | None = None, before: int | None = None, limit: int = 50) -> list[Decision]:
        """Newest first. `service`: `name` or `project/name`."""
        project, _, name = (service or "").rpartition("/")  # as written: it may be gone by now
        params = {
            "project": project or None,
            "service": name or None,
            "before": before,
            "limit": limit,
        }
        return self._ask("GET", "/api/decisions", list[Decision], params=params)

    def decision(self, decision_id: int) -> Decision:
        return self._ask("GET", f"/api/decisions/{decision_id}", Decision)

    def similar(self, decision_id: int, limit: int = 5) -> list[Similar]:
        """Decisions of the same service in situations like that one's, the most similar first."""
        return self._ask("GET", f"/api/decisions/{decision_id}/similar", list[Similar], params={"limit": limit})

    def explanation(self, decision_id: int) -> str:
        """The decision in words, as lines."""
        return self._ask("GET", f"/api/decisions/{decision_id}/explain", dict[str, str])["text"]

    def approvals(self) -> list[ApprovalView]:
        return self._ask("GET", "/api/approvals", list[ApprovalView])

    def answer(self, decision_id: int, verdict: str, replicas: int | None, reason: str) -> Decision:
        """`verdict`: approve, reject or modify."""
        body = {"verdict": verdict, "replicas": replicas, "reason": reason}
        return self._ask("POST", f"/api/approvals/{decision_id}", Decision, body=body, timeout=SCALE_S)

    def events(self, after: int = 0) -> EventPage:
        return self._ask("GET", "/api/events", EventPage, params={"after": after})

    def follow(self, after: int) -> Iterator[LogEvent]:
        """Events after the cursor, then new ones as they come, until the daemon ends."""
        self._knock()
        stream = self._http.stream("GET", "/api/events/stream", params={"after": after}, timeout=PING_S)
        try:
            with stream as response:
                if response.is_error:
                    response.read()
                    raise self._error(response)
                yield from log_events(response.iter_lines())
        except httpx2.TransportError as error:
            raise self._unreachable() from error

    def test_source(self, service: str) -> list[SourceTest]:
        """One read of each source of the service."""
        project, _, name = service.rpartition("/")
        body = {"project": project, "service": name}
        return self._ask("POST", "/api/sources/test", list[SourceTest], body=body, timeout=SCALE_S)

    def models(self) -> ModelsView:
        return self._ask("GET", "/api/models", ModelsView, timeout=MODELS_S)

    def set_model(self, choice: Choice) -> AdvisorView:
        return self._ask("PUT", "/api/model", AdvisorView, body=asdict(choice), timeout=MODELS_S)

    def test_model(self, model: str | None) -> ModelTest:
        """One test question to that model, or to the one in use."""
        return self._ask("POST", "/api/models/test", ModelTest, body={"model": model}, timeout=TEST_S)

    def pulls(self) -> list[PullView]:
        return list(self._ask("GET", "/api/models/pulls", list[PullView]))

    def pull_model(self, model: str) -> PullView:
        return self._ask("POST", "/api/models/pull", PullView, body={"model": model}, timeout=MODELS_S)

    def tokens(self) -> list[TokenView]:
        return list(self._ask("GET", "/api/tokens", list[TokenView]))

    def add_token(self, role: str, name: str | None, days: float | None) -> NewTokenView:
        body = {"role": role, "name": name, "days": days}
        return self._ask("POST", "/api/tokens", NewTokenView, body=body)

    def remove_token(self, name: str) -> None:
        self._send("DELETE", f"/api/tokens/{quote(name, safe='')}")

    def rotate_token(self) -> None:
        self._send("POST", "/api/token/rotate")

    def stop(self) -> None:
        self._send("POST", "/api/stop")

    def find(self, service: str) -> ServiceView:
        """The service meant by `name` or `project/name`; a managed one is meant before one that is not.

        Raises ServiceNotFoundError, saying which there are.
        """
        everything = [s for project in self.projects() for s in project.services]
        named = [s for s in everything if service in (s.name, f"{s.project}/{s.name}")]
        found = [s for s in named if s.managed] or named
        if len(found) > 1:
            names = ", ".join(f"{s.project}/{s.name}" for s in found)
            raise ServiceNotFoundError(f"'{service}' could be {names}: say which")
        if not found:
            names = ", ".join(f"{s.project}/{s.name}" for s in everything) or "none at all"
            raise ServiceNotFoundError(f"no service '{service}' is running; there is {names}")
        return found[0]

    def _path(self, service: str) -> str:
        found = self.find(service)
        return f"/api/projects/{quote(found.project, safe='')}/services/{quote(found.name, safe='')}"

    def _ask(
        self,
        method: str,
        path: str,
        shape: type[T],
        *,
        params: Params | None = None,
        body: Mapping[str, object] | None = None,
        timeout: float | None = None,
    ) -> T:
        response = self._send(method, path, params=params, body=body, timeout=timeout)
        try:
            return adapter(shape).validate_json(response.content)
        except ValidationError as error:
            raise DocktorError("the daemon's answer can't be read: it may be of another version; restart it") from error

    def _send(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        body: Mapping[str, object] | None = None,
        timeout: float | None = None,
    ) -> httpx2.Response:
        self._knock()
        known = {name: value for name, value in (params or {}).items() if value is not None}
        wait = self._http.timeout if timeout is None else httpx2.Timeout(timeout)
        try:
            response = self._http.request(method, path, params=known, json=body, timeout=wait)
        except httpx2.ReadTimeout as error:
            raise DocktorError("the daemon did not answer in time: see `docktor daemon logs`") from error
        except httpx2.TransportError as error:
            raise self._unreachable() from error
        if response.is_error:
            raise self._error(response)
        return response

    def _knock(self) -> None:
        # httpx2 leaves the socket of a refused connection to the garbage collector, which complains about it.
        if not answers(self.socket):
            raise self._unreachable()

    def _unreachable(self) -> DaemonUnreachableError:
        return DaemonUnreachableError(f"no daemon answers on {self.socket}: start one with `docktor daemon start`")

    def _error(self, response: httpx2.Response) -> DocktorError:
        try:
            fault = adapter(dict[str, object]).validate_json(response.content)
        except ValidationError:
            return DocktorError(f"the daemon answered {response.status_code} without saying why")
        return to_error(fault)
