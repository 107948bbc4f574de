"""The values that belong to no service, and what is not heeded."""

from collections.abc import Iterator, Mapping

from docktor.compose.document import Place
from docktor.config.advisor import KEY_AT, advisor_values, advisor_warnings
from docktor.config.load import Reading
from docktor.config.locate import Where
from docktor.config.model import ENVIRONMENT, Setting, tidy
from docktor.config.schema import Multi, Single
from docktor.config.secrets import shown
from docktor.errors import Problem

_UNHEARD = {
    "policies": "policies in words are not enforced by this version; use min_replicas and max_replicas",
    "notifications": "nobody is notified by this version",
}


def place_settings(where: Where) -> tuple[Setting, ...]:
    """Compose file and project in effect."""
    path = str(where.path) if where.path else None
    return (
        Setting("compose_file", path, where.path_source),
        Setting("project", where.project, where.project_source),
    )


def general_settings(reading: Reading, form: Single | Multi) -> Iterator[Setting]:
    """Retention, label ceilings and model settings, then the blocks that are only kept. Without secrets."""
    groups = {"retention": form.retention, "labels": form.labels}
    for group, model in groups.items():
        values: Mapping[str, object] = model.model_dump()
        for name, value in values.items():
            place: Place = (group, name)
            given = reading.raw.get(group)
            told = value
            if isinstance(given, Mapping) and name in given:
                told = shown(reading.doc, place, given[name])
            yield Setting(f"{group}.{name}", tidy(told), reading.source(place))
    if form.llm:
        for parts, told in advisor_values(reading.doc, form.llm, reading.env):
            yield Setting(".".join(parts), tidy(told), _source(reading, parts, told))
    for name in ("policies", "notifications"):
        if name in reading.raw:
            yield Setting(name, shown(reading.doc, (name,), reading.raw[name]), reading.source((name,)))


def warnings(reading: Reading, form: Single | Multi) -> Iterator[Problem]:
    """One line for each block that this version keeps but does not act on, and for what else is not heeded."""
    if form.llm:
        yield from advisor_warnings(reading.doc, form.llm, reading.env)
    for name, message in _UNHEARD.items():
        if reading.raw.get(name):
            yield reading.doc.problem((name,), message)


def _source(reading: Reading, place: Place, told: object) -> str:
    if place == KEY_AT and told is not None and place not in reading.doc.lines:
        return ENVIRONMENT  # a key need not be written down to be there
    return reading.source(place)
