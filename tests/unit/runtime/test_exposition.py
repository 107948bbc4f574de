"""The text of the daemon's own numbers: any names, absent values, and never too many of them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from docktor.core.decision import Phase
from docktor.runtime.exposition import FAMILIES, Facts, Watched, exposition
from docktor.runtime.tally import MOST_SERVICES, OTHER, Tally
from docktor.runtime.views import AdvisorView, ConfigView, EngineView, HealthView, ServiceView, SourceView, StoreView
from tests.unit.memory.making import make

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
VIEW = ServiceView(
    project="shop",
    name="web",
    kind="compose",
    managed=True,
    mode="auto",
    state="cooling",
    reason="",
    replicas=3,
    ready=2,
    desired=4,
    min=1,
    max=6,
    metrics={"cpu.avg": 61.5, "memory.avg": 12.0, "queue.backlog": None},
    next_check_s=1.0,
    unscalable=None,
)
ADVISOR = AdvisorView("off", "off", "runner", None, False, None, None, NOON)
HEALTH = HealthView(
    status="ok",
    version="1.2.3",
    pid=1,
    started_at=NOON,
    home="/home",
    services=1,
    engine=EngineView("ok", "docker", "28", "1.48", "unix://"),
    config=ConfigView("ok", None),
    store=StoreView("ok"),
    advisor=ADVISOR,
    sources=(),
    notifiers=(),
)


def facts(*watched: Watched, health: HealthView = HEALTH, tally: Tally | None = None) -> Facts:
    return Facts(health, watched, tally or Tally(), 7, None)


def read(told: Facts) -> list[Sample]:
    return [sample for family in text_string_to_metric_families(exposition(told)) for sample in family.samples]


def values(told: Facts, name: str) -> dict[tuple[str, ...], float]:
    return {tuple(one.labels.values()): one.value for one in read(told) if one.name == name}


def test_what_is_unknown_is_left_out() -> None:
    told = facts(Watched(replace(VIEW, min=None), frozenset({"cpu.avg", "queue.backlog", "never.seen"}), None))
    assert values(told, "docktor_service_metric") == {("shop", "web", "cpu.avg"): 61.5}
    names = {sample.name for sample in read(told)}
    assert "docktor_process_resident_memory_bytes" not in names
    assert "docktor_service_last_check_age_seconds" not in names
    assert "docktor_service_min_replicas" not in names
    assert not any(name.startswith("docktor_advisor") for name in names)


def test_replica_hours_and_a_price_only_where_there_is_one() -> None:
    other = replace(VIEW, name="worker")
    told = facts(Watched(VIEW, frozenset(), 1.0, 12.5, 0.04), Watched(other, frozenset(), 1.0, 3.0))
    found = values(told, "docktor_service_replica_hours_total")
    assert found == {("shop", "web"): 12.5, ("shop", "worker"): 3.0}
    assert values(told, "docktor_service_price_per_hour") == {("shop", "web"): 0.04}


@given(st.text(min_size=1), st.text(min_size=1), st.floats())
def test_any_name_and_any_number_comes_through(name: str, metric: str, number: float) -> None:
    view = replace(VIEW, name=name, metrics={metric: number})
    (found,) = values(facts(Watched(view, frozenset({metric}), 1.0)), "docktor_service_metric").items()
    sent = [text.encode("utf-8", "replace").decode() for text in (name, metric)]
    assert list(found[0]) == ["shop", *sent]
    assert found[1] == pytest.approx(number, nan_ok=True)


def test_troubles_are_told() -> None:
    sick = replace(
        HEALTH,
        engine=replace(HEALTH.engine, state="down"),
        config=ConfigView("rejected", None),
        store=StoreView("degraded"),
        advisor=replace(ADVISOR, mode="advise", state="resting", asked=9, failed=4, median_ms=250.0, tokens_day=80),
        sources=(
            SourceView("nats", "a", "ok", None, NOON, ()),
            SourceView("nats", "b", "lying", None, NOON, ()),
            SourceView("kafka", "c", "down", None, NOON, ()),
        ),
    )
    told = facts(health=sick)
    expected = {
        "docktor_engine_up": 0, "docktor_config_rejected": 1, "docktor_journal_degraded": 1, "docktor_advisor_up": 0,
        "docktor_advisor_asked_total": 9, "docktor_advisor_failed_total": 4, "docktor_advisor_tokens_last_day": 80,
        "docktor_advisor_latency_median_seconds": 0.25, "docktor_events_last": 7,
    }  # fmt: skip
    assert {name: values(told, name)[()] for name in expected} == expected
    assert values(told, "docktor_sources") == {("nats",): 2, ("kafka",): 1}
    assert values(told, "docktor_sources_up") == {("nats",): 1, ("kafka",): 0}


def test_a_thousand_services_at_most() -> None:
    crowd = [Watched(replace(VIEW, name=f"s{number:04d}"), frozenset(), 1.0) for number in range(MOST_SERVICES + 5)]
    told = facts(*crowd)
    assert len(values(told, "docktor_service_replicas")) == MOST_SERVICES
    assert values(told, "docktor_services")[()] == MOST_SERVICES + 5


def test_counters_are_bounded_too() -> None:
    tally = Tally()
    for number in range(MOST_SERVICES + 5):
        tally.count(make(number + 1, service=f"s{number:04d}"))
    tally.count(make(9000, service="s0000", phase=Phase.FAILED))
    found = values(facts(tally=tally), "docktor_decisions_total")
    assert found[*OTHER, "scale_up", "rules", "done"] == 5
    assert found["shop", "s0000", "scale_up", "rules", "failed"] == 1
    assert len(found) == MOST_SERVICES + 2
    spell = tally.scales["shop", "s0000"]
    assert spell.count == 2
    assert spell.seconds == pytest.approx(2 * 0.81225)


def test_names_are_as_prometheus_wants_them() -> None:
    for family in FAMILIES:
        assert family.name.startswith("docktor_")
        assert (family.kind == "counter") == family.name.endswith("_total"), family.name
        assert family.about.endswith(".")


def test_a_forecast_says_how_much_and_whether_it_counts() -> None:
    seen = replace(VIEW, metrics={**VIEW.metrics, "forecast.replicas": 5.25})
    told = facts(Watched(seen, frozenset(), 1.0, forecast_on=True))
    assert list(values(told, "docktor_service_forecast_replicas").values()) == [5.25]
    assert list(values(told, "docktor_service_forecast_on").values()) == [1]
    assert not values(facts(Watched(VIEW, frozenset(), 1.0)), "docktor_service_forecast_on")
