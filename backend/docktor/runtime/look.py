"""From what keepers and the engine know to what people are shown. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from docktor.core.decision import Decision, State
from docktor.core.explain import brief
from docktor.core.forecast.outlook import Outlook, Record, Standing
from docktor.core.guard import patience_down
from docktor.core.observe import usage
from docktor.core.policy import Policy
from docktor.core.readiness import readiness, serving
from docktor.core.world import RunState, ServiceId, ServiceState
from docktor.engine.base import ProjectState
from docktor.errors import ServiceNotFoundError
from docktor.runtime.exposition import Watched
from docktor.runtime.keeper import Keeper
from docktor.runtime.recorder import plain
from docktor.runtime.rulebook import Written
from docktor.runtime.views import (
    ForecastView,
    HoldView,
    LastView,
    ProjectView,
    ReplicaView,
    ServiceDetail,
    ServiceView,
    Setting,
)

NOT_CHECKED = "not checked yet"


Newest = Mapping[ServiceId, Decision]
"""The last decision of each service."""


def project_views(
    projects: Sequence[ProjectState], keepers: Mapping[ServiceId, Keeper], newest: Newest, now_steady: float
) -> tuple[ProjectView, ...]:
    """Every project of the engine, and managed services of which nothing runs."""
    kinds = {project.name: project.kind for project in projects}
    views: dict[ServiceId, ServiceView] = {
        state.service: service_view(state, project.kind, keepers.get(state.service), newest, now_steady)
        for project in projects
        for state in project.services
    }
    for service, keeper in keepers.items():
        kind = kinds.get(service.project, "compose")
        views.setdefault(service, service_view(ServiceState(service, ()), kind, keeper, newest, now_steady))
    by_project: dict[str, list[ServiceView]] = {}
    for service in sorted(views):
        by_project.setdefault(service.project, []).append(views[service])
    return tuple(ProjectView(name, kinds.get(name, "compose"), tuple(found)) for name, found in by_project.items())


def service_view(
    state: ServiceState, kind: str, keeper: Keeper | None, newest: Newest, now_steady: float
) -> ServiceView:
    service = state.service
    if keeper is None:
        ready = serving(state.replicas)
        count = len(state.replicas)
        return ServiceView(
            project=service.project,
            name=service.name,
            kind=kind,
            managed=False,
            mode="off",
            state=(State.UNSCALABLE if state.unscalable else State.STEADY).value,
            reason=state.unscalable or "not managed",
            replicas=count,
            ready=ready,
            desired=count,
            min=None,
            max=None,
            metrics={},
            next_check_s=None,
            unscalable=state.unscalable,
        )
    return replace(_kept(state, keeper, kind, now_steady), last=_last(newest.get(service)))


def _last(decision: Decision | None) -> LastView | None:
    return None if decision is None else LastView(decision.id, decision.timestamp, brief(decision))


def _kept(state: ServiceState, keeper: Keeper, kind: str, now_steady: float) -> ServiceView:
    policy, seen = keeper.policy, keeper.seen
    state = seen.snapshot.state if seen else state
    replicas = state.replicas
    word, reason = _state_and_reason(keeper)
    return ServiceView(
        project=policy.service.project,
        name=policy.service.name,
        kind=kind,
        managed=True,
        mode=str(policy.modes),
        state=word,
        reason=reason,
        replicas=len(replicas),
        ready=serving(replicas),
        desired=seen.desired if seen else len(replicas),
        min=policy.min_replicas,
        max=policy.max_replicas,
        metrics=dict(sorted(plain(seen.snapshot).items())) if seen else {},
        next_check_s=round(max(keeper.next_check - now_steady, 0.0), 1),
        unscalable=state.unscalable,
        driving_metric=driving(policy, keeper),
    )


def _state_and_reason(keeper: Keeper) -> tuple[str, str]:
    if keeper.error is not None:
        return State.BLIND.value, keeper.error
    if keeper.seen is None:
        return State.BLIND.value, NOT_CHECKED
    return keeper.seen.verdict.state.value, keeper.seen.verdict.reason


def driving(policy: Policy, keeper: Keeper) -> str | None:
    """The metric of the rule that fired, else of the first rule, else the target's."""
    if keeper.seen is not None:
        fired = [rule.metric for rule in keeper.seen.verdict.rules if rule.held and rule.direction != "target"]
        if fired:
            return fired[0]
    spoken = [one.metric for one in policy.up_when + policy.down_when]
    if policy.target is not None:
        spoken.append(policy.target.metric)
    return spoken[0] if spoken else None


def watched(state: ServiceState, keeper: Keeper, now: datetime, now_steady: float) -> Watched:
    """A kept service for those who count."""
    policy, seen = keeper.policy, keeper.seen
    spoken = {one.metric for one in policy.up_when + policy.down_when}
    if policy.target is not None:
        spoken.add(policy.target.metric)
    checked = None if seen is None else max((now - seen.snapshot.at).total_seconds(), 0.0)
    view = _kept(state, keeper, "", now_steady)
    outlook = seen.snapshot.outlook if seen else None
    counts = None if outlook is None else outlook.standing is Standing.ON
    return Watched(view, frozenset(spoken), checked, keeper.meter.hours, policy.price, counts)


def service_detail(
    state: ServiceState, kind: str, keeper: Keeper | None, said: Written, *, newest: Newest, now_steady: float
) -> ServiceDetail:
    view = service_view(state, kind, keeper, newest, now_steady)
    if keeper is None:
        return ServiceDetail(view, (), (), _bare_replicas(state), {}, None, said.entry, said.origin)
    seen, hold = keeper.seen, keeper.past.hold
    return ServiceDetail(
        service=view,
        settings=tuple(Setting(one.path, one.value, one.source) for one in said.settings),
        rules=seen.verdict.rules if seen else (),
        replicas=_replicas(keeper),
        missing=dict(seen.snapshot.missing) if seen else {},
        hold=HoldView(hold.until, hold.reason, hold.by) if hold else None,
        entry=said.entry,
        origin=said.origin,
        forecast=_forecast(keeper),
    )


def _forecast(keeper: Keeper) -> ForecastView | None:
    policy = keeper.policy
    if keeper.seen is None or policy.target is None:
        return None
    seen = keeper.seen.snapshot
    outlook = seen.outlook or Outlook(Standing.OFF, seen.horizon, None, None, Record(0, None, None))
    return ForecastView(
        standing=outlook.standing.value,
        bound=outlook.bound,
        horizon_s=outlook.horizon,
        expert=outlook.expert,
        minutes=outlook.record.minutes,
        lost=outlook.record.lost,
        plain_lost=outlook.record.plain_lost,
        start_up_s=round(seen.horizon, 1),
        patience_s=round(patience_down(policy, keeper.past), 1),
        speed=seen.speed,
    )


def _bare_replicas(state: ServiceState) -> tuple[ReplicaView, ...]:
    return tuple(
        ReplicaView(one.name, one.number, one.state.value, one.health.value, one.state is RunState.RUNNING, {})
        for one in state.replicas
    )


def _replicas(keeper: Keeper) -> tuple[ReplicaView, ...]:
    if keeper.seen is None:
        return ()
    snapshot, window = keeper.seen.snapshot, keeper.policy.metrics_window
    ready = {one.id for one in readiness(snapshot.state.replicas, window, snapshot.at).ready}
    readings = keeper.readings()
    views = []
    for one in snapshot.state.replicas:
        found = usage(one, readings.get(one.id, ()), window, snapshot.at)
        metrics = {"cpu": found.cpu, "memory": found.memory, "rx": found.rx, "tx": found.tx} if found else {}
        views.append(ReplicaView(one.name, one.number, one.state.value, one.health.value, one.id in ready, metrics))
    return tuple(views)


def find_service(text: str, keepers: Collection[ServiceId], running: Collection[ServiceId]) -> ServiceId:
    """`web` means the managed service of that name if there is exactly one, else the running one."""
    known = sorted({*keepers, *running})
    if "/" in text:
        exact = [one for one in known if str(one) == text]
        if exact:
            return exact[0]
        raise ServiceNotFoundError(f"there is no service {text}; known: {_list(known)}")
    named = [one for one in known if one.name == text]
    kept = [one for one in named if one in keepers]
    for candidates in (kept, named):
        if len(candidates) == 1:
            return candidates[0]
    if named:
        raise ServiceNotFoundError(f"{text} is in several projects: say which of {_list(kept or named)}")
    raise ServiceNotFoundError(f"there is no service {text}; known: {_list(known)}")


def _list(services: Sequence[ServiceId]) -> str:
    return ", ".join(str(one) for one in services[:20]) or "none"
