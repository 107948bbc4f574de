"""The models that are there, and which of them a profile means. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from docktor.core.advisor import Profile

_COUNT = re.compile(r"((?P<experts>\d+)x)?(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[MBT])(?![A-Za-z])", re.IGNORECASE)
_UNITS = {"M": 1e6, "B": 1e9, "T": 1e12}
_NO_CHAT = re.compile(
    r"embed|minilm|rerank|bge-|e5-|whisper|tts|stable-diffusion|flux|dall-e|moderation", re.IGNORECASE
)
_SMALLEST_OF_USE = 0.5e9
_BALANCED = 4e9


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that could be asked. `parameters`, `size`, `quantization`: as its runner words them, `None` if unknown.

    state: ready (in memory) | loading | present (on the disk) | unknown (the endpoint doesn't say).
    """

    name: str
    parameters: str | None = None
    size: str | None = None
    quantization: str | None = None
    context: int | None = None
    state: str = "unknown"


def can_chat(model: ModelInfo) -> bool:
    """By its name: models that only embed, rank or draw are never asked."""
    return _NO_CHAT.search(model.name) is None


def parameter_count(model: ModelInfo) -> float | None:
    """How many parameters it has, from what its runner or its name says (`3.21 B`, `qwen3:4b`, `mixtral:8x7b`)."""
    for text in (model.parameters or "", model.name):
        if found := _COUNT.search(text):
            return float(found["experts"] or 1) * float(found["number"]) * _UNITS[found["unit"].upper()]
    return None


def pick(profile: Profile, models: Sequence[ModelInfo]) -> ModelInfo | None:
    """fast: the smallest from half a billion parameters on. balanced: the nearest to four. smart: the largest.

    `None` if there is no model of known size that can chat. Same models: same answer.
    """
    sized = [(count, one) for one in models if can_chat(one) and (count := parameter_count(one)) is not None]
    sized.sort(key=lambda pair: (pair[0], pair[1].name))
    if not sized:
        return None
    if profile is Profile.SMART:
        return sized[-1][1]
    if profile is Profile.BALANCED:
        return min(sized, key=lambda pair: abs(pair[0] - _BALANCED))[1]
    return next((one for count, one in sized if count >= _SMALLEST_OF_USE), sized[-1][1])


def is_named(model: ModelInfo, name: str) -> bool:
    """Whether that is what somebody calls it: `ai/llama3.2` is `ai/llama3.2:latest`."""
    return model.name in (name, f"{name}:latest") or name == f"{model.name}:latest"
