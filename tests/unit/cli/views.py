"""Views as the office would answer them, for tests of how they are shown."""

from datetime import UTC, datetime

from docktor.core.decision import Action, Decision, Limit, Phase, RuleResult, Source
from docktor.runtime.views import (
    AdvisorView,
    ConfigView,
    EngineView,
    HealthView,
    LogEvent,
    ProjectView,
    ServiceView,
    StoreView,
)

NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def service(
    name: str = "web",
    *,
    project: str = "shop",
    managed: bool = True,
    state: str = "steady",
    reason: str = "cpu.avg 41 is between 20 and 75",
    replicas: int = 3,
    ready: int | None = None,
    desired: int | None = None,
    cpu: float | None = 41.2,
    next_check_s: float | None = 4.0,
    unscalable: str | None = None,
) -> ServiceView:
    return ServiceView(
        project=project,
        name=name,
        kind="compose",
        managed=managed,
        mode="auto" if managed else "off",
        state=state,
        reason=reason,
        replicas=replicas,
        ready=replicas if ready is None else ready,
        desired=replicas if desired is None else desired,
        min=2 if managed else None,
        max=10 if managed else None,
        metrics={"cpu.avg": cpu},
        next_check_s=next_check_s if managed else None,
        unscalable=unscalable,
        driving_metric="cpu.avg" if managed else None,
    )


def project(*services: ServiceView, name: str = "shop") -> ProjectView:
    return ProjectView(name, "compose", services)


def event(n: int = 1, text: str = "▲ shop/web 2 → 4: cpu.avg 91 > 75", kind: str = "decision") -> LogEvent:
    return LogEvent(n, NOON, kind, "shop", "web", text, {"action": "scale_up"})


def decision(**changes: object) -> Decision:
    values: dict[str, object] = {
        "id": 17,
        "timestamp": NOON,
        "iteration": 3,
        "project": "shop",
        "service": "web",
        "action": Action.SCALE_UP,
        "current_replicas": 2,
        "target_replicas": 4,
        "reason": "cpu.avg 91 > 75",
        "avg_cpu": 91.0,
        "observations": {"cpu.avg": 91.0},
        "rules": (RuleResult("cpu.avg > 75", "cpu.avg", ">", 75.0, 91.0, True, "up"),),
        "limits": (Limit("max", "at most 4 replicas", 5, 4),),
        "source": Source.RULES,
        "phase": Phase.DONE,
        "took_ms": 1234.0,
    }
    return Decision(**{**values, **changes})  # type: ignore[arg-type]  # a test's own keywords


def health(**changes: object) -> HealthView:
    values: dict[str, object] = {
        "status": "ok",
        "version": "0.1.0",
        "pid": 4711,
        "started_at": NOON,
        "home": "/var/lib/docktor",
        "services": 1,
        "engine": EngineView("ok", "docker", "20.10.24", "1.41", "unix:///var/run/docker.sock"),
        "config": ConfigView("ok", "/srv/docktor.yaml"),
        "store": StoreView("ok"),
        "advisor": AdvisorView("off", "off", "dmr", None, False, None, None, NOON),
        "sources": (),
        "notifiers": (),
    }
    return HealthView(**{**values, **changes})  # type: ignore[arg-type]  # a test's own keywords
