"""What requests carry. Anything not named here is refused."""

from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    RootModel,
    Tag,
    model_validator,
)

from docktor.config.words import ONE_MODE, TWO_MODES
from docktor.core.advisor import AdvisorMode, Provider
from docktor.core.model_names import MOST_CHARACTERS, model_fault
from docktor.core.policy import Mode, Modes
from docktor.runtime.replaying import LONGEST_HOURS


class Body(BaseModel):
    """Base of all of them."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


def _whole(value: object) -> object:
    """JSON has one sort of number: 4.0 is a whole one. `true` and "4" are not."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Reason = Annotated[str, Field(max_length=500)]


class ScaleBody(Body):
    replicas: Annotated[int, Field(ge=0, le=10_000, strict=True), BeforeValidator(_whole)]
    reason: Reason = ""


class HoldBody(Body):
    minutes: Annotated[float, Field(gt=0, le=60 * 24 * 365, allow_inf_nan=False)]
    reason: Reason = ""


class ModePair(Body):
    """One mode for each direction; both are needed, as in docktor.yaml."""

    up: Mode
    down: Mode


class ModeBody(Body):
    mode: Annotated[
        Annotated[Mode, Tag(ONE_MODE)] | Annotated[ModePair, Tag(TWO_MODES)],
        Discriminator(lambda value: TWO_MODES if isinstance(value, dict | ModePair) else ONE_MODE),
    ]

    @property
    def modes(self) -> Modes:
        return Modes(self.mode.up, self.mode.down) if isinstance(self.mode, ModePair) else Modes.both(self.mode)


def _given(name: str, kind: str) -> dict[str, JsonValue]:
    return {"required": [name], "properties": {name: {"type": kind}}}


class SourceTestBody(Body):
    """Either `service`, or `queue`, a block as in docktor.yaml. `project`: the one whose service names it may use."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [_given("service", "string"), _given("queue", "object")]})

    project: str = ""
    service: str | None = None
    queue: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.service is None) == (self.queue is None):
            raise ValueError("say either which service, or what queue")
        return self


class ReplayBody(Body):
    """`rules`: one item of `services` in docktor.yaml, as for `PUT` of rules; without it only what is in force."""

    project: Annotated[str, Field(max_length=200)] = ""
    service: Annotated[str, Field(min_length=1, max_length=400)]
    rules: dict[str, Any] | None = None
    hours: Annotated[float, Field(gt=0, le=LONGEST_HOURS, allow_inf_nan=False)] = 24


_ONLY_THE_MODE: dict[str, JsonValue] = {
    "required": ["mode"],
    "properties": {"mode": {"type": "string"}, "provider": {"type": "null"}, "base_url": {"type": "null"}},
}


class ModelBody(Body):
    """What is not given stays as it is. `model` may be left out when only `mode` is to change."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [_given("model", "string"), _ONLY_THE_MODE]})

    model: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    provider: Provider | None = None
    base_url: Annotated[str, Field(max_length=2000)] | None = None
    mode: AdvisorMode | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.model is None and (self.mode is None or self.provider is not None or self.base_url is not None):
            raise ValueError("say which model; only a mode can be set without one")
        return self


def _model_name(name: str) -> str:
    if fault := model_fault(name):
        raise ValueError(fault)
    return name


class ModelTestBody(Body):
    """`model`: the one in use, when it is not given."""

    model: Annotated[str, Field(max_length=MOST_CHARACTERS), AfterValidator(_model_name)] | None = None


class PullBody(Body):
    model: Annotated[str, Field(min_length=1, max_length=200)]


class EntryBody(RootModel[dict[str, Any]]):
    """One item of `services` in docktor.yaml, references (`${NAME}`) as they are to be written there.

    Its fields are checked as those of the file are: only there it is known what references and kinds of sources say.
    """
