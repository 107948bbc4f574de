"""What a person wants of the model that advises. Immutable values."""

from dataclasses import dataclass, field
from enum import StrEnum

from docktor.core.policy import Pair

RULES = "rules"
"""The last entry of a chain of models: whoever comes here is decided by the rules alone."""

PATIENCE = Pair(30, 600)
OPENAI_URL = "https://api.openai.com/v1"


class AdvisorMode(StrEnum):
    """advise chooses among the candidates; shadow is asked and scored, not heard; off is never asked."""

    ADVISE = "advise"
    SHADOW = "shadow"
    OFF = "off"


class Ask(StrEnum):
    """When it is asked: whenever the rules want another number, before shrinking only, or at every check."""

    CHANGES = "changes"
    DOWN = "down"
    ALWAYS = "always"


class Provider(StrEnum):
    """dmr: Docker Model Runner. openai: anything that speaks OpenAI's chat protocol."""

    DMR = "dmr"
    OPENAI = "openai"


class Profile(StrEnum):
    """Which of the models that are present, when none is named."""

    FAST = "fast"
    BALANCED = "balanced"
    SMART = "smart"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person wants otherwise than it is; `None` leaves it as it is."""

    model: str | None = None
    provider: Provider | None = None
    base_url: str | None = None
    mode: AdvisorMode | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that is asked. A day is the last 24 hours; `None`: no such limit."""

    calls_per_minute: int = 10
    calls_per_day: int = 2000
    tokens_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class AdvisorPolicy:
    """Durations are seconds.

    `base_url`: `None` means it is looked for. `model`: `None` means the one `profile` picks. `fallback`: further
    models, in the order they are tried. `timeout`: the most one decision waits; never half a check interval.
    `patience`: how long it may put off what the rules want. `keep_warm`: don't let a local model be unloaded.
    """

    provider: Provider = Provider.DMR
    base_url: str | None = None
    model: str | None = None
    profile: Profile = Profile.BALANCED
    mode: AdvisorMode = AdvisorMode.ADVISE
    fallback: tuple[str, ...] = ()
    timeout: float = 8.0
    allow_remote: bool = False
    api_key: str | None = field(default=None, repr=False)
    ask: Ask = Ask.CHANGES
    patience: Pair = PATIENCE
    budget: Budget = Budget()
    keep_warm: bool = True
