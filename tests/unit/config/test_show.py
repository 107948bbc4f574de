"""What `config show` prints: every value with its source, and no secret."""

import json
from pathlib import Path

from docktor.config.show import as_dict, as_lines
from tests.unit.config.places import load

TEXT = """\
llm: {provider: openai, model: "${MODEL:-ai/llama3.2}", base_url: "http://localhost/v1", api_key: "${KEY}"}
services:
  - name: web
    max_replicas: ${MOST}
    target: {metric: cpu.avg, value: 60}
    queue: {kind: nats, url: "nats://user:pa55@nats:4222", token: s3cret, password: "${PW:-s3cret}", subject: a}
notifications:
  slack: {webhook_url: "${SLACK_URL}", channel: "#ops"}
  webhook: {url: https://a.example, headers: {Authorization: "Bearer s3cret"}}
"""
ENV = {"SLACK_URL": "https://hooks.example/s3cret", "MOST": "7", "MODEL": "m", "KEY": "sk-s3cret"}


def test_no_secret_is_shown_anywhere(tmp_path: Path) -> None:
    config = load(tmp_path, TEXT, env=ENV, kinds=None)  # which would refuse the secrets written out
    told = json.dumps(as_dict(config)) + "\n".join(as_lines(config)) + repr(config)
    assert "s3cret" not in told
    assert "pa55" not in told
    assert "${SLACK_URL}" in told
    assert "${PW:-***}" in told
    assert config.llm is not None and config.llm.api_key == ENV["KEY"]
    assert "${KEY}" in told
    assert "nats://***@nats:4222" in told
    slack = config.notifications["slack"]
    assert isinstance(slack, dict)
    assert slack["webhook_url"] == ENV["SLACK_URL"]


def test_every_value_is_shown_with_its_source(tmp_path: Path) -> None:
    config = load(tmp_path, TEXT, env=ENV, kinds=None)  # which would refuse the secrets written out
    shown = as_dict(config)
    assert shown["config"] == str(tmp_path / "shop" / "docktor.yaml")
    (service,) = json.loads(json.dumps(shown))["services"]
    assert (service["project"], service["name"]) == ("shop", "web")
    assert {"path": "max_replicas", "value": 7, "source": "environment"} in service["settings"]
    assert {"path": "min_replicas", "value": 2, "source": "default"} in service["settings"]
    target = {"metric": "cpu.avg", "value": 60, "tolerance": 0.1}
    assert {"path": "target", "value": target, "source": "docktor.yaml"} in service["settings"]
    assert service["queue"]["subject"] == "a"
    lines = list(as_lines(config))
    assert "shop/web" in lines
    assert [line.split() for line in lines if line.startswith("  max_replicas")] == [
        ["max_replicas", "7", "environment"]
    ]
    assert any(line.startswith("warning: line 7: notifications") for line in lines)


def test_without_a_file(tmp_path: Path) -> None:
    config = load(tmp_path, None)
    assert as_dict(config)["config"] is None
    assert next(as_lines(config)) == "configuration: none; defaults and labels only"
