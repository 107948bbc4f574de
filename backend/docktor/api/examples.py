"""One answer of each sort, for the OpenAPI document. Typed values, so that they can't be other than the real ones."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from docktor.api.access import BegunView, RotatedView, SessionView
from docktor.api.rules import RulesCheck
from docktor.api.tokenviews import NewTokenView, TokenView
from docktor.core.cost import Day
from docktor.core.decision import Action, Approval, Decision, Limit, Phase, RuleResult, Source
from docktor.core.explain import brief, paragraph
from docktor.core.record import to_dict
from docktor.core.roles import Role
from docktor.core.similar import Similar
from docktor.core.tips import Figure, Tip
from docktor.runtime.views import (
    AdviceView,
    AdvisorView,
    ApprovalView,
    AskedModel,
    ChangeView,
    ConfigView,
    CostView,
    EngineView,
    EventPage,
    ForecastView,
    Glance,
    HealthView,
    HoldView,
    LastView,
    LogEvent,
    ModelsView,
    ModelTest,
    ModelView,
    OverrideView,
    ProjectView,
    ProviderView,
    PullView,
    Remark,
    ReplayedView,
    ReplayView,
    ReplicaView,
    Series,
    ServiceDetail,
    ServiceView,
    Setting,
    SourceTest,
    SourceView,
    StoreView,
)

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SEEN = {"cpu.avg": 41.5, "queue.backlog": 731.0}
RULE = RuleResult("queue.backlog > 100", "queue.backlog", ">", 100.0, 731.0, True, "up")
MODEL = "ai/llama3.2"
RUNNER = "http://model-runner.docker.internal/engines/v1"
QUEUE = {"kind": "nats", "url": "nats://nats:4222", "stream": "EVENTS", "consumer": "WORKERS"}

ENTRY = {
    "name": "worker",
    "min_replicas": 1,
    "max_replicas": 8,
    "rules": {"scale_up_when": [{"metric": "queue.backlog", "op": ">", "value": 100}]},
    "queue": QUEUE,
}

MODES = {"mode": {"up": "auto", "down": "review"}}

DECISION = Decision(
    id=1204,
    timestamp=AT,
    iteration=88,
    project="shop",
    service="worker",
    action=Action.SCALE_UP,
    current_replicas=2,
    target_replicas=4,
    reason="queue.backlog is 731, above 100; at most 2 more at once",
    avg_cpu=41.5,
    observations=SEEN,
    rules=(RULE,),
    limits=(Limit("scale-up-by", "at most 2 more at once", 8, 4),),
    source=Source.RULES,
    phase=Phase.DONE,
    took_ms=812.3,
)
SIMILAR = Similar(0.9316, replace(DECISION, id=977, timestamp=AT - timedelta(days=1), took_ms=790.1))
EXPLAINED = "\n".join(paragraph(DECISION))
SERVICE = ServiceView(
    project="shop",
    name="worker",
    kind="compose",
    managed=True,
    mode="auto",
    state="cooling",
    reason="scaled up 12 s ago; the next change may come in 48 s",
    replicas=4,
    ready=3,
    desired=4,
    min=1,
    max=8,
    metrics=SEEN,
    next_check_s=7.5,
    unscalable=None,
    driving_metric="queue.backlog",
    last=LastView(DECISION.id, AT, brief(DECISION)),
)
DETAIL = ServiceDetail(
    service=SERVICE,
    settings=(Setting("max_replicas", 8, "docktor.yaml"), Setting("cooldown.up", 60, "default")),
    rules=(RULE,),
    replicas=(ReplicaView("shop-worker-1", 1, "running", "healthy", True, {"cpu": 41.5, "memory": 12.25}),),
    missing={"memory.avg": "no sample yet"},
    hold=None,
    entry=ENTRY,
    origin="docktor.yaml",
    forecast=ForecastView("on", 5.2, 120, "day", 4000, 0.0001, 0.009, 31.4, 120, 12.5),
)
HELD = replace(DETAIL, hold=HoldView(AT + timedelta(minutes=10), "deploying", "alice"))
APPROVAL = ApprovalView(
    replace(DECISION, phase=Phase.PROPOSED, approval=Approval("waiting"), took_ms=None),
    AT + timedelta(minutes=15),
    900.0,
)
SESSION = SessionView("dashboard", Role.VIEWER, AT + timedelta(hours=12))
BEGUN = BegunView("dashboard", Role.VIEWER, AT + timedelta(hours=12), "QSBrZXkgZm9yIG9uZSBwYWdl")
TOKEN = TokenView("dashboard", Role.VIEWER, AT, None, False)
ROTATED = RotatedView("/home/me/.local/state/docktor/token")
NEW_TOKEN = NewTokenView("dashboard", Role.VIEWER, None, "Zm9yIHlvdXIgZXllcyBvbmx5")
PROJECT = ProjectView("shop", "compose", (SERVICE,))
SERIES = Series("queue.backlog", ((AT, 731.0), (AT + timedelta(seconds=10), None)))
RULES_CHECK = RulesCheck((), 'version: "1"\n', 'version: "1"\nservices:\n  - name: worker\n    max_replicas: 8\n')
GLANCE = Glance("shop", "worker", "queue.backlog", 100.0, SERIES.points)
COST = CostView("shop", "worker", 0.04, (Day((AT - timedelta(days=1)).date(), 95.8, 3.832, 24.0),))
ADVICE = AdviceView(
    AT - timedelta(days=7),
    AT,
    166.5,
    (
        Tip(
            "max-reached",
            "max_replicas 8 was reached in 4.2 % of the time, and for 212 minutes of that the service was above its"
            " threshold: allow more, or larger replicas",
            {"at_max": Figure(4.2, "%"), "above": Figure(212, "min"), "recorded": Figure(166.5, "h")},
        ),
    ),
)
ADVISOR = AdvisorView(
    mode="advise",
    state="ok",
    provider="model-runner",
    base_url=RUNNER,
    remote=False,
    model=MODEL,
    error=None,
    since=AT,
    models=(AskedModel(MODEL, "ok", None, "closed"),),
    asked=12,
    agreed=9,
    changed=2,
    failed=1,
    median_ms=640.0,
    calls_day=12,
    tokens_day=5160,
)
HEALTH = HealthView(
    status="ok",
    version="0.1.0",
    pid=4711,
    started_at=AT,
    home="/home/me/.local/state/docktor",
    services=3,
    engine=EngineView("ok", "docker", "28.3.0", "1.51", "unix:///var/run/docker.sock"),
    config=ConfigView("ok", "/home/me/shop/docktor.yaml"),
    store=StoreView("ok"),
    advisor=ADVISOR,
    sources=(SourceView("nats", "nats:4222 EVENTS", "ok", None, AT, ("shop/worker",), 1.8),),
    notifiers=(),
)
TESTED = SourceTest("nats", "nats:4222 EVENTS", "ok", None, {"queue.backlog": 731.0}, {"queue.delivered": 90210.0}, 2.1)
PULL = PullView(MODEL, "pulling", 440_000_000, 2_020_000_000, "downloading")
MODELS = ModelsView(
    provider="model-runner",
    base_url=RUNNER,
    model=MODEL,
    models=(ModelView(MODEL, "3.21 B", "1.87 GiB", "Q4_K_M", 131_072, "ready", ("fast",), 1),),
)
MODEL_TEST = ModelTest(
    model=MODEL,
    base_url=RUNNER,
    situation="a steep rise",
    current=3,
    choices=(3, 4, 5),
    by_rules=5,
    best=5,
    replicas=5,
    seconds=0.64,
    tokens=468,
    failure=None,
)
OVERRIDE = OverrideView(
    text="services:\n  web:\n    container_name: !reset null\n",
    command="docktor make-scalable web --compose-file /home/me/shop/compose.yaml",
    notes=("all replicas will write to the same data",),
    why=None,
    file="/home/me/shop/docktor.web.yaml",
    use="docker compose -p shop -f /home/me/shop/compose.yaml -f /home/me/shop/docktor.web.yaml up -d",
)
PROVIDER = ProviderView(
    "http-json",
    "Numbers from any JSON over HTTP.",
    {"type": "object", "properties": {"url": {"type": "string", "description": "What is asked."}}},
    None,
)
EVENT = LogEvent(318, AT, "decision", "shop", "worker", "shop/worker: 2 to 4 replicas", to_dict(DECISION))
EVENTS = EventPage((EVENT,), 318, False)
STREAM = 'id: 319\nevent: state\ndata: {"n": 319, "kind": "state", "text": "shop/worker held for 10 min by alice"}\n\n'
AT_MOST = Limit("max", "at most 4 (max_replicas)", 5, 4)
REPLAYED = ReplayedView(
    changes=(ChangeView(at=AT, before=2, after=4, reason="queue.backlog 731 > 100", limits=(AT_MOST,)),),
    replicas=((AT, 4), (AT + timedelta(hours=24), 4)),
    metric="queue.backlog",
    threshold=100,
    points=((AT, 731.0), (AT + timedelta(seconds=120), None)),
    changes_count=1,
    minutes_above=12.5,
    replica_hours=95.8,
    flaps=0,
    limited=1,
    blind_minutes=2.0,
)
REPLAY = ReplayView(
    now=REPLAYED,
    proposed=replace(REPLAYED, minutes_above=3.5, replica_hours=104.2, limited=0),
    assumptions=("a new replica is ready after 42 s, as measured; one removed stops at once",),
    hours_found=24.0,
    problems=(Remark("rules", "latency.p95 is not recorded in that time, and counts as unknown throughout"),),
)
METRICS = (
    "# HELP docktor_service_replicas Replicas there are.\n# TYPE docktor_service_replicas gauge\n"
    'docktor_service_replicas{project="shop",service="worker"} 4\n'
)
