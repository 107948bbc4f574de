"""The daemon's own numbers as Prometheus reads them: values in, text out. Pure.

Written by hand: the set is fixed and all values lie ready when asked, so that a client library with its registry
would be a second place where they are kept.
"""

import math
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from docktor.core.decision import State
from docktor.core.foresight import FORESEEN
from docktor.runtime.tally import MOST_SERVICES, Tally
from docktor.runtime.views import AdvisorView, HealthView, ServiceView

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OF_SERVICE = ("project", "service")


@dataclass(frozen=True, slots=True)
class Family:
    """A metric: its name, `gauge`, `counter` or `summary`, its labels, and what it says."""

    name: str
    kind: str
    labels: tuple[str, ...]
    about: str


FAMILIES = (
    Family("docktor_build_info", "gauge", ("version", "python"), "Always 1; the labels say what is running."),
    Family("docktor_process_start_time_seconds", "gauge", (), "When the daemon was started, Unix time."),
    Family("docktor_process_resident_memory_bytes", "gauge", (), "Memory of the daemon; on Linux only."),
    Family("docktor_engine_up", "gauge", (), "1 while the Docker engine answers."),
    Family("docktor_journal_degraded", "gauge", (), "1 while the journal or its index can't be used."),
    Family("docktor_config_rejected", "gauge", (), "1 while docktor.yaml has faults; the last good one is in force."),
    Family("docktor_events_last", "gauge", (), "Number of the latest event; begins anew with the daemon."),
    Family("docktor_services", "gauge", (), "Services that are kept; numbers are given of the first 1000."),
    Family("docktor_service_replicas", "gauge", OF_SERVICE, "Replicas there are."),
    Family("docktor_service_ready_replicas", "gauge", OF_SERVICE, "Replicas that serve."),
    Family("docktor_service_desired_replicas", "gauge", OF_SERVICE, "Replicas the latest check came to."),
    Family("docktor_service_min_replicas", "gauge", OF_SERVICE, "Fewest replicas allowed."),
    Family("docktor_service_max_replicas", "gauge", OF_SERVICE, "Most replicas allowed."),
    Family("docktor_service_state", "gauge", (*OF_SERVICE, "state"), "1 for the state it is in, 0 for the others."),
    Family(
        "docktor_service_metric",
        "gauge",
        (*OF_SERVICE, "metric"),
        "Value of a metric its rules or target speak of; left out while unknown.",
    ),
    Family(
        "docktor_service_last_check_age_seconds",
        "gauge",
        OF_SERVICE,
        "Seconds since the latest check that saw the service; left out before the first.",
    ),
    Family(
        "docktor_service_replica_hours_total",
        "counter",
        OF_SERVICE,
        "Hours of its replicas since the daemon's start, as of the latest check.",
    ),
    Family(
        "docktor_service_price_per_hour",
        "gauge",
        OF_SERVICE,
        "What a replica costs for an hour (price); left out without one.",
    ),
    Family(
        "docktor_service_forecast_replicas",
        "gauge",
        OF_SERVICE,
        "Replicas' worth of load that is foreseen at most; left out while nothing is.",
    ),
    Family(
        "docktor_service_forecast_on",
        "gauge",
        OF_SERVICE,
        "1 while the forecast counts, 0 in its shadow; left out where none is wanted.",
    ),
    Family(
        "docktor_decisions_total",
        "counter",
        (*OF_SERVICE, "action", "source", "phase"),
        "Decisions put on the record since the daemon's start. A scale counts as intended and as what came of it.",
    ),
    Family("docktor_scale_duration_seconds", "summary", OF_SERVICE, "Time that scaling took, failures included."),
    Family("docktor_sources", "gauge", ("kind",), "Queues and other sources in use."),
    Family("docktor_sources_up", "gauge", ("kind",), "Those of them whose latest read gave numbers."),
    Family("docktor_advisor_up", "gauge", (), "1 while a model can be asked; left out while none is to advise."),
    Family("docktor_advisor_asked_total", "counter", (), "Questions to a model since the daemon's start."),
    Family("docktor_advisor_agreed_total", "counter", (), "Answers that chose what the rules wanted."),
    Family("docktor_advisor_changed_total", "counter", (), "Answers by which a number became another."),
    Family("docktor_advisor_failed_total", "counter", (), "Questions from which no advice came."),
    Family("docktor_advisor_latency_median_seconds", "gauge", (), "Of the latest 100 answers; left out without any."),
    Family("docktor_advisor_calls_last_day", "gauge", (), "Questions of the last 24 hours."),
    Family("docktor_advisor_tokens_last_day", "gauge", (), "Tokens of the last 24 hours."),
)


@dataclass(frozen=True, slots=True)
class Watched:
    """A kept service. `spoken`: the metrics its rules name; `checked_s`: seconds since the latest check.

    `replica_hours`: since it is kept. `price`: of one replica for an hour. `forecast_on`: `None` where none is wanted.
    """

    view: ServiceView
    spoken: frozenset[str]
    checked_s: float | None
    replica_hours: float = 0.0
    price: float | None = None
    forecast_on: bool | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is told. `memory`: bytes, `None` where the system doesn't say."""

    health: HealthView
    watched: Sequence[Watched]
    tally: Tally
    last_event: int
    memory: int | None


Sample = tuple[str, tuple[str, ...], float]
"""Name, the values of its family's labels, value."""


def exposition(facts: Facts) -> str:
    """The text for a scrape. Only the first 1000 services, in the order given, have numbers of their own."""
    found: dict[str, list[Sample]] = {family.name: [] for family in FAMILIES}
    for part in (_daemon(facts), _sources(facts.health), _advisor(facts.health.advisor), _decisions(facts.tally)):
        for sample in part:
            found[_family(sample[0])].append(sample)
    for one in facts.watched[:MOST_SERVICES]:
        for sample in _service(one):
            found[sample[0]].append(sample)
    lines: list[str] = []
    for family in FAMILIES:
        if found[family.name]:
            lines += [f"# HELP {family.name} {_help(family.about)}", f"# TYPE {family.name} {family.kind}"]
            lines += [_line(name, family.labels, values, value) for name, values, value in found[family.name]]
    return "\n".join(lines) + "\n"


def _family(name: str) -> str:
    """A summary's samples carry an ending that its family doesn't."""
    return name.removesuffix("_sum").removesuffix("_count")


def _daemon(facts: Facts) -> Iterator[Sample]:
    health = facts.health
    yield "docktor_build_info", (health.version, platform.python_version()), 1
    yield "docktor_process_start_time_seconds", (), health.started_at.timestamp()
    if facts.memory is not None:
        yield "docktor_process_resident_memory_bytes", (), facts.memory
    yield "docktor_engine_up", (), health.engine.state == "ok"
    yield "docktor_journal_degraded", (), health.store.state != "ok"
    yield "docktor_config_rejected", (), health.config.state == "rejected"
    yield "docktor_events_last", (), facts.last_event
    yield "docktor_services", (), len(facts.watched)


def _service(one: Watched) -> Iterator[Sample]:
    view = one.view
    who = (view.project, view.name)
    yield "docktor_service_replicas", who, view.replicas
    yield "docktor_service_ready_replicas", who, view.ready
    yield "docktor_service_desired_replicas", who, view.desired
    if view.min is not None:
        yield "docktor_service_min_replicas", who, view.min
    if view.max is not None:
        yield "docktor_service_max_replicas", who, view.max
    for state in State:
        yield "docktor_service_state", (*who, state.value), state.value == view.state
    for metric in sorted(one.spoken):
        value = view.metrics.get(metric)
        if value is not None:
            yield "docktor_service_metric", (*who, metric), value
    if one.checked_s is not None:
        yield "docktor_service_last_check_age_seconds", who, one.checked_s
    yield "docktor_service_replica_hours_total", who, one.replica_hours
    if one.price is not None:
        yield "docktor_service_price_per_hour", who, one.price
    if (foreseen := view.metrics.get(FORESEEN)) is not None:
        yield "docktor_service_forecast_replicas", who, foreseen
    if one.forecast_on is not None:
        yield "docktor_service_forecast_on", who, one.forecast_on


def _decisions(tally: Tally) -> Iterator[Sample]:
    for key, count in sorted(tally.decisions.items()):
        yield "docktor_decisions_total", key, count
    for who, spell in sorted(tally.scales.items()):
        yield "docktor_scale_duration_seconds_sum", who, spell.seconds
        yield "docktor_scale_duration_seconds_count", who, spell.count


def _sources(health: HealthView) -> Iterator[Sample]:
    for kind in sorted({source.kind for source in health.sources}):
        states = [source.state for source in health.sources if source.kind == kind]
        yield "docktor_sources", (kind,), len(states)
        yield "docktor_sources_up", (kind,), states.count("ok")


def _advisor(advisor: AdvisorView) -> Iterator[Sample]:
    if advisor.mode == "off":
        return
    yield "docktor_advisor_up", (), advisor.state == "ok"
    yield "docktor_advisor_asked_total", (), advisor.asked
    yield "docktor_advisor_agreed_total", (), advisor.agreed
    yield "docktor_advisor_changed_total", (), advisor.changed
    yield "docktor_advisor_failed_total", (), advisor.failed
    if advisor.median_ms is not None:
        yield "docktor_advisor_latency_median_seconds", (), advisor.median_ms / 1000
    yield "docktor_advisor_calls_last_day", (), advisor.calls_day
    yield "docktor_advisor_tokens_last_day", (), advisor.tokens_day


def _line(name: str, labels: Sequence[str], values: Sequence[str], value: float) -> str:
    pairs = ",".join(f'{label}="{_escape(text)}"' for label, text in zip(labels, values, strict=True))
    return f"{name}{{{pairs}}} {_number(value)}" if pairs else f"{name} {_number(value)}"


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else f"{'+' if value > 0 else '-'}Inf"
    return str(int(value)) if value == int(value) else repr(float(value))


def _escape(text: str) -> str:
    whole = text.encode("utf-8", "replace").decode("utf-8")  # half characters can't be sent
    return whole.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _help(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n")


def labels_of(name: str) -> Mapping[str, tuple[str, ...]]:
    """The samples of a family, each with its labels."""
    family = next(one for one in FAMILIES if one.name == name)
    endings = ("_sum", "_count") if family.kind == "summary" else ("",)
    return {family.name + ending: family.labels for ending in endings}
