"""The two forms of docktor.yaml, field by field. Strict: no unknown field, no number in quotes, no NaN."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from docktor.compose.names import is_valid
from docktor.config.durations import fault, seconds
from docktor.config.model import CPU_HIGH, CPU_LOW
from docktor.config.words import ONE_MODE, TWO_MODES, nearest
from docktor.core.addresses import url_fault
from docktor.core.advisor import AdvisorMode, AdvisorPolicy, Ask, Profile, Provider
from docktor.core.model_names import model_fault
from docktor.core.policy import Mode, Op, Prefer

VERSION = "1"
MOST_REPLICAS = 10_000
_MONTH = 31 * 86_400
_SERVICE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
_METRIC_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*")
_ADVISOR = AdvisorPolicy()  # for its defaults
_OP_SLIPS = {"=": "==", "=>": ">=", "=<": "<=", "<>": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}


def _service_name(name: str) -> str:
    if _SERVICE_NAME.fullmatch(name) is None:
        raise fault("must be a service's name: letters, digits, '.', '_' and '-', not {value}")
    return name


def _project_name(name: str) -> str:
    if not is_valid(name):
        raise fault("must be a project's name: a-z, 0-9, '-' and '_', beginning with a letter or digit, not {value}")
    return name


def _metric_name(name: str) -> str:
    if _METRIC_NAME.fullmatch(name) is None:
        raise fault("must be a metric's name like latency.p95: letters, digits, '_' and '.', not {value}")
    return name


def unknown_op(text: str) -> str | None:
    """What to write instead of `text`, `None` if it is an op."""
    known = [op.value for op in Op]
    if text in known:
        return None
    guess = _OP_SLIPS.get(text.strip().lower()) or nearest(text, known)
    return f'did you mean "{guess}"?' if guess else f"known: {' '.join(known)}"


def _op(value: str) -> str:
    if hint := unknown_op(value):
        raise fault(f"unknown op {{value}}; {hint}")
    return value


def _word(*known: str) -> BeforeValidator:
    def check(value: object) -> object:
        given = "off" if value is False else value  # YAML 1.1 reads a bare off as false
        if isinstance(given, str) and given not in known:
            guess = nearest(given, known)
            hint = f"did you mean {guess}?" if guess else f"known: {', '.join(known)}"
            raise fault(f"unknown value {{value}}; {hint}")
        return given

    return BeforeValidator(check)


def _url(value: str) -> str:
    if message := url_fault(value):
        raise fault(message)
    return value


def _model_name(value: str) -> str:
    if message := model_fault(value):
        raise fault(message)
    return value


def _key(value: object) -> object:
    """Any scalar will do: what the environment gave may look like a number, or be empty."""
    return value if isinstance(value, dict | list) or value is None else str(value) or None


def _horizon(value: object) -> object:
    if value == "auto":
        return value
    length = seconds(value)
    if isinstance(length, bool) or not isinstance(length, int | float) or not 0 < length <= _MONTH:
        raise fault("must be auto or a duration, not {value}")
    return float(length)


def _version(value: object) -> object:
    if isinstance(value, bool) or str(value) != VERSION:
        raise fault(f'unknown version {{value}}; this Docktor reads version "{VERSION}"')
    return VERSION


Number = Annotated[float, Field(allow_inf_nan=False)]
Seconds = Annotated[Number, BeforeValidator(seconds), Field(ge=0, le=_MONTH)]
Interval = Annotated[Number, BeforeValidator(seconds), Field(ge=0.5, le=86_400)]
Horizon = Annotated[str | float, BeforeValidator(_horizon)]
Replicas = Annotated[int, Field(ge=1, le=MOST_REPLICAS)]
Fewest = Annotated[int, Field(ge=0, le=MOST_REPLICAS)]
Deadline = Annotated[Number, BeforeValidator(seconds), Field(ge=0.1, le=60)]
Wait = Annotated[Number, BeforeValidator(seconds), Field(ge=0.5, le=60)]
Count = Annotated[int, Field(ge=1, le=10**12)]
Text = Annotated[str, Field(min_length=1)]
ServiceName = Annotated[str, AfterValidator(_service_name)]
ProjectName = Annotated[str, AfterValidator(_project_name)]
MetricName = Annotated[str, AfterValidator(_metric_name)]
ModeName = Annotated[str, _word(*(mode.value for mode in Mode))]
Url = Annotated[str, AfterValidator(_url)]
ModelName = Annotated[str, AfterValidator(_model_name)]
Raw = dict[str, Any]  # whatever YAML holds; the part that acts on it checks it


class Fields(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class OpenFields(Fields):
    """Takes further fields, which are for whoever handles that kind."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)


class Cooldown(Fields):
    up: Seconds = 0.0
    down: Seconds = 60.0


class ServiceCooldown(Cooldown):
    zero: Seconds = 300.0


class Stabilization(Fields):
    up: Seconds = 0.0
    down: Seconds = 300.0


class ModePair(Fields):
    up: ModeName
    down: ModeName


Modes = Annotated[
    Annotated[ModeName, Tag(ONE_MODE)] | Annotated[ModePair, Tag(TWO_MODES)],
    Discriminator(lambda value: TWO_MODES if isinstance(value, dict | ModePair) else ONE_MODE),
]


class MaxStep(Fields):
    up: Replicas | None = None
    down: Replicas | None = None


class Rule(Fields):
    metric: MetricName
    op: Annotated[str, AfterValidator(_op)]
    value: Number


class Rules(Fields):
    scale_up_when: list[Rule] = Field(default_factory=list)
    scale_down_when: list[Rule] = Field(default_factory=list)


class TargetFields(Fields):
    metric: MetricName
    value: Annotated[Number, Field(gt=0)]
    tolerance: Annotated[Number, Field(ge=0, lt=1)] = 0.1


class Forecast(Fields):
    enabled: bool = True
    horizon: Horizon = "auto"


class Queue(OpenFields):
    kind: Text
    timeout: Deadline = 5.0


class MetricSource(OpenFields):
    name: MetricName
    kind: Text
    timeout: Deadline = 5.0
    number: Text | None = None


class Sizing(Fields):
    """What both forms say of one service."""

    min_replicas: Replicas = 2
    max_replicas: Replicas = 10
    scale_up_by: Replicas = 2
    scale_down_by: Replicas = 1
    check_interval: Interval = 10.0
    metrics_window: Interval = 10.0
    cooldown: Cooldown = Cooldown()
    stabilization: Stabilization = Stabilization()
    max_step: MaxStep = MaxStep()
    approval_expires: Annotated[Seconds, Field(ge=10)] = 900.0


class Scaling(Sizing):
    cpu_high: Annotated[Number, Field(gt=0)] = CPU_HIGH
    cpu_low: Annotated[Number, Field(ge=0)] = CPU_LOW


class Service(Sizing):
    name: ServiceName
    project: ProjectName | None = None
    mode: Modes = "auto"
    min_replicas: Fewest = 2
    cooldown: ServiceCooldown = ServiceCooldown()
    activation: Annotated[Number, Field(ge=0)] = 0.0
    fallback_replicas: Replicas | None = None
    rules: Rules = Rules()
    target: TargetFields | None = None
    forecast: Forecast = Forecast()
    prefer: Annotated[str, _word(*Prefer)] = Prefer.BALANCED.value
    price: Annotated[Number, Field(ge=0)] | None = None
    queue: Queue | None = None
    metrics: list[MetricSource] = Field(default_factory=list)


class Patience(Fields):
    up: Seconds = _ADVISOR.patience.up
    down: Seconds = _ADVISOR.patience.down


class BudgetFields(Fields):
    calls_per_minute: Count = _ADVISOR.budget.calls_per_minute
    calls_per_day: Count = _ADVISOR.budget.calls_per_day
    tokens_per_day: Count | None = None


class Llm(Fields):
    provider: Annotated[str, _word(*Provider)] = _ADVISOR.provider.value
    base_url: Url | None = None
    model: ModelName | None = None
    profile: Annotated[str, _word(*Profile)] = _ADVISOR.profile.value
    mode: Annotated[str, _word(*AdvisorMode)] = _ADVISOR.mode.value
    ask: Annotated[str, _word(*Ask)] = _ADVISOR.ask.value
    fallback: list[ModelName] = Field(default_factory=list)
    timeout: Wait = _ADVISOR.timeout
    allow_remote: bool = False
    api_key: Annotated[str | None, BeforeValidator(_key), Field(repr=False)] = None
    patience: Patience = Patience()
    budget: BudgetFields = BudgetFields()
    keep_warm: bool = True


class RetentionFields(Fields):
    decisions_days: Annotated[int, Field(ge=1, le=36_500)] = 365
    metrics_days: Annotated[int, Field(ge=1, le=36_500)] = 30


class LabelFields(Fields):
    max_replicas: Replicas = 10


class General(Fields):
    """What stands at the top in both forms."""

    version: Annotated[str, BeforeValidator(_version)] = VERSION
    compose_file: Text | None = None
    project: ProjectName | None = None
    llm: Llm | None = None
    policies: list[Text] = Field(default_factory=list)
    notifications: dict[str, Raw] = Field(default_factory=dict)
    retention: RetentionFields = RetentionFields()
    labels: LabelFields = LabelFields()


class Single(General):
    service: ServiceName = "web"
    mode: Modes = "auto"
    scaling: Scaling = Scaling()


class Multi(General):
    services: list[Service]
