"""The configuration in force, for people and for programs. Secrets are not in it."""

from collections.abc import Iterator

from docktor.compose.document import printable
from docktor.config.model import Config, Setting
from docktor.errors import ConfigError


def as_dict(config: Config) -> dict[str, object]:
    """Plain values for `--json`: every value beside its source."""
    return {
        "config": str(config.source) if config.source else None,
        "settings": [_plain(setting) for setting in config.general],
        "services": [
            {
                "project": entry.policy.service.project,
                "name": entry.policy.service.name,
                "settings": [_plain(setting) for setting in entry.settings],
                **entry.shown,
            }
            for entry in config.entries
        ],
        "warnings": [str(warning) for warning in config.warnings],
    }


def as_lines(config: Config) -> Iterator[str]:
    """One line for each value, its source at the end, grouped by service; warnings come last."""
    yield f"configuration: {config.source or 'none; defaults and labels only'}"
    yield from _table(config.general)
    for entry in config.entries:
        yield ""
        yield str(entry.policy.service)
        yield from _table(entry.settings)
        kept = [Setting(name, value, "docktor.yaml") for name, value in entry.shown.items()]
        yield from _table(tuple(kept))
    if config.warnings:
        yield ""
    for warning in config.warnings:
        yield f"warning: {warning}"


def fault_lines(error: ConfigError) -> Iterator[str]:
    """Every fault as one line that begins with the file, and the line in it if known."""
    for problem in error.problems:
        text = f"{problem.path}: {problem.message}" if problem.path else problem.message
        if not error.source or text.startswith(error.source):
            yield f"{text} (line {problem.line})" if problem.line else text
        else:
            yield f"{error.source}:{problem.line}: {text}" if problem.line else f"{error.source}: {text}"


def _plain(setting: Setting) -> dict[str, object]:
    return {"path": setting.path, "value": setting.value, "source": setting.source}


def _table(settings: tuple[Setting, ...]) -> Iterator[str]:
    rows = [(setting.path, _text(setting.value), setting.source) for setting in settings]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    for path, value, source in rows:
        yield f"  {path:<{widths[0]}}  {value:<{widths[1]}}  {source}"


def _text(value: object) -> str:
    if value is None or value in ([], {}):
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_text(item)}" for key, item in value.items()) + "}"
    return printable(f"{value:g}" if isinstance(value, float) else str(value), 200)
