"""Names of models: which are names at all, and which Docker Model Runner may be told to fetch. Pure."""

import re

MOST_CHARACTERS = 200
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]*")
_PORT = re.compile(r":[0-9]+$")
_PART = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"
_ANY_CASE = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_SUFFIX = r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
_LOWER = re.compile(rf"{_PART}/{_PART}{_SUFFIX}")
_MIXED = re.compile(rf"{_ANY_CASE}/{_ANY_CASE}{_SUFFIX}")
_HUB = frozenset({"docker.io", "index.docker.io"})
_HUGGING_FACE = frozenset({"hf.co", "huggingface.co"})


def model_fault(name: str) -> str | None:
    """What is wrong with a model's name, `None` if nothing."""
    if not name:
        return "must not be empty"
    if len(name) > MOST_CHARACTERS:
        return f"must have at most {MOST_CHARACTERS} characters"
    if _NAME.fullmatch(name) is None:
        return "must be a model's name: letters, digits and . _ - : / @ +, beginning with a letter or digit"
    if ".." in name or "//" in name or name.endswith("/"):
        return "must be a model's name, without '..' or '//' and not ending with '/'"
    return None


def pull_fault(name: str) -> str | None:
    """Why Docker Model Runner is not told to fetch that model, `None` if it may be."""
    if fault := model_fault(name):
        return fault
    host, path = _split(name)
    if host and host not in _HUB | _HUGGING_FACE:
        return f"{host} is not a registry models are fetched from; fetch it by hand: docker model pull {name}"
    if host in _HUGGING_FACE:
        return (
            None if _MIXED.fullmatch(path) else f"must be {host}/owner/name, with :tag or @sha256:… at most behind it"
        )
    return None if _LOWER.fullmatch(path) else "must be like ai/qwen3 or ai/qwen3:4b, in lower case up to the tag"


def _split(name: str) -> tuple[str, str]:
    """The registry's host, empty when there is none, and the rest. Docker's own rule."""
    first, _, rest = name.partition("/")
    is_host = bool(rest) and (first == "localhost" or "." in first or _PORT.search(first) is not None)
    return (first, rest) if is_host else ("", name)
