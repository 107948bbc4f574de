"""The models that advise."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AskedModel:
    """One model of the advisor's chain.

    state: untried | ok | loading | busy | down | refused | missing | wrong | spoilt.
    breaker: closed (is asked) | open (failed again and again, rests) | half-open (the rest is over, one may try).
    """

    name: str
    state: str
    error: str | None
    breaker: str


@dataclass(frozen=True, slots=True)
class AdvisorView:
    """The model that advises. state: off | finding | ok | resting, or the state of its first model.

    Counts are since the daemon's start, `calls_day` and `tokens_day` of the last 24 hours. `agreed`: chose what the
    rules wanted; `changed`: a number became another by it; `failed`: no advice came. `median_ms`: of the latest 100.
    """

    mode: str
    state: str
    provider: str
    base_url: str | None
    remote: bool
    model: str | None
    error: str | None
    since: datetime
    models: tuple[AskedModel, ...] = ()
    asked: int = 0
    agreed: int = 0
    changed: int = 0
    failed: int = 0
    median_ms: float | None = None
    calls_day: int = 0
    tokens_day: int = 0


@dataclass(frozen=True, slots=True)
class ModelView:
    """A model at the endpoint. state: ready (in memory) | loading | present | unknown. `chain`: its place among the
    models that are asked, from 1.
    """

    name: str
    parameters: str | None
    size: str | None
    quantization: str | None
    context: int | None
    state: str
    profiles: tuple[str, ...]
    chain: int | None


@dataclass(frozen=True, slots=True)
class PullView:
    """A model being fetched. state: pulling | done | failed; `done` and `total` in bytes, 0 while not known."""

    model: str
    state: str
    done: int
    total: int
    message: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ModelsView:
    """`error`: why they can't be listed. `model`: the one that is asked first."""

    provider: str
    base_url: str | None
    model: str | None
    models: tuple[ModelView, ...] = ()
    pulls: tuple[PullView, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ModelTest:
    """What came of it. `replicas`: what the model chose, `None` for no answer that can be used: `failure` says why.

    `situation`: which one it was asked about, with `current` replicas there and `choices` to choose from. `by_rules`:
    what the rules would do, `best`: what hindsight would. `seconds`: how long the model took.
    """

    model: str
    base_url: str
    situation: str
    current: int
    choices: tuple[int, ...]
    by_rules: int
    best: int | None
    replicas: int | None
    seconds: float
    tokens: int | None
    failure: str | None
