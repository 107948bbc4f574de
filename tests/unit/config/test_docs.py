"""Everything docs/configuration.md shows works, and it names every field, metric and label."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from docktor.compose import labels as label_names
from docktor.compose.document import parse
from docktor.config.labels import apply_labels
from docktor.config.model import Ceilings
from docktor.config.schema import (
    BudgetFields,
    Forecast,
    LabelFields,
    Llm,
    MetricSource,
    Multi,
    Patience,
    Queue,
    RetentionFields,
    Rule,
    Rules,
    Scaling,
    Service,
    ServiceCooldown,
    Single,
    TargetFields,
)
from docktor.core.metrics import BUILT_IN
from docktor.core.world import ServiceId
from tests.unit.config.places import faults, load

PAGE = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text()
BLOCKS = re.findall(r"```yaml\n# (\S+)\n(.*?)```", PAGE, re.DOTALL)
FILES = [text for name, text in BLOCKS if name == "docktor.yaml"]
COMPOSE = [text for name, text in BLOCKS if name == "compose.yaml"]

FAULTY = """\
services:
  - name: web
    min_replicas: 12
    rules:
      scale_up_when: [{metric: cpu.average, op: "=>", value: 75}]
    chek_interval: 5
"""


def test_every_block_says_which_file_it_is() -> None:
    assert len(FILES) + len(COMPOSE) == PAGE.count("```yaml") > 5


@pytest.mark.parametrize("text", FILES)
def test_an_example_loads(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text).policies


@pytest.mark.parametrize("text", COMPOSE)
def test_labels_of_an_example_are_understood(text: str) -> None:
    content = parse(text).value
    assert isinstance(content, dict)
    services = content["services"]
    assert isinstance(services, dict)
    for name, service in services.items():
        assert isinstance(service, dict)
        labels = service["labels"]
        assert isinstance(labels, dict)
        given = {key: str(value) for key, value in labels.items()}
        policy, _, problems = apply_labels(None, ServiceId("shop", name), given, Ceilings())
        assert policy is not None
        assert problems == ()


def test_the_defaults_example_is_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, FILES[0]).policies == load(tmp_path, 'version: "1"').policies


def test_the_faults_shown_are_the_faults_told(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert faults(tmp_path, FAULTY) == shown.splitlines()


MODELS = (
    *(Single, Multi, Scaling, Service, ServiceCooldown, Rules, Rule, TargetFields, Queue, MetricSource),
    *(Forecast, Llm, Patience, BudgetFields, RetentionFields, LabelFields),
)


@pytest.mark.parametrize("model", MODELS)
def test_every_field_is_described(model: type[BaseModel]) -> None:
    missing = [name for name in model.model_fields if not re.search(rf"`[^`\n]*\b{name}\b[^`\n]*`", PAGE)]
    assert missing == []


def test_every_metric_and_label_is_described() -> None:
    labels = [label_names.ENABLE, label_names.MIN, label_names.MAX, label_names.MODE]
    labels += [label_names.SCALE_UP, label_names.SCALE_DOWN, label_names.TARGET]
    assert [name for name in (*BUILT_IN, *labels) if f"`{name}`" not in PAGE] == []


def test_the_defaults_in_the_tables_are_right() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([0-9.]+) \|", PAGE, re.MULTILINE))
    fields = {**Service.model_fields, **Scaling.model_fields}
    plain = {name: field.default for name, field in fields.items() if isinstance(field.default, int | float)}
    assert {name: float(value) for name, value in rows.items()} == plain
