"""Configurations that people already have from Docktor's Go ancestor load, and mean the same."""

from pathlib import Path

from docktor.config.model import Flags
from docktor.core.advisor import AdvisorMode, Provider
from docktor.core.policy import Condition, Mode, Op, Pair
from docktor.core.world import ServiceId
from tests.unit.config.places import faults, load

SINGLE = """\
version: "1"
service: web
compose_file: docker-compose.yaml
scaling:
  cpu_high: 75.0            # comments stay out of the way
  cpu_low: 20.0
  min_replicas: 2
  max_replicas: 10
  scale_up_by: 2
  scale_down_by: 1
  check_interval: 10
  metrics_window: 10
"""

MULTI = """\
version: "1"
compose_file: docker-compose.yaml

services:
  - name: web
    min_replicas: 2
    max_replicas: 10
    check_interval: 10
    metrics_window: 10
    rules:
      scale_up_when:
        - metric: cpu.avg
          op: ">"
          value: 75.0
      scale_down_when:
        - metric: cpu.avg
          op: "<"
          value: 20.0

  - name: consumer
    min_replicas: 1
    max_replicas: 20
    check_interval: 10
    metrics_window: 10
    rules:
      scale_up_when:        # any
        - metric: queue.backlog
          op: ">"
          value: 500
        - metric: queue.rate_in
          op: ">"
          value: 200
      scale_down_when:      # all
        - metric: queue.backlog
          op: "<="
          value: 100
        - metric: queue.rate_in
          op: "<"
          value: 150
    queue:
      kind: nats
      url: nats://nats:4222
      jetstream: true
      stream: EVENTS
      consumer: WEB_WORKERS
      subject: events.web
"""

LOCAL_MODEL = """\
llm:
  provider: dmr                 # "dmr" or "openai"
  base_url: "http://localhost:12434/engines/llama.cpp/v1"
  model: "ai/llama3.2"

# For OpenAI or compatible providers:
# llm:
#   provider: openai
#   base_url: "https://api.openai.com/v1"
#   model: "gpt-4o-mini"
"""

REMOTE_MODEL = """\
llm:
  provider: openai
  base_url: "https://api.openai.com/v1"
  model: "gpt-4o-mini"
# then: export OPENAI_API_KEY=sk-...
"""

NOTIFICATIONS = """\
notifications:
  slack:
    webhook_url: https://hooks.slack.com/services/YOUR/WEBHOOK/URL
    channel: "#ops-alerts"
    notify_on: ["scale_up", "scale_down", "failure"]
  email:
    smtp_host: smtp.gmail.com
    smtp_port: 587
    from: docktor@yourcompany.com
    to: ["ops-team@yourcompany.com"]
    digest_mode: hourly
  webhook:
    url: https://your-webhook.com/docktor
    headers:
      Authorization: "Bearer YOUR_TOKEN"
"""


def test_single_service_form(tmp_path: Path) -> None:
    config = load(tmp_path, SINGLE)
    (policy,) = config.policies
    assert policy.service == ServiceId("shop", "web")
    assert policy.up_when == (Condition("cpu.avg", Op.GE, 75),)
    assert policy.down_when == (Condition("cpu.avg", Op.LE, 20),)
    assert (policy.min_replicas, policy.max_replicas) == (2, 10)
    assert (policy.scale_up_by, policy.scale_down_by) == (2, 1)
    assert (policy.check_interval, policy.metrics_window) == (10, 10)
    assert config.warnings == ()


def test_everything_left_out_means_the_same(tmp_path: Path) -> None:
    full = load(tmp_path, SINGLE)
    assert load(tmp_path, 'version: "1"\n').policies == full.policies
    (policy,) = full.policies
    assert policy.mode is Mode.AUTO
    assert (policy.cooldown, policy.stabilization) == (Pair(0, 60), Pair(0, 300))
    assert (policy.target, policy.max_step_up, policy.max_step_down) == (None, None, None)


def test_multi_service_form(tmp_path: Path) -> None:
    config = load(tmp_path, MULTI)
    web, consumer = config.policies
    assert (web.service.name, consumer.service.name) == ("web", "consumer")
    assert web.up_when == (Condition("cpu.avg", Op.GT, 75),)
    assert web.down_when == (Condition("cpu.avg", Op.LT, 20),)
    assert (consumer.min_replicas, consumer.max_replicas) == (1, 20)
    assert consumer.up_when == (Condition("queue.backlog", Op.GT, 500), Condition("queue.rate_in", Op.GT, 200))
    assert consumer.down_when == (Condition("queue.backlog", Op.LE, 100), Condition("queue.rate_in", Op.LT, 150))
    assert config.entries[0].sources == ()
    (source,) = config.entries[1].sources
    assert source.kind == "nats"
    assert source.options == {
        "url": "nats://nats:4222",
        "jetstream": True,
        "stream": "EVENTS",
        "consumer": "WEB_WORKERS",
        "subject": "events.web",
    }
    assert config.warnings == ()


def test_model_blocks(tmp_path: Path) -> None:
    local = load(tmp_path, SINGLE + LOCAL_MODEL).llm
    assert local is not None
    assert (local.provider, local.model) == (Provider.DMR, "ai/llama3.2")
    allowed = REMOTE_MODEL.replace("llm:", "llm:\n  allow_remote: true")
    remote = load(tmp_path, MULTI + allowed, env={"OPENAI_API_KEY": "sk-1"}).llm
    assert remote is not None
    assert (remote.provider, remote.base_url) == (Provider.OPENAI, "https://api.openai.com/v1")
    assert (remote.mode, remote.timeout, remote.api_key) == (AdvisorMode.ADVISE, 8, "sk-1")


def test_a_model_on_another_machine_is_the_one_thing_that_has_to_be_allowed_now(tmp_path: Path) -> None:
    assert faults(tmp_path, SINGLE + REMOTE_MODEL, env={"OPENAI_API_KEY": "sk-1"}) == [
        "line 15: llm.base_url: is another machine; what Docktor sees goes there only with allow_remote: true"
    ]


def test_a_model_block_commented_out(tmp_path: Path) -> None:
    config = load(tmp_path, SINGLE + "llm:\n#  provider: openai\n")
    assert config.llm is None
    assert config.warnings == ()


def test_notifications(tmp_path: Path) -> None:
    config = load(tmp_path, SINGLE + NOTIFICATIONS)
    email = config.notifications["email"]
    assert isinstance(email, dict)
    assert email["smtp_port"] == 587
    assert [str(warning) for warning in config.warnings] == [
        "line 13: notifications: nobody is notified by this version"
    ]


def test_a_config_and_a_service_on_the_command_line(tmp_path: Path) -> None:
    directory = tmp_path / "shop"
    directory.mkdir()
    (directory / "prod.yaml").write_text(SINGLE)
    config = load(tmp_path, None, flags=Flags(config=Path("prod.yaml"), service="api"))
    assert [policy.service.name for policy in config.policies] == ["api"]
    assert config.source == directory / "prod.yaml"
