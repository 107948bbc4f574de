"""Blocks that name sources: every fault with its place, no credentials in the file, zero only where a queue decides."""

from pathlib import Path

import pytest

from docktor.config.model import SourceEntry
from tests.unit.config.places import faults, load

SERVICE = """\
services:
  - name: consumer
    {more}
    rules:
      scale_up_when: [{{metric: queue.backlog, op: ">", value: 5}}]
    queue: {queue}
"""
NATS = "{kind: nats, stream: S, consumer: W}"


def text(queue: str = NATS, more: str = "max_replicas: 5") -> str:
    return SERVICE.format(queue=queue, more=more)


def test_a_queue_and_metrics_of_ones_own(tmp_path: Path) -> None:
    more = "metrics: [{name: p95, kind: prometheus, url: 'http://p:9090', query: q, number: lag, timeout: 500ms}]"
    queue, own = load(tmp_path, text(more=more)).entries[0].sources
    assert queue == SourceEntry("nats", {"stream": "S", "consumer": "W"})
    assert own == SourceEntry("prometheus", {"url": "http://p:9090", "query": "q"}, 0.5, "p95", "lag")


@pytest.mark.parametrize(
    ("queue", "told"),
    [
        ("{kind: natz}", 'line 6: services[0].queue.kind: unknown kind "natz"; did you mean nats?'),
        ("{kind: nats}", "line 6: services[0].queue: needs a stream, or a subject to find it by"),
        (
            "{kind: nats, stream: S, jetstream: false}",
            "line 6: services[0].queue: jetstream: false leaves nothing to read: core NATS keeps no backlog",
        ),
        (
            "{kind: nats, stream: S, consumr: W}",
            'line 6: services[0].queue.consumr: unknown field "consumr"; did you mean consumer?',
        ),
        ("{kind: nats, stream: 7}", "line 6: services[0].queue.stream: must be text, not 7"),
        (
            "{kind: nats, stream: S, timeout: 2h}",
            'line 6: services[0].queue.timeout: must be 60 or less, not "2h"',
        ),
    ],
)
def test_faults_in_a_block(tmp_path: Path, queue: str, told: str) -> None:
    assert faults(tmp_path, text(queue)) == [told]


SECRET_TEXTS = [
    ("{kind: nats, stream: S, password: hunter2}", "services[0].queue.password"),
    ("{kind: nats, stream: S, token: hunter2}", "services[0].queue.token"),
    ("{kind: nats, stream: S, url: 'nats://me:hunter2@nats:4222'}", "services[0].queue.url"),
    ("{kind: nats, stream: S, password: 1234567}", "services[0].queue.password"),
    ("{kind: http-json, url: 'http://a', path: x, headers: {Authorization: hunter2}}", "headers"),
    ("{kind: rabbitmq, queue: q, management_url: 'http://me:hunter2@mq:15672'}", "services[0].queue.management_url"),
]


@pytest.mark.parametrize(("queue", "path"), SECRET_TEXTS)
def test_a_credential_written_out_is_refused_and_not_repeated(tmp_path: Path, queue: str, path: str) -> None:
    told = faults(tmp_path, text(queue))
    assert len(told) == 1 and path in told[0]
    assert "hunter2" not in told[0] and "1234567" not in told[0]


def test_credentials_from_the_environment_are_taken_and_never_shown(tmp_path: Path) -> None:
    queue = "{kind: nats, stream: S, password: '${PW}', url: 'nats://${NAME:-me}:${PW}@nats:4222'}"
    config = load(tmp_path, text(queue), env={"PW": "hunter2"})
    (source,) = config.entries[0].sources
    assert source.options["password"] == "hunter2"
    assert source.options["url"] == "nats://me:hunter2@nats:4222"
    assert "hunter2" not in repr(config)
    assert "hunter2" not in str(config.entries[0].shown)


def test_zero_takes_a_queue_and_rules_on_it_alone(tmp_path: Path) -> None:
    zero = load(tmp_path, text(more="min_replicas: 0\n    activation: 3\n    cooldown: {zero: 5m}")).policies[0]
    assert (zero.goes_to_zero, zero.activation, zero.cooldown_zero, zero.fewest) == (True, 3, 300, 0)


@pytest.mark.parametrize(
    ("services", "told"),
    [
        (
            "{name: web, min_replicas: 0, target: {metric: cpu.avg, value: 60}}",
            "services[0].min_replicas: can be 0 only where queue.* alone decides, to know when work comes back;"
            " cpu.avg can't tell",
        ),
        (
            "{name: web, min_replicas: 0, target: {metric: cpu.avg, value: 60}, queue: {kind: nats, stream: S}}",
            "services[0].min_replicas: can be 0 only where queue.* alone decides, to know when work comes back;"
            " cpu.avg can't tell",
        ),
        (
            "{name: web, activation: 3, target: {metric: cpu.avg, value: 60}}",
            "services[0].activation: means messages in the queue, and this service has no queue block",
        ),
        (
            "{name: web, fallback_replicas: 3, target: {metric: cpu.avg, value: 60}}",
            "services[0].fallback_replicas: is for when a source is away, and this service has none",
        ),
        (
            "{name: web, fallback_replicas: 30, target: {metric: queue.lag, value: 6}, queue: {kind: nats, stream: S}}",
            "services[0].fallback_replicas: 30 is above max_replicas (10, the default)",
        ),
    ],
)
def test_zero_and_fallback_where_they_can_not_be(tmp_path: Path, services: str, told: str) -> None:
    assert faults(tmp_path, f"services: [{services}]") == [f"line 1: {told}"]


def test_the_form_for_one_service_has_no_zero(tmp_path: Path) -> None:
    assert faults(tmp_path, "service: web\nscaling: {min_replicas: 0}") == [
        "line 2: scaling.min_replicas: must be 1 or more, not 0"
    ]
