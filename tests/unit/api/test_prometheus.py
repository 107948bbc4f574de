"""GET /metrics of a real daemon on the simulated engine, read by Prometheus' own parser."""

import asyncio
from collections.abc import Mapping

from prometheus_client.parser import text_string_to_metric_families

from docktor.runtime.exposition import CONTENT_TYPE, FAMILIES
from tests.serving import Served

WEB = {"project": "demo", "service": "web"}


async def scrape(served: Served) -> dict[str, dict[frozenset[tuple[str, str]], float]]:
    """Values by sample name and labels."""
    answer = await served.http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == CONTENT_TYPE
    found: dict[str, dict[frozenset[tuple[str, str]], float]] = {}
    for family in text_string_to_metric_families(answer.text):
        assert family.documentation
        for sample in family.samples:
            by_labels = found.setdefault(sample.name, {})
            labels = frozenset(sample.labels.items())
            assert labels not in by_labels, sample
            by_labels[labels] = sample.value
    return found


def labelled(**labels: str) -> frozenset[tuple[str, str]]:
    return frozenset(labels.items())


def of(found: Mapping[frozenset[tuple[str, str]], float], **labels: str) -> float:
    return found[labelled(**labels)]


async def test_a_service_is_told_as_the_api_tells_it(served: Served) -> None:
    view = (await served.http.post("/api/projects/demo/services/web/check")).json()["service"]
    found = await scrape(served)
    assert of(found["docktor_service_min_replicas"], **WEB) == view["min"]
    assert of(found["docktor_service_max_replicas"], **WEB) == view["max"]
    assert of(found["docktor_service_replicas"], **WEB) > 0
    states = {key: value for key, value in found["docktor_service_state"].items() if ("service", "web") in key}
    assert sorted(states.values()) == [*[0.0] * (len(states) - 1), 1.0]
    assert 0 <= of(found["docktor_service_last_check_age_seconds"], **WEB) < 30
    assert of(found["docktor_engine_up"]) == 1
    assert of(found["docktor_journal_degraded"]) == of(found["docktor_config_rejected"]) == 0
    assert of(found["docktor_process_start_time_seconds"]) > 1.7e9
    assert of(found["docktor_services"]) == len(found["docktor_service_replicas"])


async def test_replica_hours_grow_with_each_check(served: Served) -> None:
    hours = []
    for _ in range(2):
        await served.http.post("/api/projects/demo/services/web/check")
        await asyncio.sleep(0.2)
        await served.http.post("/api/projects/demo/services/web/check")
        found = await scrape(served)
        hours.append(of(found["docktor_service_replica_hours_total"], **WEB))
    assert 0 < hours[0] < hours[1] < 1
    assert "docktor_service_price_per_hour" not in found, "the demo's services have no price"


async def test_only_metrics_that_rules_speak_of(served: Served) -> None:
    detail = (await served.http.post("/api/projects/demo/services/web/check")).json()
    found = await scrape(served)
    told = {dict(key)["metric"] for key in found.get("docktor_service_metric", {}) if ("service", "web") in key}
    assert told <= {rule["metric"] for rule in detail["rules"]}
    assert set(detail["service"]["metrics"]) > told


async def test_decisions_are_counted_as_they_are_recorded(served: Served) -> None:
    await served.http.post("/api/projects/demo/services/web/scale", json={"replicas": 4})
    found = await scrape(served)
    who = WEB | {"action": "scale_up", "source": "person"}
    assert of(found["docktor_decisions_total"], **who, phase="intended") == 1
    assert of(found["docktor_decisions_total"], **who, phase="done") == 1
    assert of(found["docktor_scale_duration_seconds_count"], **WEB) >= 1
    assert of(found["docktor_scale_duration_seconds_sum"], **WEB) > 0


async def test_nothing_is_told_that_is_not_described(served: Served) -> None:
    names = {family.name for family in FAMILIES}
    endings = ("_sum", "_count")
    for name in await scrape(served):
        assert name in names or any(name.removesuffix(end) in names for end in endings), name
