"""Reading one docktor.yaml: either form, every fault at once."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from docktor.compose.document import MAX_BYTES, Document, Place, Value, parse, read_text, spell
from docktor.compose.expand import expand
from docktor.compose.names import read_dotenv
from docktor.config.advisor import check_llm
from docktor.config.checks import check_multi, check_single
from docktor.config.model import DEFAULT, ENVIRONMENT, FILE
from docktor.config.schema import Multi, Single
from docktor.config.sources import Kinds, check_sources
from docktor.config.words import problems_of
from docktor.errors import ConfigError, Problem

_ONE_SERVICE = ("service", "mode", "scaling")
_MAY_BE_EMPTY = frozenset(
    {"scaling", "rules", "scale_up_when", "scale_down_when", "target", "forecast", "queue", "metrics"}
    | {"cooldown", "stabilization", "max_step", "llm", "policies", "notifications", "retention", "labels"}
    | {"fallback", "patience", "budget"}
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read. `form` is `None` when `problems` has faults in the fields; `raw` is there even so.

    `dotenv`: the `.env` beside it, there or not. `env`: what references were filled from.
    """

    path: Path
    doc: Document
    raw: Mapping[str, Value] = field(repr=False)
    form: Single | Multi | None = field(repr=False)
    problems: tuple[Problem, ...]
    dotenv: Path
    env: Mapping[str, str] = field(repr=False)

    @property
    def is_multi(self) -> bool:
        return "services" in self.raw

    def source(self, place: Place) -> str:
        """Where the value at that place comes from: docktor.yaml, environment or default."""
        if any(at[: len(place)] == place for at in self.doc.from_env):
            return ENVIRONMENT
        return FILE if place in self.doc.lines else DEFAULT


def read(path: Path, env: Mapping[str, str], kinds: Kinds | None = None) -> Reading:
    """Reads and checks the file by itself; without `kinds` not what is a source's own.

    `env` wins over the `.env` beside the file. Raises ConfigError only when nothing can be read from it.
    """
    text = read_text(path)
    dotenv = path.parent / ".env"
    env = {**read_dotenv(dotenv, env), **env}
    try:
        doc = parse(text, partial(expand, env=env))
    except ConfigError as error:
        raise ConfigError(error.problems, str(path)) from None
    if not isinstance(doc.value, dict):
        message = "the file is empty" if doc.value is None else "must be a mapping of settings, like 'service: web'"
        raise ConfigError((doc.problem((), message),), str(path))
    raw = _tidy({key: value for key, value in doc.value.items() if not key.startswith("x-")})
    form: Single | Multi | None = None
    problems: list[Problem] = []
    model: type[Single | Multi] = Multi if "services" in raw else Single
    try:
        form = model.model_validate(raw if model is Single else _without(raw, *_ONE_SERVICE))
    except ValidationError as error:
        problems += problems_of(error, model, doc)
    problems += check_llm(doc, raw.get("llm"), env)
    problems += _check(doc, raw, kinds)
    unfilled = {spell(place) for place in doc.unfilled}  # told already; what else is wrong there can't be known
    told = (problem for problem in problems if problem.path not in unfilled)
    return Reading(path, doc, raw, form, (*doc.problems, *told), dotenv, env)


def fingerprint(path: Path) -> str:
    """Changes whenever the file's content does, or whether it can be read."""
    try:
        if not path.is_file():
            return "absent"
        with path.open("rb") as file:
            return hashlib.sha256(file.read(MAX_BYTES + 1)).hexdigest()
    except OSError as error:
        return f"unreadable: {error.strerror}"


def _check(doc: Document, raw: Mapping[str, Value], kinds: Kinds | None) -> Iterator[Problem]:
    if "services" not in raw:
        yield from check_single(doc, raw)
        return
    for other in _ONE_SERVICE:
        if other in raw:
            yield doc.problem((other,), "belongs to the form for one service; this file has services")
    yield from check_multi(doc, raw["services"])
    if kinds is not None:
        yield from check_sources(doc, raw["services"], kinds)


def _without(raw: Mapping[str, Value], *names: str) -> dict[str, Value]:
    return {key: value for key, value in raw.items() if key not in names}


def _tidy(raw: dict[str, Value]) -> dict[str, Value]:
    """Leaves out sections that stand there with nothing in them (all their lines commented out, say)."""
    tidied: dict[str, Value] = {}
    for key, value in raw.items():
        if value is None and key in _MAY_BE_EMPTY:
            continue
        tidied[key] = value
        if isinstance(value, dict) and key in ("scaling", "rules", "llm"):
            tidied[key] = _tidy(value)
        elif isinstance(value, list) and key == "services":
            tidied[key] = [_tidy(item) if isinstance(item, dict) else item for item in value]
    return tidied
