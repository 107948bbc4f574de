"""Every fault in docktor.yaml: one clear line each, with its path and line."""

from pathlib import Path

import pytest

from docktor.config.show import fault_lines
from docktor.errors import ConfigError
from tests.unit.config.places import faults, load, shop

RULES = "rules: {scale_up_when: [{metric: cpu.avg, op: '>', value: 75}]}"


def service(more: str) -> str:
    return f"services:\n  - name: web\n    {more}\n"


SINGLE = {
    "YAML that is not YAML": ("a: b: c", "line 1: not YAML: mapping values are not allowed here"),
    "a quote left open": ("a: 1\nb: 'x", "line 2: not YAML: found unexpected end of stream"),
    "tabs": ("scaling:\n\tcpu_high: 5", "line 2: not YAML: a tab is used to indent; use spaces"),
    "a control character": ("a: 1\nb: \x07", "line 2: not YAML: the character U+0007 can't stand in it"),
    "two documents": ("a: 1\n---\nb: 1", "line 2: not YAML: more than one document ('---') in one file"),
    "an unknown alias": ("a: *b", "line 1: not YAML: found undefined alias 'b'"),
    "deep nesting": ("a: " + "[" * 60 + "]" * 60, "line 1: not YAML: more than 50 levels deep"),
    "many values": ("a: [" + "1," * 60_000 + "]", "more than 50000 values in one file"),
    "an empty file": ("", "the file is empty"),
    "only comments": ("# nothing\n", "the file is empty"),
    "only null": ("~", "line 1: the file is empty"),
    "a list": ("- web", "line 1: must be a mapping of settings, like 'service: web'"),
    "a word": ("web", "line 1: must be a mapping of settings, like 'service: web'"),
    "a key twice": ("service: web\nservice: api", "line 2: service: given twice, first in line 1"),
    "a key twice, deeper": (
        "scaling:\n  cpu_high: 70\n  cpu_low: 5\n  cpu_high: 80",
        "line 4: scaling.cpu_high: given twice, first in line 2",
    ),
    "a key that is a list": ("? [a]\n: 1", "line 1: a key must be plain text"),
    "a foreign tag": ("service: !secret web", "line 1: service: the tag !secret means nothing here"),
    "a version to come": ("version: 2", 'line 1: version: unknown version 2; this Docktor reads version "1"'),
    "a version that is a flag": (
        "version: true",
        'line 1: version: unknown version true; this Docktor reads version "1"',
    ),
    "a field misspelt": ("servce: web", 'line 1: servce: unknown field "servce"; did you mean service?'),
    "a field of scaling misspelt": (
        "scaling:\n  cpu_hihg: 5",
        'line 2: scaling.cpu_hihg: unknown field "cpu_hihg"; did you mean cpu_high?',
    ),
    "text for a number": (
        "scaling: {max_replicas: ten}",
        'line 1: scaling.max_replicas: must be a whole number, not "ten"',
    ),
    "a number in quotes": (
        "scaling: {max_replicas: '10'}",
        'line 1: scaling.max_replicas: must be a whole number, not "10"',
    ),
    "half a replica": (
        "scaling: {max_replicas: 2.5}",
        "line 1: scaling.max_replicas: must be a whole number, not 2.5",
    ),
    "true for a number": (
        "scaling: {min_replicas: true}",
        "line 1: scaling.min_replicas: must be a whole number, not true",
    ),
    "true for a threshold": (
        "scaling: {cpu_high: true}",
        "line 1: scaling.cpu_high: must be a number, not true",
    ),
    "NaN": ("scaling: {cpu_high: .nan}", "line 1: scaling.cpu_high: must be a finite number, not NaN"),
    "infinity": (
        "scaling: {cpu_high: .inf}",
        "line 1: scaling.cpu_high: must be a finite number, not infinity",
    ),
    "a number too large": (
        "scaling: {cpu_high: 1e999}",
        "line 1: scaling.cpu_high: must be a finite number, not infinity",
    ),
    "a huge whole number": (
        "scaling: {max_replicas: 1" + "0" * 250 + "}",
        "line 1: scaling.max_replicas: must be 10000 or less, not a huge number",
    ),
    "no value": (
        "scaling: {cpu_high: }",
        "line 1: scaling.cpu_high: has no value; give one or remove the line",
    ),
    "a list for a mapping": ("scaling: [1]", "line 1: scaling: must be a mapping, not a list"),
    "zero replicas": (
        "scaling: {min_replicas: 0}",
        "line 1: scaling.min_replicas: must be 1 or more, not 0",
    ),
    "a step of nothing": (
        "scaling: {scale_up_by: 0}",
        "line 1: scaling.scale_up_by: must be 1 or more, not 0",
    ),
    "a duration that is none": (
        "scaling: {check_interval: soon}",
        'line 1: scaling.check_interval: must be seconds (10), or a duration like 10s, 5m or 1h30m, not "soon"',
    ),
    "an interval of nothing": (
        "scaling: {check_interval: 0}",
        "line 1: scaling.check_interval: must be 0.5 or more, not 0",
    ),
    "a negative cooldown": (
        "scaling: {cooldown: {down: -1}}",
        "line 1: scaling.cooldown.down: must be 0 or more, not -1",
    ),
    "min above max": (
        "scaling: {min_replicas: 5, max_replicas: 3}",
        "line 1: scaling.min_replicas: min_replicas (5) is above max_replicas (3)",
    ),
    "max below the default min": (
        "scaling:\n  max_replicas: 1",
        "line 2: scaling.max_replicas: min_replicas (2, the default) is above max_replicas (1)",
    ),
    "low above high": (
        "scaling: {cpu_low: 80, cpu_high: 70}",
        "line 1: scaling.cpu_low: cpu_low (80) must be below cpu_high (70)",
    ),
    "low equal to high": (
        "scaling: {cpu_low: 75}",
        "line 1: scaling.cpu_low: cpu_low (75) must be below cpu_high (75)",
    ),
    "high below the default low": (
        "scaling: {cpu_high: 10}",
        "line 1: scaling.cpu_high: cpu_low (20) must be below cpu_high (10)",
    ),
    "a mode misspelt": ("mode: atuo", 'line 1: mode: unknown value "atuo"; did you mean auto?'),
    "a service name with a space": (
        "service: my web",
        "line 1: service: must be a service's name: letters, digits, '.', '_' and '-', not \"my web\"",
    ),
    "a project name Compose refuses": (
        "project: Shop",
        "line 1: project: must be a project's name: a-z, 0-9, '-' and '_', beginning with a letter or digit, "
        'not "Shop"',
    ),
    "a Compose file that isn't there": (
        "service: web\ncompose_file: no/where.yaml",
        "line 2: compose_file: /shop/no/where.yaml is not there",
    ),
    "a Compose file that is a directory": (
        "compose_file: .",
        "line 1: compose_file: /shop is a directory",
    ),
    "a Compose file without such a service": (
        "service: wbe",
        'line 1: service: /shop/docker-compose.yaml has no service "wbe"; did you mean web?',
    ),
    "a mode for one direction misspelt": (
        "mode: {up: auto, down: revew}",
        'line 1: mode.down: unknown value "revew"; did you mean review?',
    ),
    "a mode for one direction only": ("mode: {up: auto}", "line 1: mode.down: is missing"),
    "a mode for a third direction": (
        "mode: {up: auto, down: review, left: off}",
        'line 1: mode.left: unknown field "left"; known: down, up',
    ),
    "a provider misspelt": ("llm: {provider: drm}", 'line 1: llm.provider: unknown value "drm"; did you mean dmr?'),
    "an address that is none": (
        "llm: {base_url: 'localhost:12434'}",
        'line 1: llm.base_url: must be an address beginning with http:// or https://, not "localhost:12434"',
    ),
    "a field the model block hasn't": (
        "llm: {temperature: 1}",
        'line 1: llm.temperature: unknown field "temperature"; known: allow_remote, api_key, ask, base_url, budget, '
        "fallback, keep_warm, mode, model, patience, profile, provider, timeout",
    ),
    "retention of nothing": (
        "retention: {metrics_days: 0}",
        "line 1: retention.metrics_days: must be 1 or more, not 0",
    ),
    "policies that are no list": ("policies: never", 'line 1: policies: must be a list, not "never"'),
    "a notifier that is no mapping": (
        "notifications: {slack: yes}",
        'line 1: notifications.slack: must be a mapping, not "yes"',
    ),
    "a variable that isn't set": (
        "notifications: {slack: {webhook_url: '${SLACK_URL}'}}",
        "line 1: notifications.slack.webhook_url: the environment variable SLACK_URL is not set; set it, "
        "or write ${SLACK_URL:-default}",
    ),
    "a reference left open": (
        "service: '${WEB'",
        "line 1: service: a ${ is never closed; write $${ for a plain ${",
    ),
    "a reference to nothing": (
        "service: '${1}'",
        "line 1: service: a reference is written ${NAME} or ${NAME:-default}; write $${ for a plain ${",
    ),
}


MULTI = {
    "services with nothing": (
        "services:",
        "line 1: services: has no value; give one or remove the line",
    ),
    "services as a mapping": (
        "services: {web: {}}",
        "line 1: services: must be a list, not a mapping",
    ),
    "a service that is a word": ("services: [web]", 'line 1: services[0]: must be a mapping, not "web"'),
    "no rules and no target": (
        "services: [{name: web}]",
        "line 1: services[0]: has neither rules nor a target; say when to scale",
    ),
    "rules with nothing in them": (
        service("rules:"),
        "line 2: services[0]: has neither rules nor a target; say when to scale",
    ),
    "an unknown op": (
        service("rules: {scale_up_when: [{metric: cpu.avg, op: '=>', value: 75}]}"),
        'line 3: services[0].rules.scale_up_when[0].op: unknown op "=>"; did you mean ">="?',
    ),
    "an op in words": (
        service("rules: {scale_up_when: [{metric: cpu.avg, op: above, value: 75}]}"),
        'line 3: services[0].rules.scale_up_when[0].op: unknown op "above"; known: > >= < <= == !=',
    ),
    "an unknown metric": (
        service("rules: {scale_up_when: [{metric: cpu.average, op: '>', value: 75}]}"),
        'line 3: services[0].rules.scale_up_when[0].metric: unknown metric "cpu.average"; did you mean cpu.avg?',
    ),
    "an unknown metric of the target": (
        service("target: {metric: memory_avg, value: 60}"),
        'line 3: services[0].target.metric: unknown metric "memory_avg"; did you mean memory.avg?',
    ),
    "a queue metric without a queue": (
        service("target: {metric: queue.backlog, value: 60}"),
        "line 3: services[0].target.metric: queue.backlog needs a queue block in this service",
    ),
    "a rule without its value": (
        service("rules: {scale_up_when: [{metric: cpu.avg, op: '>'}]}"),
        "line 3: services[0].rules.scale_up_when[0].value: is missing",
    ),
    "a rule's field misspelt": (
        service("rules: {scale_up: []}\n    target: {metric: cpu.avg, value: 60}"),
        'line 3: services[0].rules.scale_up: unknown field "scale_up"; did you mean scale_up_when?',
    ),
    "up below down": (
        service(
            "rules: {scale_up_when: [{metric: cpu.avg, op: '>', value: 20}], "
            "scale_down_when: [{metric: cpu.avg, op: '<', value: 75}]}"
        ),
        "line 3: services[0].rules: scale up when cpu.avg > 20 overlaps scale down when cpu.avg < 75; "
        "leave a gap between the two thresholds",
    ),
    "up equal to down": (
        service(
            "rules: {scale_up_when: [{metric: cpu.avg, op: '>', value: 50}], "
            "scale_down_when: [{metric: cpu.avg, op: '<=', value: 50}]}"
        ),
        "line 3: services[0].rules: scale up when cpu.avg > 50 overlaps scale down when cpu.avg <= 50; "
        "leave a gap between the two thresholds",
    ),
    "a target of nothing": (
        service("target: {metric: cpu.avg, value: 0}"),
        "line 3: services[0].target.value: must be more than 0, not 0",
    ),
    "a tolerance of everything": (
        service("target: {metric: cpu.avg, value: 5, tolerance: 1}"),
        "line 3: services[0].target.tolerance: must be less than 1, not 1",
    ),
    "the same service twice": (
        f"services:\n  - {{name: web, {RULES}}}\n  - {{name: web, {RULES}}}",
        'line 3: services[1].name: "web" is already services[0]; a service may stand here once',
    ),
    "min above max": (
        service(f"min_replicas: 30\n    {RULES}"),
        "line 3: services[0].min_replicas: min_replicas (30) is above max_replicas (10, the default)",
    ),
    "a service that the Compose file hasn't": (
        f"services:\n  - name: cosumer\n    {RULES}",
        'line 2: services[0].name: /shop/docker-compose.yaml has no service "cosumer"; did you mean consumer?',
    ),
    "both forms": (
        f"service: web\nservices: [{{name: web, {RULES}}}]",
        "line 1: service: belongs to the form for one service; this file has services",
    ),
    "a queue without its kind": (
        service(f"{RULES}\n    queue: {{url: 'nats://nats'}}"),
        "line 4: services[0].queue.kind: is missing",
    ),
    "a metric that takes Docktor's own name": (
        service(f"{RULES}\n    metrics: [{{name: cpu.avg, kind: prometheus, url: 'http://p', query: q}}]"),
        "line 4: services[0].metrics[0].name: cpu.avg is a name Docktor uses itself; choose another",
    ),
    "a metric that takes the name of the forecast's bound": (
        service(f"{RULES}\n    metrics: [{{name: forecast.replicas, kind: prometheus, url: 'http://p', query: q}}]"),
        "line 4: services[0].metrics[0].name: forecast.replicas is a name Docktor uses itself; choose another",
    ),
    "a horizon that is none": (
        service(f"{RULES}\n    forecast: {{horizon: true}}"),
        "line 4: services[0].forecast.horizon: must be auto or a duration, not true",
    ),
    "a step limit of nothing": (
        service(f"{RULES}\n    max_step: {{up: 0}}"),
        "line 4: services[0].max_step.up: must be 1 or more, not 0",
    ),
}


@pytest.mark.parametrize(("text", "message"), [*SINGLE.values(), *MULTI.values()], ids=[*SINGLE, *MULTI])
def test_a_fault_is_one_clear_line(tmp_path: Path, text: str, message: str) -> None:
    assert faults(tmp_path, text) == [message]


def test_all_faults_are_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    text = """\
version: "1"
compose_file: gone.yaml
labells: {}
services:
  - name: web
    min_replicas: "3"
    check_interval: .nan
    rules:
      scale_up_when: [{metric: cpu.averge, op: "=>", value: 75}]
  - name: api
    min_replicas: 9
    max_replicas: 3
    min_replicas: 2
"""
    assert faults(tmp_path, text) == [
        "line 2: compose_file: /shop/gone.yaml is not there",
        'line 3: labells: unknown field "labells"; did you mean labels?',
        'line 6: services[0].min_replicas: must be a whole number, not "3"',
        "line 7: services[0].check_interval: must be a finite number, not NaN",
        'line 9: services[0].rules.scale_up_when[0].op: unknown op "=>"; did you mean ">="?',
        'line 9: services[0].rules.scale_up_when[0].metric: unknown metric "cpu.averge"; did you mean cpu.avg?',
        "line 10: services[1]: has neither rules nor a target; say when to scale",
        "line 11: services[1].min_replicas: min_replicas (9) is above max_replicas (3)",
        "line 13: services[1].min_replicas: given twice, first in line 11",
    ]


def test_a_value_from_the_environment_is_never_told(tmp_path: Path) -> None:
    found = faults(tmp_path, "llm: {base_url: '${KEY}', provider: '${KEY}'}", env={"KEY": "hunter2"})
    assert len(found) == 2
    assert "hunter2" not in "".join(found)
    assert '"${KEY}"' in found[0]


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, 'mode: "\\e[31mred\\a"')
    assert found == 'line 1: mode: unknown value "\\x1b[31mred\\x07"; known: auto, review, observe, off'


def test_fault_lines_begin_with_file_and_line(tmp_path: Path) -> None:
    directory = shop(tmp_path, "service: web\nscaling: {cpu_high: x}")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, None)
    assert list(fault_lines(caught.value)) == [
        f'{directory}/docktor.yaml:2: scaling.cpu_high: must be a number, not "x"'
    ]
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, b"\xff")
    assert list(fault_lines(caught.value)) == [f"{directory}/docktor.yaml is not UTF-8 text; save it as UTF-8 (line 1)"]
