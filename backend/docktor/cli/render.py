"""What the office answered, as lines for a person. Pure: values in, styled lines out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from docktor.cli import sources
from docktor.cli.advisor import advisor_facts
from docktor.cli.clean import clean
from docktor.core.cost import Day
from docktor.core.decision import Decision
from docktor.core.explain import explained
from docktor.core.words import money, number, seconds
from docktor.core.world import ServiceId
from docktor.runtime.views import HealthView, LogEvent, ProjectView, ServiceDetail, ServiceView, Setting

GAP = "  "
NARROWEST_NAME = 12
BAR_WIDTH = 12
THOUSAND = 1000
WIDE = 110  # from here on the reason has room beside the rest

STYLES = {
    "steady": "green",
    "scaling": "bold cyan",
    "cooling": "blue",
    "waiting-for-approval": "bold yellow",
    "limited": "yellow",
    "blind": "bold red",
    "held": "magenta",
    "paused": "magenta",
    "standby": "dim",
    "unscalable": "dim",
    "not managed": "dim",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One service: its cells in the order of the columns, and the sentence that explains it."""

    cells: tuple[Text, ...]
    why: Text


def cut(text: Text, width: int) -> Text:
    """`text` in at most `width` cells, ending in … where something was left out."""
    if cell_len(text.plain) <= width:
        return text
    shortened = text.copy()
    shortened.truncate(max(1, width), overflow="ellipsis")
    return shortened


def _cut_front(text: Text, width: int) -> Text:
    """As `cut`, but leaves out the beginning: of `project/name` the end tells more."""
    tail = text.plain
    if cell_len(tail) <= width:
        return text
    while cell_len(tail) > width - 1:
        tail = tail[1:]
    return Text("…" + tail, text.style)


def columns(headers: Sequence[str], rows: Sequence[Row], width: int | None) -> list[Text]:
    """Aligned columns. `width=None`: nothing is cut (a pipe); below WIDE the reasons go on lines of their own."""
    sizes = [
        max([cell_len(header), *(cell_len(row.cells[at].plain) for row in rows)]) for at, header in enumerate(headers)
    ]
    beside = width is None or width >= WIDE
    if width is not None:
        excess = sum(sizes) + len(GAP) * (len(sizes) - 1) - width
        sizes[0] = max(NARROWEST_NAME, sizes[0] - max(0, excess))
        rows = [Row((_cut_front(row.cells[0], sizes[0]), *row.cells[1:]), row.why) for row in rows]
    head = [Text(header, "bold") for header in headers]
    lines = [_line(head, sizes, Text("WHY", "bold") if beside else Text())]
    for row in rows:
        lines.append(_line(row.cells, sizes, row.why if beside else Text()))
        if not beside and row.why.plain:
            lines.append(Text.assemble(GAP, (row.why.plain, "dim")))
    return [line if width is None else cut(line, width) for line in lines]


def _line(cells: Sequence[Text], sizes: Sequence[int], last: Text) -> Text:
    line = Text()
    for cell, size in zip(cells, sizes, strict=True):
        line.append_text(cell)
        line.append(" " * (size - cell_len(cell.plain)) + GAP)
    line.append_text(last)
    line.rstrip()
    return line


def services_of(projects: Sequence[ProjectView]) -> list[ServiceView]:
    """All services, those that Docktor manages first."""
    every = [service for project in projects for service in project.services]
    return sorted(every, key=lambda s: (not s.managed, s.project, s.name))


def status_lines(
    projects: Sequence[ProjectView], width: int | None, today: Mapping[ServiceId, Day] | None = None
) -> list[Text]:
    """The table of `docktor status`. `today`: what each service has cost so far."""
    services = services_of(projects)
    if not services:
        return [Text("No services are running: start some with `docker compose up -d`.")]
    rows = [Row((*_cells(s), _today((today or {}).get(ServiceId(s.project, s.name)))), _why(s)) for s in services]
    return columns(("SERVICE", "REPLICAS", "MIN-MAX", "METRIC", "STATE", "MODE", "NEXT", "TODAY"), rows, width)


def _cells(service: ServiceView) -> tuple[Text, ...]:
    shown = (_name, _replicas, _limits, _metric, _state, _mode, _next)
    return tuple(show(service) for show in shown)


def watch_lines(projects: Sequence[ProjectView], width: int) -> list[Text]:
    """The table of `docktor watch`: as `status`, with a bar between min and max."""
    services = services_of(projects)
    if not services:
        return [Text("No services are running: start some with `docker compose up -d`.")]
    rows = [Row((_name(s), _bar(s), _metric(s), _state(s), _next(s)), _why(s)) for s in services]
    return columns(("SERVICE", "REPLICAS", "METRIC", "STATE", "NEXT"), rows, width)


def _name(service: ServiceView) -> Text:
    return Text(clean(f"{service.project}/{service.name}"), "bold" if service.managed else "dim")


def _replicas(service: ServiceView) -> Text:
    text = f"{service.replicas}"
    if service.managed and service.desired != service.replicas:
        text += f" → {service.desired}"
    if service.ready < service.replicas:
        text += f" ({service.ready} ready)"
    return Text(text)


def _limits(service: ServiceView) -> Text:
    if service.min is None or service.max is None:
        return Text("-", "dim")
    return Text(f"{service.min}-{service.max}")


def _bar(service: ServiceView) -> Text:
    """`1 ▕███▌····▏ 10  3`: where the number of replicas stands between min and max."""
    if service.min is None or service.max is None or not service.managed:
        return Text(str(service.replicas), "dim")
    full = round(BAR_WIDTH * min(1.0, service.replicas / max(1, service.max)))
    bar = Text.assemble(
        (f"{service.min:>2} ▕", "dim"),
        ("█" * full, STYLES.get(service.state, "")),
        ("·" * (BAR_WIDTH - full), "dim"),
        (f"▏{service.max:<3}", "dim"),
    )
    return bar.append_text(_replicas(service))


def _metric(service: ServiceView) -> Text:
    name = service.driving_metric or "cpu.avg"
    if name not in service.metrics and not service.driving_metric:
        return Text("-", "dim")
    return Text(clean(f"{name} {amount(name, service.metrics.get(name))}"))


def amount(metric: str, value: float | None) -> str:
    """`82.3%`, `1.2 GB`, `17`; `?` when it is not known."""
    if value is None:
        return "?"
    if metric.startswith("cpu.") and metric != "cpu.cores":
        return f"{number(value)}%"
    if metric.startswith(("memory.", "network.")) and not metric.endswith("percent"):
        return size(value) + ("/s" if metric.startswith("network.") else "")
    return number(value)


def size(value: float) -> str:
    """Bytes in the largest fitting unit."""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(value) < THOUSAND:
            return f"{number(value)} {unit}"
        value /= THOUSAND
    return f"{number(value)} TB"


def _state(service: ServiceView) -> Text:
    word = service.state if service.managed or service.unscalable else "not managed"
    return Text(word, STYLES.get(word, ""))


def _mode(service: ServiceView) -> Text:
    return Text(service.mode) if service.managed else Text("-", "dim")


def _next(service: ServiceView) -> Text:
    if service.next_check_s is None:
        return Text("-", "dim")
    return Text("now" if service.next_check_s < 1 else seconds(service.next_check_s))


def _today(day: Day | None) -> Text:
    return Text("-", "dim") if day is None or not day.known_hours else Text(spent(day.replica_hours, day.money))


def spent(hours: float, paid: float | None) -> str:
    """`47.9 h`, with a price `47.9 h 1.92`: replica-hours and money."""
    return f"{hours:.1f} h" if paid is None else f"{hours:.1f} h {money(paid)}"


def _why(service: ServiceView) -> Text:
    return Text(clean(service.unscalable or service.reason))


def stamp(at: datetime, date: bool = True) -> str:
    """Local time, as on the reader's own clock."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S" if date else "%H:%M:%S")


def event_line(event: LogEvent, date: bool = True) -> Text:
    """`2026-01-31 09:30:00  ▲ shop/web 2 → 4: cpu.avg 91 > 75`"""
    who = f"{event.project}/{event.service}" if event.service else ""
    text = event.text if not who or who in event.text else f"{who}: {event.text}"
    style = _event_style(event)
    return Text.assemble((stamp(event.at, date), "dim"), GAP, (clean(text), style))


def _event_style(event: LogEvent) -> str:
    if event.kind == "decision":
        return {"scale_up": "cyan", "scale_down": "blue"}.get(str(event.data.get("action")), "")
    return {"engine": "yellow", "config": "yellow", "outside": "magenta"}.get(event.kind, "")


def decision_lines(decision: Decision) -> list[Text]:
    """A decision in sentences: what was seen, which rules held, what limited it, what was done."""
    head, *lines = explained(decision)
    number, when, said = head.split(GAP, 2)
    return [Text.assemble((number, "bold"), GAP, (when, "dim"), GAP, (said, "bold")), *map(Text, lines)]


def detail_lines(detail: ServiceDetail) -> list[Text]:
    """One service after a person's word about it: how it stands now."""
    service = detail.service
    head = Text.assemble(_name(service), ": ", _state(service), f", mode {service.mode}, ", _replicas(service))
    head.append(f" replica{'' if service.replicas == 1 else 's'}")
    lines = [head]
    if detail.hold is not None:
        why = f" ({clean(detail.hold.reason)})" if detail.hold.reason else ""
        lines.append(Text(f"  held until {stamp(detail.hold.until)} by {clean(detail.hold.by)}{why}"))
    elif service.reason:
        lines.append(Text(f"  {clean(service.reason)}"))
    return lines


def health_lines(health: HealthView, socket: str) -> list[Text]:
    """`docktor daemon status`: one fact a line."""
    facts = [
        ("status", health.status),
        ("version", health.version),
        ("pid", f"{health.pid}, since {stamp(health.started_at)}"),
        ("home", health.home),
        ("socket", socket),
        ("manages", f"{health.services} service{'' if health.services == 1 else 's'}"),
        ("engine", f"{engine_words(health)} at {health.engine.endpoint}"),
    ]
    if health.engine.state != "ok":
        facts.append(("", f"down: {health.engine.error}"))
    facts.append(("config", health.config.source or "none: what labels and defaults say"))
    if health.config.state != "ok":
        facts.append(("", "the last edit was not taken over; still in force: the one before. Its faults:"))
    facts += [("", problem) for problem in health.config.problems]
    facts += [("", f"warning: {warning}") for warning in health.config.warnings]
    facts += sources.health_facts(health.sources)
    facts += advisor_facts(health.advisor)
    if health.store.state != "ok":
        facts.append(("record", f"{health.store.state}: {health.store.error}"))
    return [Text.assemble((set_cell_size(name, 9), "dim"), clean(value)) for name, value in facts]


def engine_words(health: HealthView) -> str:
    """`docker 20.10.24 (API 1.41)`"""
    engine = health.engine
    words = f"{engine.kind} {engine.version or ''}".strip()
    return f"{words} (API {engine.api_version})" if engine.api_version else words


def setting_lines(settings: Sequence[Setting], width: int | None) -> list[Text]:
    """Each value in effect, and where it came from."""
    rows = [Row((Text(clean(s.path)), Text(clean(_value(s.value)))), Text(clean(s.source), "dim")) for s in settings]
    sizes = [max(cell_len(row.cells[at].plain) for row in rows) for at in range(2)] if rows else []
    lines = [_line(row.cells, sizes, row.why) for row in rows]
    return [line if width is None else cut(line, width) for line in lines]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return ", ".join(_value(part) for part in value) or "none"
    return "none" if value is None else str(value)
