"""docs/metrics.md and docs/grafana-dashboard.json speak of metrics and labels that exist, and of all of them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from docktor.runtime.exposition import FAMILIES, labels_of

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "metrics.md").read_text(encoding="utf-8")
DASHBOARD = json.loads((DOCS / "grafana-dashboard.json").read_text(encoding="utf-8"))
SAMPLES = {name: labels for family in FAMILIES for name, labels in labels_of(family.name).items()}
NAME = re.compile(r"docktor_\w+")
SELECTOR = re.compile(r"(docktor_\w+)\{([^}]*)\}")
VARIABLES = {"$project", "$service", "$__rate_interval", "${datasource}"}


def table() -> str:
    rows = ["| metric | type | labels | meaning |", "|---|---|---|---|"]
    for one in FAMILIES:
        rows.append(f"| `{one.name}` | {one.kind} | {', '.join(one.labels)} | {one.about} |")
    return "\n".join(rows) + "\n"


def expressions() -> Iterator[str]:
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            yield target["expr"]
    for variable in DASHBOARD["templating"]["list"]:
        yield variable.get("definition", "")
    yield from re.findall(r"^ +expr: (.*)$", PAGE, re.MULTILINE)


def test_the_page_has_every_metric_as_the_code_has_it() -> None:
    assert table() in PAGE


def test_expressions_use_only_what_exists() -> None:
    found = [text for text in expressions() if text]
    assert len(found) > 20
    for text in found:
        names = set(NAME.findall(text)) - {"docktor"}
        assert names <= SAMPLES.keys(), (text, names - SAMPLES.keys())
        for name, selector in SELECTOR.findall(text):
            labels = {part.split("=")[0].rstrip("!") for part in selector.split(",")}
            assert labels <= set(SAMPLES[name]), (text, labels)
        assert set(re.findall(r"\$\{?\w+\}?", text)) <= VARIABLES, text


def test_legends_show_labels_that_exist() -> None:
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            known = {label for name in NAME.findall(target["expr"]) for label in SAMPLES[name]}
            assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= known, target


def test_panels_have_room_of_their_own() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + right, at["y"] + down) for right in range(at["w"]) for down in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
