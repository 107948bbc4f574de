"""What the office answers: the objects of the HTTP API and of `--json`, as plain typed values.

Nothing but values: whoever only talks to a daemon loads none of what works there.
"""

from docktor.runtime.views.costs import AdviceView, CostView
from docktor.runtime.views.decisions import ApprovalView, EventPage, LogEvent
from docktor.runtime.views.health import (
    ConfigView,
    EngineView,
    HealthView,
    ProviderView,
    SourceTest,
    SourceView,
    StoreView,
)
from docktor.runtime.views.models import AdvisorView, AskedModel, ModelsView, ModelTest, ModelView, PullView
from docktor.runtime.views.replays import ChangeView, Remark, ReplayedView, ReplayView
from docktor.runtime.views.services import (
    ForecastView,
    Glance,
    HoldView,
    LastView,
    OverrideView,
    ProjectView,
    ReplicaView,
    Series,
    ServiceDetail,
    ServiceView,
    Setting,
)

__all__ = [
    "AdviceView",
    "AdvisorView",
    "ApprovalView",
    "AskedModel",
    "ChangeView",
    "ConfigView",
    "CostView",
    "EngineView",
    "EventPage",
    "ForecastView",
    "Glance",
    "HealthView",
    "HoldView",
    "LastView",
    "LogEvent",
    "ModelTest",
    "ModelView",
    "ModelsView",
    "OverrideView",
    "ProjectView",
    "ProviderView",
    "PullView",
    "Remark",
    "ReplayView",
    "ReplayedView",
    "ReplicaView",
    "Series",
    "ServiceDetail",
    "ServiceView",
    "Setting",
    "SourceTest",
    "SourceView",
    "StoreView",
]
